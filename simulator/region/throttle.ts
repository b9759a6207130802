// Token buckets per API, bucket and refill a second as in "Request throttling for the Amazon EC2 API".

const BUCKETS: readonly { match: RegExp; size: number; perSecond: number }[] = [
  { match: /^(RunInstances|StartInstances)$/, size: 5, perSecond: 2 },
  { match: /^(CreateFleet|AttachVolume|DetachVolume|AssociateAddress)$/, size: 50, perSecond: 5 },
  {
    match: /^(CreateSnapshot|CreateVolume|TerminateInstances|DeleteVolume|DeleteSnapshot)$/,
    size: 100,
    perSecond: 5,
  },
  { match: /^CreateTags$/, size: 100, perSecond: 10 },
  { match: /^PutParameter$/, size: 3, perSecond: 3 },
  { match: /^(Describe|Get)/, size: 100, perSecond: 20 },
];

export class Throttles {
  readonly #levels = new Map<string, { level: number; at: number }>();
  readonly #now: () => number;
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes one token; true when there was none. */
  refuses(operation: string): boolean {
    const bucket = BUCKETS.find(({ match }) => match.test(operation));
    if (!bucket) return false;
    const at = this.#now();
    const state = this.#levels.get(operation) ?? { level: bucket.size, at };
    const level = Math.min(bucket.size, state.level + ((at - state.at) / 1000) * bucket.perSecond);
    this.#levels.set(operation, { level: level < 1 ? level : level - 1, at });
    return level < 1;
  }
}

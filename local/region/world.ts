// The region, its hosts and its judge on one journal: new, or replayed from its lines to where it stood, and on
// from there by the wall clock. What was due meanwhile happens on the way: instances live on while the process is down.

import { createHash } from 'node:crypto';
import type { Instant } from '../../shared/base/time.ts';
import { Ledger } from '../../simulator/host/ledger.ts';
import { Judge } from '../../simulator/judge/judge.ts';
import { Kernel } from '../../simulator/kernel/kernel.ts';
import type { Operation, OperationOutput } from '../../simulator/wire/operation.ts';
import { isRegionError } from '../../simulator/wire/protocol.ts';
import { type Ask, type Ending, failureRecord, type NewAsk } from '../events/asks.ts';
import { LocalError } from '../process/local-error.ts';
import { mayWriteTo } from '../stack/service-roles.ts';
import type { Stack } from '../stack/types.ts';
import { Drive, type Wall } from './drive.ts';
import type { Opened } from './journal.ts';
import { type Head, headShape, lineShape, type NewLine } from './lines.ts';
import { isRead, LocalHosts, LocalRegion } from './local-region.ts';
import { networksOf, stageTags } from './networks.ts';
import { performTrouble, type Trouble } from './trouble.ts';

export interface LocalWorldOptions {
  stack: Stack;
  zones: readonly string[];
  /** Zone by id of subnets beside the region's own. */
  subnets: ReadonlyMap<string, string>;
  seed: number;
  latency: number;
  wall: Wall;
  opened: Opened;
  onTold: (arn: string, event: Record<string, unknown>) => void;
  onProblem: (text: string) => void;
  onDefect: (error: unknown) => void;
}

export class LocalWorld {
  readonly kernel: Kernel;
  readonly region: LocalRegion;
  readonly hosts: LocalHosts;
  readonly ledger = new Ledger();
  readonly judge: Judge;
  readonly #drive: Drive;
  readonly #options: LocalWorldOptions;
  readonly #state: { latency: number; past: boolean };
  readonly #head: Head;

  private constructor(options: LocalWorldOptions, head: Head) {
    this.#options = options;
    this.#state = { latency: head.latency, past: false };
    this.#head = head;
    this.kernel = new Kernel(head.start as Instant);
    this.hosts = new LocalHosts(this.ledger);
    this.region = new LocalRegion(
      {
        kernel: this.kernel,
        stack: options.stack,
        zones: options.zones,
        networks: networksOf(options.zones, stageTags(options.stack)),
        seed: head.seed,
        pace: () => this.#state.latency,
        ask: (ask) => this.#note(this.#newAsk(ask)),
        deadLetter: (queue, body) => this.#note({ k: 'letter', queue, body }),
        isPast: () => this.#state.past,
        onTold: options.onTold,
        onProblem: options.onProblem,
      },
      this.hosts,
    );
    this.hosts.connect(this.region);
    this.judge = new Judge(this.region, this.ledger);
    this.hosts.watch = this.judge;
    this.#drive = new Drive({
      kernel: this.kernel,
      journal: options.opened.journal,
      wall: options.wall,
      onDefect: options.onDefect,
    });
  }

  static async open(options: LocalWorldOptions): Promise<LocalWorld> {
    const { opened, stack } = options;
    const [first, ...rest] = opened.lines;
    const head = first === undefined ? newHead(options) : readHead(first, stack.region);
    if (first === undefined) await opened.journal.append(head);
    const world = new LocalWorld(options, head);
    await world.#replay(rest);
    // The past is in the region now; its text may be hundreds of megabytes.
    opened.lines.length = 0;
    await world.#settings(options);
    return world;
  }

  async #settings({ latency, subnets }: LocalWorldOptions): Promise<void> {
    if (latency !== this.#state.latency) await this.#change({ k: 'latency', latency });
    for (const [id, zone] of subnets)
      if (this.region.subnets.get(id) !== zone) await this.#change({ k: 'subnet', id, zone });
  }

  async #replay(lines: readonly unknown[]): Promise<void> {
    this.#state.past = lines.length > 0;
    for (const [index, raw] of lines.entries()) {
      const line = lineShape.parse(raw);
      await this.kernel.runUntil(line.t as Instant);
      if (line.k === 'call') {
        const { made } = attempt(() => this.region.perform(line));
        if (made !== line.made)
          throw new LocalError(
            `the state file was written by another version of Spotkeep (line ${index + 2} gives another result here); keep it, and start with another file`,
          );
      } else attempt(() => ({ says: this.#apply(line) }));
      // What the last line set off was not delivered before the region ended: it is from now on.
      this.#state.past = index < lines.length - 1;
      await this.kernel.runUntil(line.t as Instant);
    }
  }

  #apply(line: NewLine): unknown {
    const { asks } = this.region;
    switch (line.k) {
      case 'trouble':
        return performTrouble(this, line.trouble);
      case 'latency':
        this.#state.latency = line.latency;
        return undefined;
      case 'subnet':
        return this.region.addSubnet(line.id, line.zone);
      case 'ask': {
        const { id, functionName, payload, requestId } = line;
        return asks.enqueue({ id, functionName, payload, requestId, acceptedAt: this.kernel.now() });
      }
      case 'ended':
        return asks.pending.delete(line.id);
      case 'letter':
        return asks.deadLetter(line.queue, this.kernel.now(), line.body);
    }
  }

  #newAsk({ functionName, payload }: NewAsk): Extract<NewLine, { k: 'ask' }> {
    const id = this.region.asks.nextId();
    return { k: 'ask', id, functionName, payload, requestId: requestIdOf(this.#head.seed, id) };
  }

  /** From inside an event of the region. */
  #note(line: NewLine): void {
    this.#apply(line);
    this.#drive.note(line);
  }

  async #change(line: NewLine): Promise<void> {
    await this.#drive.change(line, () => this.#apply(line));
  }

  /** One call. Rejects with RegionError as AWS refuses; settles when what it changed is on the disk. */
  async call(operation: Operation): Promise<OperationOutput> {
    if (isRead(operation)) return this.#drive.read(() => this.region.perform(operation));
    this.region.check(operation);
    const { service, name, input } = operation;
    const line: Record<string, unknown> = { k: 'call', service, name, input };
    return this.#drive.change(line, () => {
      // Written with the line, so that a replay notices when it goes another way.
      const { made, settle } = attempt(() => this.region.perform(operation));
      line.made = made;
      return settle();
    });
  }

  async trouble(trouble: Trouble): Promise<string> {
    return this.#drive.change({ k: 'trouble', trouble }, () => performTrouble(this, trouble));
  }

  async deadLetter(queue: string, body: unknown): Promise<void> {
    await this.#change({ k: 'letter', queue, body });
  }

  /** Accepts an asynchronous invocation. */
  async ask(ask: NewAsk): Promise<void> {
    const line: Record<string, unknown> = {};
    await this.#drive.change(line, () => {
      // Numbered as it takes effect: others may have come meanwhile.
      const made = this.#newAsk(ask);
      Object.assign(line, made);
      this.#apply(made);
    });
  }

  /** The end of one; a failed one goes to the function's destination, if its role may write there. */
  async ended(id: number, ending: Ending): Promise<void> {
    const ask = this.region.asks.pending.get(id);
    if (!ask) return;
    const fn = this.region.stack.functions.find(({ name }) => name === ask.functionName);
    const queue = fn?.asynchronous.onFailure;
    if (ending.kind === 'failed' && fn && queue !== undefined) {
      const body = failureRecord(ask, fn, { ...ending, at: this.kernel.now() });
      if (mayWriteTo(fn.role, queue)) await this.#change({ k: 'letter', queue, body });
      else this.#options.onProblem(`${fn.name} may not write to its failure destination`);
    }
    await this.#change({ k: 'ended', id });
  }

  get start(): number {
    return this.#head.start;
  }

  /** From now on asks are worked on: those that a former run left, and each new one. */
  begin(work: (ask: Ask) => void): void {
    const { asks } = this.region;
    asks.onAsk = work;
    for (const ask of asks.pending.values()) work(ask);
    this.#drive.wake();
  }

  /** A look at the region between two events. */
  look<T>(at: () => T): Promise<T> {
    return this.#drive.read(at);
  }

  async close(): Promise<void> {
    await this.#drive.stop();
    await this.#options.opened.journal.close();
  }
}

const newHead = ({ wall, seed, stack, latency }: LocalWorldOptions): Head => ({
  spotkeep: 'local region',
  format: 1,
  start: wall.now(),
  seed,
  region: stack.region,
  latency,
});

const readHead = (line: unknown, region: string): Head => {
  const head = headShape.safeParse(line);
  if (!head.success) throw new LocalError('the state file is not one of spotkeep local');
  if (head.data.region !== region)
    throw new LocalError(`the state file is of ${head.data.region}, the package of ${region}`);
  return head.data;
};

/** A UUID of its own for each ask of each region. */
const requestIdOf = (seed: number, id: number): string => {
  const digest = createHash('sha256').update(`${seed}/${id}`).digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
};

/** A call's result in short: the same for the same result. */
const attempt = (perform: () => OperationOutput): { made: string; settle: () => OperationOutput } => {
  try {
    const output = perform();
    const made = createHash('sha256').update(JSON.stringify(output)).digest('hex').slice(0, 8);
    return { made, settle: () => output };
  } catch (error) {
    const made = isRegionError(error) ? error.code : 'defect';
    return {
      made,
      settle: () => {
        throw error;
      },
    };
  }
};

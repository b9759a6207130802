// The region, its hosts and its judge on one journal: made anew, or replayed from its lines to where it stood, and on
// from there by the wall clock. What happened meanwhile happens on the way: instances go on living while nobody looks.

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Instant } from '../../../shared/port/time.ts';
import { Ledger } from '../../../simulator/host/ledger.ts';
import { Kernel } from '../../../simulator/kernel.ts';
import { Oracle } from '../../../simulator/oracle/oracle.ts';
import type { Operation, OperationOutput } from '../../../simulator/wire/operation.ts';
import { isRegionError } from '../../../simulator/wire/protocol.ts';
import { mayWriteTo } from '../access/service-roles.ts';
import type { Ask, Ending } from '../events/asks.ts';
import { LocalError } from '../local-error.ts';
import type { Stack } from '../stack/types.ts';
import { Drive, type Wall } from './drive.ts';
import type { Opened } from './journal.ts';
import { isRead, LocalHosts, LocalRegion } from './local-region.ts';
import type { Networks } from './networks.ts';
import { performTrouble, type Trouble, troubleShape } from './trouble.ts';

export interface WorldOptions {
  stack: Stack;
  zones: readonly string[];
  networks: Networks;
  seed: number;
  latency: number;
  wall: Wall;
  opened: Opened;
  onProblem(text: string): void;
  onDefect(error: unknown): void;
}

const headShape = z.looseObject({
  spotkeep: z.literal('local region'),
  format: z.literal(1),
  start: z.number(),
  seed: z.number(),
  region: z.string(),
});

const serviceShape = z.enum(['ec2', 'ssm', 'events', 'dynamodb']);

/** One line after the first. */
const lineShape = z.discriminatedUnion('k', [
  z.object({
    t: z.number(),
    k: z.literal('call'),
    service: serviceShape,
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    made: z.optional(z.string()),
  }),
  z.object({ t: z.number(), k: z.literal('trouble'), trouble: troubleShape }),
  z.object({ t: z.number(), k: z.literal('latency'), latency: z.number() }),
  z.object({
    t: z.number(),
    k: z.literal('ask'),
    functionName: z.string(),
    payload: z.string(),
    requestId: z.string(),
  }),
  z.object({ t: z.number(), k: z.literal('ended'), id: z.number(), ending: z.unknown() }),
]);

type Line = z.infer<typeof lineShape>;
type Unstamped<L> = L extends unknown ? Omit<L, 't'> : never;

export class LocalWorld {
  readonly kernel: Kernel;
  readonly region: LocalRegion;
  readonly hosts: LocalHosts;
  readonly ledger = new Ledger();
  readonly oracle: Oracle;
  readonly #drive: Drive;
  readonly #options: WorldOptions;
  readonly #state: { latency: number };
  readonly #start: number;

  private constructor(options: WorldOptions, head: z.infer<typeof headShape>) {
    this.#options = options;
    this.#state = { latency: options.latency };
    this.#start = head.start;
    this.kernel = new Kernel(head.start as Instant);
    this.hosts = new LocalHosts(this.ledger);
    this.region = new LocalRegion(
      {
        kernel: this.kernel,
        stack: options.stack,
        zones: options.zones,
        networks: options.networks,
        seed: head.seed,
        pace: () => this.#state.latency,
        onProblem: options.onProblem,
      },
      this.hosts,
    );
    this.hosts.connect(this.region);
    this.oracle = new Oracle(this.region, this.ledger);
    this.hosts.watch = this.oracle;
    this.#drive = new Drive({
      kernel: this.kernel,
      journal: options.opened.journal,
      wall: options.wall,
      onDefect: options.onDefect,
    });
  }

  static async open(options: WorldOptions): Promise<LocalWorld> {
    const { opened, stack } = options;
    const [first, ...rest] = opened.lines;
    if (first === undefined) {
      const head = {
        spotkeep: 'local region' as const,
        format: 1 as const,
        start: options.wall.now(),
        seed: options.seed,
        region: stack.region,
      };
      await opened.journal.append(head);
      const world = new LocalWorld(options, head);
      await world.setLatency(options.latency);
      return world;
    }
    const head = headShape.safeParse(first);
    if (!head.success) throw new LocalError('the state file is not one of spotkeep local');
    if (head.data.region !== stack.region)
      throw new LocalError(`the state file is of ${head.data.region}, the package of ${stack.region}`);
    const world = new LocalWorld(options, head.data);
    await world.#replay(rest);
    await world.setLatency(options.latency);
    return world;
  }

  async #replay(lines: readonly unknown[]): Promise<void> {
    for (const [index, raw] of lines.entries()) {
      const line = lineShape.parse(raw);
      await this.kernel.runUntil(line.t as Instant);
      const differs = (): LocalError =>
        new LocalError(
          `the state file was written by another version of Spotkeep (line ${index + 2} gives another result here); keep it, and start with another file`,
        );
      if (line.k === 'call') {
        const { made } = attempt(() => this.region.perform(line));
        if (line.made !== undefined && made !== line.made) throw differs();
      } else if (line.k === 'trouble') attempt(() => ({ says: this.#apply(line) }));
      else this.#apply(line);
      await this.kernel.runUntil(line.t as Instant);
    }
  }

  #apply(line: Exclude<Unstamped<Line>, { k: 'call' }>): unknown {
    switch (line.k) {
      case 'trouble':
        return performTrouble(this, line.trouble);
      case 'latency':
        this.#state.latency = line.latency;
        return undefined;
      case 'ask':
        return this.region.asks.enqueue({ ...line, acceptedAt: this.kernel.now() });
      case 'ended': {
        const { stack, asks } = this.region;
        const ask = asks.pending.get(line.id);
        const fn = stack.functions.find(({ name }) => name === ask?.functionName);
        const mayWrite = fn !== undefined && mayWriteTo(fn.role, fn.asynchronous.onFailure);
        if (fn?.asynchronous.onFailure !== undefined && !mayWrite)
          this.#options.onProblem(`${fn.name} may not write to its failure destination`);
        return asks.end(line.id, line.ending as Ending, { at: this.kernel.now(), fn, mayWrite });
      }
    }
  }

  /** One call. Rejects with RegionError as AWS refuses; settles when what it changed is on the disk. */
  call(operation: Operation): Promise<OperationOutput> {
    if (isRead(operation)) return this.#drive.read(() => this.region.perform(operation));
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

  async ask(ask: { functionName: string; payload: string; requestId: string }): Promise<void> {
    await this.#drive.change({ k: 'ask', ...ask }, () => this.#apply({ k: 'ask', ...ask }));
  }

  async ended(id: number, ending: Ending): Promise<void> {
    await this.#drive.change({ k: 'ended', id, ending }, () => this.#apply({ k: 'ended', id, ending }));
  }

  async setLatency(latency: number): Promise<void> {
    const line = { k: 'latency' as const, latency };
    await this.#drive.change(line, () => this.#apply(line));
  }

  get start(): number {
    return this.#start;
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

// Lambda, as far as the control plane depends on it: sandboxes that are kept and reused, time limits, asynchronous
// invocations that are tried three times and then go to a dead-letter queue, kills at any moment.

import type { Handler } from '../functions/runtime/handler.ts';
import { add, type Instant, type Ms, minutes, ms } from '../shared/base/time.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { Caller } from './region/region.ts';
import type { RegionContext } from './region/state/context.ts';
import { strikes } from './region/state/context.ts';

export interface Sandbox extends Caller {
  handler: Handler;
  busy: boolean;
}

export interface FunctionSpec {
  timeout: Ms;
  /** Makes the function's handler on ports that report to this caller. */
  create(caller: Caller): Handler;
}

export interface DeadLetter {
  name: string;
  event: unknown;
  error: string;
}

type Ended = { kind: 'done'; answer: unknown } | { kind: 'failed'; error: string };

export class Lambda {
  readonly #kernel: Kernel;
  readonly #region: RegionContext;
  readonly #specs: Record<string, FunctionSpec>;
  readonly #idle = new Map<string, Sandbox[]>();
  readonly #running = new Set<Sandbox>();
  readonly #kills = new Set<() => void>();
  readonly deadLetters: DeadLetter[] = [];
  /** Told of each call that did not end well. */
  onFailed: (name: string, error: string) => void = () => undefined;
  invocations = 0;
  errors = 0;

  constructor(kernel: Kernel, region: RegionContext, specs: Record<string, FunctionSpec>) {
    this.#kernel = kernel;
    this.#region = region;
    this.#specs = specs;
    kernel.busy.add(() => {
      for (const sandbox of this.#running) if (sandbox.pending === 0 && !sandbox.dead) return true;
      return false;
    });
  }

  /** Forgets all warm sandboxes, as a deployment does. */
  redeploy(): void {
    this.#idle.clear();
  }

  /** Ends every call under way at this moment, wherever it is. */
  killRunning(): number {
    const kills = [...this.#kills];
    for (const kill of kills) kill();
    return kills.length;
  }

  #sandbox(name: string): Sandbox {
    const warm = this.#idle.get(name)?.pop();
    if (warm) return warm;
    const spec = this.#specs[name];
    if (!spec) throw new Error(`no function ${name}`);
    const caller: Sandbox = { dead: false, pending: 0, busy: false, handler: async () => undefined };
    caller.handler = spec.create(caller);
    return caller;
  }

  /** One synchronous invocation. */
  invoke(name: string, event: unknown): Promise<Ended> {
    this.invocations += 1;
    const spec = this.#specs[name];
    if (!spec) throw new Error(`no function ${name}`);
    const sandbox = this.#sandbox(name);
    const deadline: Instant = add(this.#kernel.now(), spec.timeout);
    this.#running.add(sandbox);
    this.#kernel.woke();
    return new Promise((resolve) => {
      let over = false;
      const end = (ended: Ended, reusable: boolean): void => {
        if (over) return;
        over = true;
        timeout.cancel();
        this.#kills.delete(kill);
        this.#running.delete(sandbox);
        if (reusable) this.#idle.set(name, [...(this.#idle.get(name) ?? []), sandbox]);
        else sandbox.dead = true;
        if (ended.kind === 'failed') {
          this.errors += 1;
          this.onFailed(name, ended.error);
        }
        this.#kernel.woke();
        resolve(ended);
      };
      const kill = (): void => end({ kind: 'failed', error: 'Runtime exited' }, false);
      this.#kills.add(kill);
      sandbox.die = kill;
      const timeout = this.#kernel.at(deadline, () =>
        end({ kind: 'failed', error: `Task timed out after ${spec.timeout / 1000} seconds` }, false),
      );
      if (strikes(this.#region, 'lambdaKilled')) {
        this.#kernel.after(
          ms(this.#region.chance('lambda').between(0, Math.min(spec.timeout, 20_000))),
          kill,
        );
      }
      const call = { getRemainingTimeInMillis: () => Math.max(0, deadline - this.#kernel.now()) };
      sandbox.handler(event, call).then(
        (answer) => end({ kind: 'done', answer }, true),
        (error: unknown) =>
          end(
            {
              kind: 'failed',
              error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
            },
            true,
          ),
      );
    });
  }

  /** An asynchronous invocation: up to three tries; while the control plane is down it waits in the queue. */
  submit(name: string, event: unknown, tries = 0): void {
    const { switches } = this.#region;
    const down = switches.controlPlaneDownUntil;
    if (down > this.#kernel.now()) {
      // Lambda keeps asynchronous events for up to six hours while it cannot run them.
      const spread = this.#region.chance('lambda').seconds(1, 60);
      this.#kernel.at(add(down as Instant, spread), () => this.submit(name, event, tries));
      return;
    }
    // At least once means now and then twice at the same time.
    if (tries === 0 && strikes(this.#region, 'concurrentInvocations')) void this.invoke(name, event);
    void this.invoke(name, event).then((ended) => {
      if (ended.kind === 'done') return;
      if (tries >= 2) this.deadLetters.push({ name, event, error: ended.error });
      else
        this.#kernel.after(tries === 0 ? minutes(1) : minutes(2), () => this.submit(name, event, tries + 1));
    });
  }

  /** Invocations that would be lost: ticks have no retry, the next is a minute away. */
  tick(name: string): void {
    const { controlPlaneDownUntil, schedulerDownUntil } = this.#region.switches;
    if (Math.max(controlPlaneDownUntil, schedulerDownUntil) > this.#kernel.now()) return;
    void this.invoke(name, { 'detail-type': 'Scheduled Event' });
  }
}

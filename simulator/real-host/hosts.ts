// The region's hosts as real instances. EC2, Systems Manager and virtual time stay simulated; what a command does on the
// host is done by the real script on a real instance, with real Docker on a real file system.
//
// The bridge: each thing that happens to a host is queued and done for real while virtual time stands still. Then the
// simulated host does the same, which charges virtual time with its latencies, and the two answers are compared: both
// follow decision.json, so a difference is a defect. The control plane gets the real answer.

import { type Instant, type Ms, seconds } from '../../shared/base/time.ts';
import { SimHosts } from '../host/hosts.ts';
import type { Ledger } from '../host/ledger.ts';
import type { Region } from '../region/region.ts';
import type { DeliveredCommand } from '../region/state/context.ts';
import type { SimInstance, SimVolume } from '../region/state/model.ts';

export interface RealAnswer {
  ok: boolean;
  /** As the control plane gets it. */
  line: string;
}

/** What is done for real. Each promise resolves when it is done. */
export interface Machines<A extends RealAnswer> {
  launch(instanceId: string): Promise<void>;
  powerOff(instanceId: string): Promise<void>;
  notice(instanceId: string, left: Ms): Promise<void>;
  attach(instanceId: string, volume: SimVolume): Promise<void>;
  detach(instanceId: string, volumeId: string): Promise<void>;
  /** Undefined: the host is gone. `virtualNow` in epoch seconds. */
  run(command: DeliveredCommand, virtualNow: number): Promise<A | undefined>;
  /** What differs between the real answer and the simulated host's; undefined: nothing. */
  compare(command: DeliveredCommand, real: A, simulated: string): string | undefined;
}

/** How long the thread rests before it looks again whether the real work is done. */
const REST_MS = 2;

export class RealHosts<A extends RealAnswer = RealAnswer> extends SimHosts {
  readonly #machines: Machines<A>;
  readonly #rest = new Int32Array(new SharedArrayBuffer(4));
  #last: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(ledger: Ledger, machines: Machines<A>) {
    super(ledger);
    this.#machines = machines;
  }

  override connect(region: Region): void {
    super.connect(region);
    // Virtual time stands still while this says true; the rest keeps the looking from taking a whole processor.
    region.kernel.busy.add(() => {
      if (this.#pending === 0) return false;
      Atomics.wait(this.#rest, 0, 0, REST_MS);
      return true;
    });
  }

  /** One thing after the other, in the order of virtual time. */
  #really(act: () => Promise<void>): void {
    this.#pending += 1;
    this.#last = this.#last
      .then(async () => {
        if (this.defects.length === 0) await act();
      })
      .catch((error: unknown) => {
        this.defects.push(error);
      })
      .finally(() => {
        this.#pending -= 1;
      });
    this.region.kernel.woke();
  }

  override launched(instance: SimInstance): void {
    super.launched(instance);
    this.#really(() => this.#machines.launch(instance.id));
  }

  override poweredOff(instanceId: string): void {
    super.poweredOff(instanceId);
    this.#really(() => this.#machines.powerOff(instanceId));
  }

  override noticed(instanceId: string, actionAt: Instant): void {
    super.noticed(instanceId, actionAt);
    const left = seconds((actionAt - this.region.kernel.now()) / 1000);
    this.#really(() => this.#machines.notice(instanceId, left));
  }

  override volumeAttached(instanceId: string, volume: SimVolume): void {
    super.volumeAttached(instanceId, volume);
    this.#really(() => this.#machines.attach(instanceId, volume));
  }

  override volumeDetached(instanceId: string, volumeId: string): void {
    super.volumeDetached(instanceId, volumeId);
    this.#really(() => this.#machines.detach(instanceId, volumeId));
  }

  override run(command: DeliveredCommand): void {
    this.#really(async () => {
      const virtualNow = Math.floor(this.region.kernel.now() / 1000);
      const real = await this.#machines.run(command, virtualNow);
      super.run({
        ...command,
        done: (simulated) => {
          if (real === undefined) return;
          const wrong = this.#machines.compare(command, real, simulated.output);
          if (wrong === undefined)
            command.done({ status: real.ok ? 'Success' : 'Failed', output: real.line });
          else this.defects.push(new Error(wrong));
        },
      });
    });
  }

  /** Resolves when all that was begun is done. Rejects with the first defect. */
  async settled(): Promise<void> {
    await this.#last;
    if (this.defects.length > 0) throw this.defects[0];
  }
}

// A whole AWS region in memory on virtual time: EC2, EBS, SSM, EventBridge, DynamoDB. Calls come in as the SDK's
// operations, take AWS's time, meet AWS's throttles and faults, and answer in the SDK's shapes.
// What may happen here and what never does is the fault contract of docs/region.md.

import { type Ms, minutes, ms, seconds } from '../../shared/base/time.ts';
import { createDynamo, type Dynamo } from '../dynamodb/dynamo.ts';
import { spotkeepTable } from '../dynamodb/spotkeep-table.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Chance } from '../kernel/random.ts';
import type { Operation, OperationOutput } from '../wire/operation.ts';
import { RegionError } from '../wire/region-error.ts';
import { ec2Calls } from './ec2.ts';
import type { RegionCall } from './ec2-reads.ts';
import { type Delivered, type EventPlumbing, eventPlumbing } from './events.ts';
import { latencyOf } from './latency.ts';
import { ssmCalls } from './ssm.ts';
import type { HostSide, RegionContext, RegionEvent } from './state/context.ts';
import { strikes } from './state/context.ts';
import { noSwitches, type Rates, type Switches } from './state/faults.ts';
import { fail, type Input } from './state/input.ts';
import type { SimInstance, SimSnapshot, SimTemplate, SimVolume } from './state/model.ts';
import { Pools } from './state/pools.ts';
import { namedTemplate } from './templates.ts';
import { Throttles } from './throttle.ts';

/** Reads whose answers may be stale. */
const STALE_READS = new Set(['DescribeInstances', 'DescribeVolumes', 'DescribeSnapshots']);
/** How long a call may be on its way when its sender has died: seconds as a rule, minutes at times. */
const LATE = { meanSeconds: 40, longest: minutes(15) };
/** Operations that change nothing. */
const READS = /^(Describe|Get|Query$|List)/;
const reads = new Map<string, boolean>();

/** Asked several times for each call, of a few dozen names. */
export const changesNothing = (name: string): boolean => {
  let found = reads.get(name);
  if (found === undefined) {
    found = READS.test(name);
    reads.set(name, found);
  }
  return found;
};

export interface RegionOptions {
  kernel: Kernel;
  regionName: string;
  zones: readonly string[];
  chance: (label: string) => Chance;
  rates: Rates;
  account: string;
  /** The product's table is made under this name; absent where the tables come from a template. */
  tableName?: string;
  deliver(delivered: Delivered): void;
  published(detailType: string, detail: unknown): void;
}

/** Who calls: a Lambda sandbox that may die while its call is under way. */
export interface Caller {
  dead: boolean;
  pending: number;
  /** Ends it where it stands. */
  die?(): void;
}

export interface CallWatch {
  /** Right before a mutating call takes effect. */
  before(operation: Operation): void;
  after(operation: Operation, output: OperationOutput): void;
  /** It takes effect now, long after it was sent: what it was sent for has been judged by `before`. */
  late(operation: Operation): void;
}

export class Region implements RegionContext {
  readonly kernel: Kernel;
  readonly regionName: string;
  readonly zones: readonly string[];
  readonly subnets = new Map<string, string>();
  readonly chance: (label: string) => Chance;
  rates: Rates;
  readonly switches: Switches = noSwitches();
  readonly pools = new Pools();
  readonly instances = new Map<string, SimInstance>();
  readonly volumes = new Map<string, SimVolume>();
  readonly snapshots = new Map<string, SimSnapshot>();
  readonly templates = new Map<string, SimTemplate>();
  readonly others = new Set<string>();
  readonly past: RegionContext['past'] = { instances: [], volumes: [], snapshots: [] };
  readonly refusals = new Map<string, number>();
  readonly injected = new Map<string, number>();
  readonly parameters = new Map<string, string>();
  /** Calls by `service:Operation`. */
  readonly calls = new Map<string, number>();
  readonly dynamo: Dynamo;
  host: HostSide;
  watch: CallWatch | undefined;
  readonly #plumbing: EventPlumbing;
  readonly #operations: Record<string, Record<string, RegionCall>>;
  readonly #throttles: Throttles;
  readonly #lastShown = { at: 0 };

  constructor(options: RegionOptions, host: HostSide) {
    this.kernel = options.kernel;
    this.regionName = options.regionName;
    this.zones = options.zones;
    this.chance = options.chance;
    this.rates = options.rates;
    this.host = host;
    this.#throttles = new Throttles(() => this.kernel.now());
    this.dynamo = createDynamo({ now: () => this.kernel.now(), indexLagMs: () => 0 });
    if (options.tableName !== undefined) this.dynamo.createTable(spotkeepTable(options.tableName));
    this.#plumbing = eventPlumbing(this, options);
    this.#operations = {
      ec2: ec2Calls(this),
      ssm: ssmCalls(this, this.parameters),
      events: this.#plumbing.calls,
      sts: {
        GetCallerIdentity: () => ({
          Account: options.account,
          Arn: `arn:aws:iam::${options.account}:role/spotkeep`,
          UserId: 'AROA',
        }),
      },
    };
  }

  templateFor(specification: Input): SimTemplate | undefined {
    return namedTemplate(this, specification);
  }

  emit(event: RegionEvent): void {
    this.#plumbing.emit(event);
  }

  /** One call, on virtual time. Never settles for a caller that died meanwhile. */
  handle(operation: Operation, caller: Caller): Promise<OperationOutput> {
    const key = `${operation.service}:${operation.name}`;
    this.calls.set(key, (this.calls.get(key) ?? 0) + 1);
    caller.pending += 1;
    return new Promise((resolve, reject) => {
      const answer = (after: Ms, settle: () => void): void => {
        this.kernel.after(after, () => {
          caller.pending -= 1;
          if (caller.dead) return;
          this.kernel.woke();
          settle();
        });
      };
      const latency = this.#latency(operation);
      if (this.#isLate(operation, caller)) return this.#sendLate(operation, caller, latency);
      const fault = this.#fault(operation);
      const lost = (): RegionError =>
        new RegionError({
          service: operation.service,
          code: 'RequestTimeout',
          outcome: 'timeout',
        });
      if (fault === 'timeout-not-applied') return answer(seconds(5), () => reject(lost()));
      if (fault instanceof RegionError) return answer(ms(latency), () => reject(fault));
      // Reads take effect as they answer; so do the table's calls, whose milliseconds nothing falls between.
      const atOnce =
        fault === undefined && (operation.service === 'dynamodb' || changesNothing(operation.name));
      if (atOnce) {
        this.kernel.after(ms(latency), () => {
          caller.pending -= 1;
          // What was sent takes effect whether its sender still lives or not.
          const result = this.#attempt(operation);
          if (caller.dead) return;
          this.kernel.woke();
          if ('output' in result) resolve(result.output);
          else reject(result.error);
        });
        return;
      }
      this.kernel.after(ms(latency * 0.6), () => {
        const result = this.#attempt(operation);
        const rest = ms(latency * 0.4);
        if (fault === 'timeout-applied') answer(seconds(5), () => reject(lost()));
        else if ('output' in result) {
          const { output } = result;
          answer(rest, () => resolve(output));
        } else {
          const { error } = result;
          answer(rest, () => reject(error));
        }
      });
    });
  }

  #isLate({ name }: Operation, caller: Caller): boolean {
    return caller.die !== undefined && !changesNothing(name) && strikes(this, 'lateCall', 'late calls');
  }

  /** The sender dies with its call on the way; the call arrives, whatever has become of the world meanwhile. */
  #sendLate(operation: Operation, caller: Caller, latency: number): void {
    this.watch?.before(operation);
    const way = Math.min(LATE.longest, this.chance('late calls').exponential(LATE.meanSeconds));
    this.kernel.after(ms(latency * 0.6), () => {
      caller.pending -= 1;
      if (!caller.dead) caller.die?.();
    });
    this.kernel.after(ms(latency + way), () => {
      this.watch?.late(operation);
      this.#attempt(operation, true);
    });
  }

  /** The operation at this moment, without latency or faults (tests, scripts, the wire's server). */
  applyNow(operation: Operation): OperationOutput {
    return this.#apply(operation);
  }

  #attempt(operation: Operation, late = false): { output: OperationOutput } | { error: unknown } {
    try {
      return { output: this.#apply(operation, late) };
    } catch (error) {
      return { error };
    }
  }

  #apply(operation: Operation, late = false): OperationOutput {
    const mutating = !changesNothing(operation.name);
    if (mutating && !late) this.watch?.before(operation);
    const output = operation.service === 'dynamodb' ? this.dynamo.handle(operation) : this.#run(operation);
    if (mutating) this.watch?.after(operation, output);
    return output;
  }

  #run({ service, name, input }: Operation): OperationOutput {
    const run = this.#operations[service]?.[name];
    if (!run)
      throw fail(
        service,
        service === 'ec2' ? 'InvalidAction' : 'UnknownOperationException',
        `The action ${name} is not valid for this web service.`,
      );
    return run(input, this.#asOf(name));
  }

  /** Mostly now; at times a little or long ago, rarely before what was shown last. */
  #asOf(name: string): number {
    const at = this.kernel.now();
    if (!STALE_READS.has(name)) return at;
    const stale = strikes(this, 'staleRead', 'stale');
    const back = strikes(this, 'backInTime', 'stale');
    if (!stale && !back) {
      this.#lastShown.at = at;
      return at;
    }
    const age = Math.min(300_000, this.chance('stale').exponential(back ? 20 : 2));
    const shown = at - age;
    // Plain staleness never shows less than a reading before did; `back` does.
    return back ? shown : Math.max(shown, Math.min(this.#lastShown.at, at));
  }

  #latency(operation: Operation): number {
    const [low, high] = latencyOf(operation);
    const slow =
      operation.service !== 'dynamodb' && strikes(this, 'slowCall')
        ? this.chance('latency').between(1_000, 4_500)
        : 0;
    return this.chance('latency').between(low, high) + slow;
  }

  #fault(operation: Operation): RegionError | 'timeout-applied' | 'timeout-not-applied' | undefined {
    const { service, name } = operation;
    const { apiErrors } = this.switches;
    if (service === 'dynamodb') {
      if (strikes(this, 'ambiguousCommit')) return 'timeout-applied';
      return undefined;
    }
    const hit = apiErrors?.operations?.includes(name) ?? service !== 'sts';
    if (apiErrors && this.kernel.now() < apiErrors.until && hit) {
      return new RegionError({
        service,
        code: apiErrors.code,
        message: apiErrors.code,
        statusCode: apiErrors.code.startsWith('Internal') ? 500 : 503,
      });
    }
    if (this.#throttles.refuses(name) || strikes(this, 'throttle')) {
      const code = service === 'ec2' ? 'RequestLimitExceeded' : 'ThrottlingException';
      return new RegionError({
        service,
        code,
        message: 'Request limit exceeded.',
        statusCode: service === 'ec2' ? 503 : 400,
      });
    }
    if (strikes(this, 'serverError'))
      return new RegionError({
        service,
        code: 'InternalError',
        message: 'An internal error has occurred',
        statusCode: 500,
      });
    if (strikes(this, 'timeoutApplied')) return 'timeout-applied';
    if (strikes(this, 'timeoutNotApplied')) return 'timeout-not-applied';
    return undefined;
  }
}

// The embedded region with the product in it: the real handlers on the real adapters, the region below their SDK clients,
// hosts, ledger and judge, on one virtual clock from one seed.

import { createHandler as applyWorkload } from '../functions/apply-workload.ts';
import { createHandler as backup } from '../functions/backup.ts';
import { createHandler as backupDelete } from '../functions/backup-delete.ts';
import { createHandler as destroy } from '../functions/destroy.ts';
import { createHandler as history } from '../functions/history.ts';
import { createHandler as interruption } from '../functions/interruption.ts';
import { createHandler as move } from '../functions/move.ts';
import { createHandler as plan } from '../functions/plan.ts';
import { createHandler as reconcile } from '../functions/reconcile.ts';
import { createHandler as recover } from '../functions/recover.ts';
import { createHandler as restore } from '../functions/restore.ts';
import { createHandler as resume } from '../functions/resume.ts';
import type { Handler, Runtime } from '../functions/runtime/handler.ts';
import { createHandler as setSchedule } from '../functions/set-schedule.ts';
import { createHandler as startNow } from '../functions/start-now.ts';
import { createHandler as status } from '../functions/status.ts';
import { createHandler as stopNow } from '../functions/stop-now.ts';
import { createHandler as sweep } from '../functions/sweep.ts';
import { createHandler as tick } from '../functions/tick.ts';
import { portsOn } from '../shared/aws/ports.ts';
import { add, type Instant, type Ms, minutes, ms, seconds } from '../shared/base/time.ts';
import type { Deps } from '../shared/loop/deps.ts';
import type { Clock } from '../shared/port/clock.ts';
import { TAG } from '../shared/port/tags.ts';
import { SimHosts } from './host/hosts.ts';
import { Ledger } from './host/ledger.ts';
import { Judge } from './judge/judge.ts';
import { worldRecords } from './judge/record-bodies.ts';
import { Kernel } from './kernel/kernel.ts';
import { type Chance, createChance, seededIds } from './kernel/random.ts';
import { type FunctionSpec, Lambda } from './lambda.ts';
import { type Caller, Region } from './region/region.ts';
import type { HostSide } from './region/state/context.ts';
import { strikes } from './region/state/context.ts';
import type { Rates } from './region/state/faults.ts';
import { createTemplate } from './region/templates.ts';
import { directClients, wireClients } from './wire/clients.ts';

export const ACCOUNT = '123456789012';
const STAGE = 'demo';
/** Value of the tag `spotkeep:project` on all that is the stack's own. */
export const PROJECT = `spotkeep-${STAGE}`;
const NAMES = {
  stage: STAGE,
  table: `spotkeep-${STAGE}`,
  bus: `spotkeep-${STAGE}`,
  documentPrefix: `spotkeep-${STAGE}`,
};

/** The product's table in the embedded region. */
export const TABLE = NAMES.table;

export interface LogLine {
  at: Instant;
  level: 'info' | 'warn';
  message: string;
  fields: Record<string, unknown>;
}

export interface WorldOptions {
  seed: number;
  start: Instant;
  regionName: string;
  zones: readonly string[];
  rates: Rates;
  /** `wire`: requests serialised and parsed as for AWS; `direct`: below serialisation, for long runs. */
  entrance: 'wire' | 'direct';
  /** Clocks of sandboxes are wrong by up to this much, each by its own share. */
  skewMs?: number;
  /** The loop rests at least this long between two looks, for long runs: most looks a second after the last find nothing. */
  shortestPause?: Ms;
  /** Other hosts than simulated ones. */
  hosts?(ledger: Ledger): SimHosts;
  onLog?(line: LogLine): void;
  onEvent?(detailType: string, detail: unknown): void;
}

const FUNCTIONS: Record<string, (runtime: Runtime) => Handler> = {
  tick,
  interruption,
  reconcile,
  sweep,
  'start-now': startNow,
  'stop-now': stopNow,
  'set-schedule': setSchedule,
  'apply-workload': applyWorkload,
  status,
  resume,
  history,
  plan,
  move,
  backup,
  'backup-delete': backupDelete,
  restore,
  recover,
  destroy,
};

/** As serverless.yml has them, which test/functions/time-outs.test.ts compares. */
export const SIMULATED_TIMEOUTS: Readonly<Record<string, Ms>> = {
  ...Object.fromEntries(Object.keys(FUNCTIONS).map((name) => [name, seconds(30)])),
  interruption: seconds(10),
  reconcile: seconds(300),
  sweep: seconds(300),
};

export class World {
  readonly kernel: Kernel;
  readonly region: Region;
  readonly hosts: SimHosts;
  readonly ledger = new Ledger();
  readonly judge: Judge;
  readonly lambda: Lambda;
  readonly options: WorldOptions;
  readonly #chances = new Map<string, Chance>();
  /** All sandboxes and the judge read the same few records: each is read and checked once. */
  readonly #records = worldRecords();
  /** Long runs may leave out a scheduled call (`tick`, `sweep`) that would find nothing to do, … */
  isIdle: (name: string) => boolean = () => false;
  /** … and a loop of a workload that has nothing to do. */
  isCalm: (workload: string) => boolean = () => false;

  constructor(options: WorldOptions) {
    this.options = options;
    this.kernel = new Kernel(options.start);
    const unready: HostSide = new SimHosts(this.ledger);
    this.region = new Region(
      {
        kernel: this.kernel,
        regionName: options.regionName,
        zones: options.zones,
        chance: (label) => this.chance(label),
        rates: options.rates,
        account: ACCOUNT,
        tableName: NAMES.table,
        deliver: ({ target, event, wakes }) => {
          if (wakes === undefined || !this.isCalm(wakes)) this.lambda.submit(target, event);
        },
        published: (detailType, detail) => options.onEvent?.(detailType, detail),
      },
      unready,
    );
    for (const kind of ['', '-ubuntu', '-flatcar'])
      createTemplate(this.region, { name: `${PROJECT}${kind}`, tags: { [TAG.project]: PROJECT } });
    this.hosts = options.hosts?.(this.ledger) ?? new SimHosts(this.ledger);
    this.hosts.connect(this.region);
    this.region.host = this.hosts;
    this.judge = new Judge(this.region, this.ledger, (name, text) => this.#records.readRecord(name, text));
    this.hosts.watch = this.judge;
    this.lambda = new Lambda(this.kernel, this.region, this.#functions());
    this.#schedule('tick', minutes(1), 60);
    this.#schedule('sweep', minutes(5), 60);
  }

  chance(label: string): Chance {
    const found = this.#chances.get(label);
    if (found) return found;
    const made = createChance(this.options.seed, label);
    this.#chances.set(label, made);
    return made;
  }

  /** EventBridge Scheduler: once in each period, anywhere within its first minute. */
  #schedule(name: string, every: Ms, spreadSeconds: number): void {
    const chance = this.chance(`schedule/${name}`);
    const next = (from: number): void => {
      const tick = (): void => {
        if (!this.isIdle(name) && !strikes(this.region, 'tickMissed')) this.lambda.tick(name);
        next(from + every);
      };
      this.kernel.at((from + chance.between(0, spreadSeconds * 1000)) as Instant, tick, true);
    };
    next(this.kernel.now());
  }

  #functions(): Record<string, FunctionSpec> {
    const ids = seededIds(this.chance('product ids'), () => this.kernel.now());
    return Object.fromEntries(
      Object.entries(FUNCTIONS).map(([name, create]) => [
        name,
        {
          timeout: SIMULATED_TIMEOUTS[name] ?? seconds(30),
          create: (caller: Caller) => create(this.#runtime(this.#deps(caller, ids))),
        },
      ]),
    );
  }

  #runtime(deps: Deps): Runtime {
    return {
      deps: () => deps,
      expected: () => ({ account: ACCOUNT, region: this.options.regionName }),
    };
  }

  #deps(caller: Caller, ids: Deps['ids']): Deps {
    const { entrance, regionName } = this.options;
    const handle = (operation: Parameters<Region['handle']>[0]) => this.region.handle(operation, caller);
    const clients = entrance === 'wire' ? wireClients(handle, regionName) : directClients(handle);
    const { skewMs } = this.options;
    const skew = skewMs ? Math.round(this.chance('skew').between(-skewMs, skewMs)) : 0;
    const clock = callerClock(this.kernel, caller, skew);
    const patient = callerClock(this.kernel, caller, skew, this.options.shortestPause);
    const chance = this.chance('jitter');
    const ports = portsOn(clients, NAMES, { clock, random: () => chance.next() });
    const log = (level: LogLine['level']) => (message: string, fields: Record<string, unknown>) =>
      this.options.onLog?.({ at: this.kernel.now(), level, message, fields });
    return {
      ...ports,
      records: this.#records.watched(ports.records),
      readings: this.#records.readings,
      clock: patient,
      ids,
      log: { info: log('info'), warn: log('warn') },
      metrics: { count: () => undefined },
      settings: {
        launchTemplate: PROJECT,
        parameterPath: `/spotkeep/${STAGE}`,
        project: PROJECT,
      },
    };
  }

  /** Invokes a function as an operator would and lets time pass until it has answered. */
  async invoke(name: string, payload: unknown): Promise<unknown> {
    let ended: Awaited<ReturnType<Lambda['invoke']>> | undefined;
    void this.lambda.invoke(name, payload).then((result) => {
      ended = result;
    });
    const patience = (this.kernel.now() + 900_000) as Instant;
    while (!ended && this.kernel.now() < patience) {
      await this.kernel.runUntil((this.kernel.now() + 1_000) as Instant, () => ended !== undefined);
    }
    if (!ended) throw new Error(`${name} did not answer`);
    if (ended.kind === 'failed') throw new Error(`${name}: ${ended.error}`);
    return ended.answer;
  }
}

/** The product's clock inside one sandbox: a dead one never wakes again. */
const callerClock = (kernel: Kernel, caller: Caller, skew: number, shortest = ms(0)): Clock => ({
  now: () => add(kernel.now(), ms(skew)),
  sleep: (duration) =>
    new Promise((resolve) => {
      caller.pending += 1;
      kernel.after(ms(Math.max(duration, shortest)), () => {
        caller.pending -= 1;
        if (caller.dead) return;
        kernel.woke();
        resolve();
      });
    }),
});

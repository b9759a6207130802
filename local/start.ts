// Puts the local region together: package, template, journal, region, functions, schedules, HTTP. Ends in the reverse
// order; what was accepted is on the disk by then.

import { randomInt, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ROOT } from '../infra/package/osls.ts';
import { identify } from './access/authorize.ts';
import { environmentOf } from './lambda/environment.ts';
import { LambdaService } from './lambda/service.ts';
import { unpack } from './lambda/unpack.ts';
import { packageFirst } from './package-first.ts';
import { LocalError } from './process/local-error.ts';
import { noJournal, openJournal } from './region/journal.ts';
import { LocalWorld } from './region/world.ts';
import { awsAnswerer, awsServices } from './serve/aws.ts';
import { control } from './serve/control.ts';
import { performer } from './serve/perform.ts';
import { InvocationReport } from './serve/report.ts';
import { runSchedules } from './serve/schedules.ts';
import { startServer } from './serve/server.ts';
import { readStack } from './stack/read.ts';

/** As the simulator's own resources have it in their ARNs. */
const ACCOUNT = '123456789012';

export interface StartOptions {
  port: number;
  /** Share of AWS's latencies. */
  latency: number;
  /** Where the state is kept; nowhere when absent. */
  state?: string;
  /** Directory of the package. */
  packageDirectory: string;
  mayPackage: boolean;
  /** Zone by subnet id, beside the region's own. */
  subnets: ReadonlyMap<string, string>;
  /** Functions that run at the same time without a reservation. */
  concurrency: number;
  /** Also the functions' own lines. */
  verbose: boolean;
  out: (line: string) => void;
}

export interface Running {
  endpoint: string;
  region: string;
  stop: () => Promise<void>;
}

const wall = {
  now: () => Date.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

type Packaged = Awaited<ReturnType<typeof packageFirst>>;

const openWorld = async (
  options: StartOptions,
  packaged: Packaged,
  report: InvocationReport,
): Promise<LocalWorld> => {
  const { region, template } = packaged;
  const world = await LocalWorld.open({
    stack: readStack(template, { accountId: ACCOUNT, region }),
    zones: ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
    subnets: options.subnets,
    seed: randomInt(2 ** 31),
    latency: options.latency,
    wall,
    opened: options.state === undefined ? noJournal() : await openJournal(options.state),
    onTold: (arn, event) => report.told(arn, event),
    onProblem: (text) => report.problem(text),
    onDefect: (error) => report.defect(error),
  });
  // Not before: what a replay goes through is long told.
  world.judge.onRecord = (name, record, before) => {
    if (record.state !== before?.state) report.state(name, record.state, before?.state);
  };
  return world;
};

interface Parts {
  options: StartOptions;
  packaged: Packaged;
  world: LocalWorld;
  report: InvocationReport;
  /** Known when the server listens. */
  endpoint: () => string;
}

const lambdaOf = ({ options, packaged, world, report, endpoint }: Parts): LambdaService => {
  const { stack, switches } = world.region;
  const zips = new Set(stack.functions.map(({ zip }) => zip));
  const cache = path.join(ROOT, '.cache', 'local');
  const roots = new Map([...zips].map((zip) => [zip, unpack(packaged.zip(zip), cache)]));
  const taskRoot = (zip: string): string => roots.get(zip) ?? '';
  return new LambdaService({
    stack,
    taskRoot,
    environment: (fn) => environmentOf(fn, stack, { endpoint: endpoint(), taskRoot: taskRoot(fn.zip) }),
    unreserved: options.concurrency,
    now: wall.now,
    pace: () => options.latency,
    downUntil: () => switches.controlPlaneDownUntil,
    ended: (id, ending) => world.ended(id, ending),
    onLog: (name, text) => report.log(name, text),
    onEnded: (fn, outcome, ms) => report.ended(fn, outcome, ms),
  });
};

const listen = (parts: Parts, service: LambdaService): Promise<Server> => {
  const { options, packaged, world, report } = parts;
  const { stack } = world.region;
  const { latency } = options;
  const deployedAt = packaged.madeAt.toISOString().replace('Z', '+0000');
  const onDefect = (error: unknown): void => report.defect(error);
  const aws = awsAnswerer(awsServices(), {
    identify: (accessKeyId) => identify(stack, accessKeyId),
    perform: performer({ stack, service, world, deployedAt, latency, now: wall.now }),
    requestId: randomUUID,
    onDefect,
    onCall: (call) => report.call(call),
  });
  const beside = control({ world, service, latency, problems: report.problems, logs: () => report.lines });
  return startServer({ aws, control: beside, onDefect }, options.port);
};

/** Rejects with LocalError for what the user can fix. */
export const start = async (options: StartOptions): Promise<Running> => {
  const report = new InvocationReport(options);
  const packaged = await packageFirst({
    directory: path.resolve(ROOT, options.packageDirectory),
    mayPackage: options.mayPackage,
    tell: options.out,
  });
  const world = await openWorld(options, packaged, report);
  const { stack, switches } = world.region;
  let endpoint = '';
  const parts: Parts = { options, packaged, world, report, endpoint: () => endpoint };
  const service = lambdaOf(parts);
  const server = await listen(parts, service).catch(async (error: unknown) => {
    await service.close();
    await world.close();
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    throw new LocalError(`port ${options.port} is in use; choose another with --port`);
  });
  endpoint = `http://127.0.0.1:${portOf(server.address())}`;
  world.begin((ask) => service.submit(ask));
  const stopSchedules = runSchedules({
    stack,
    since: world.start,
    now: wall.now,
    downUntil: () => Math.max(switches.controlPlaneDownUntil, switches.schedulerDownUntil),
    ask: (ask) => {
      world.ask(ask).catch((error: unknown) => report.defect(error));
    },
    deadLetter: (queue, body) => {
      world.deadLetter(queue, body).catch((error: unknown) => report.defect(error));
    },
    onProblem: (text) => report.problem(text),
  });
  return {
    endpoint,
    region: stack.region,
    stop: async () => {
      service.refuse();
      stopSchedules();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      await world.close();
    },
  };
};

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

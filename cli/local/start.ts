// Puts the local region together: package, template, journal, region, functions, schedules, HTTP. Ends in the reverse
// order; what was accepted is on the disk by then.

import { randomInt, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ROOT } from '../../scripts/osls.ts';
import { latencyOf } from '../../simulator/region/region.ts';
import type { Operation } from '../../simulator/wire/operation.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { authorize, type Identity, identify } from './access/authorize.ts';
import { environmentOf } from './lambda/environment.ts';
import { LambdaService } from './lambda/service.ts';
import { unpack } from './lambda/unpack.ts';
import { LocalError } from './local-error.ts';
import { packageFirst } from './package-first.ts';
import { noJournal, openJournal } from './region/journal.ts';
import { networksOf } from './region/networks.ts';
import { LocalWorld } from './region/world.ts';
import { awsAnswerer, awsServices } from './serve/aws.ts';
import { control } from './serve/control.ts';
import { lambdaCall } from './serve/lambda-calls.ts';
import { Report } from './serve/report.ts';
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
  out(line: string): void;
}

export interface Running {
  endpoint: string;
  region: string;
  stop(): Promise<void>;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const wall = {
  now: () => Date.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const latencyMs = (operation: Operation, pace: number): number => {
  const [low, high] = latencyOf(operation);
  return (low + (high - low) * Math.random()) * pace;
};

export const start = async (options: StartOptions): Promise<Running> => {
  const report = new Report(options);
  const packaged = await packageFirst({
    directory: path.resolve(ROOT, options.packageDirectory),
    mayPackage: options.mayPackage,
    tell: options.out,
  });
  const stack = readStack(packaged.template, { accountId: ACCOUNT, region: packaged.region });
  const zones = ['a', 'b', 'c'].map((letter) => `${packaged.region}${letter}`);
  const opened = options.state === undefined ? noJournal() : await openJournal(options.state);
  const world = await LocalWorld.open({
    stack,
    zones,
    networks: networksOf(zones, stack.tags, options.subnets),
    seed: randomInt(2 ** 31),
    latency: options.latency,
    wall,
    opened,
    onProblem: (text) => report.problem(text),
    onDefect: (error) => report.defect(error),
  });
  const roots = new Map(
    [...new Set(stack.functions.map(({ zip }) => zip))].map((zip) => [
      zip,
      unpack(packaged.zip(zip), path.join(ROOT, '.cache', 'local')),
    ]),
  );
  const taskRoot = (zip: string): string => roots.get(zip) ?? '';
  const { switches } = world.region;
  let endpoint = '';
  const service = new LambdaService({
    stack,
    taskRoot,
    environment: (fn) => environmentOf(fn, stack, { endpoint, taskRoot: taskRoot(fn.zip) }),
    unreserved: options.concurrency,
    now: wall.now,
    pace: () => options.latency,
    downUntil: () => switches.controlPlaneDownUntil,
    ended: (id, ending) => world.ended(id, ending),
    onLog: (name, text) => report.log(name, text),
    onEnded: (fn, outcome, ms) => report.ended(fn, outcome, ms),
  });

  const perform = async (operation: Operation, identity: Identity) => {
    const { service: name } = operation;
    if (name === 'sts') return caller(operation, identity, stack.accountId);
    const latency = latencyMs(operation, options.latency);
    if (name !== 'lambda') await wait(latency * 0.6);
    refuseInTrouble(world, operation, identity, wall.now());
    await world.look(() => authorize(world.region, identity, operation));
    if (name === 'lambda')
      return lambdaCall({ stack, service, world, requestId: randomUUID }, operation.name, operation.input);
    if (operation.input.DryRun === true)
      throw new RegionError({
        service: name,
        code: 'DryRunOperation',
        message: 'Request would have succeeded, but DryRun flag is set.',
        statusCode: 412,
      });
    const output = await world.call(operation);
    await wait(latency * 0.4);
    return output;
  };

  const aws = awsAnswerer(awsServices(), {
    identify: (accessKeyId) => identify(stack, accessKeyId),
    perform,
    requestId: randomUUID,
    onDefect: (error) => report.defect(error),
    onCall: (call) => report.call(call),
  });
  const server = await startServer(
    {
      aws,
      control: control({
        world,
        service,
        latency: options.latency,
        problems: report.problems,
        logs: () => report.lines,
      }),
      onDefect: (error) => report.defect(error),
    },
    options.port,
  ).catch(async (error: unknown) => {
    await world.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new LocalError(`port ${options.port} is in use; choose another with --port`);
    throw error;
  });
  endpoint = `http://127.0.0.1:${portOf(server.address())}`;
  world.oracle.onRecord = (name, record, before) => {
    if (record.state !== before?.state) report.state(name, record.state, before?.state);
  };
  world.begin((ask) => service.submit(ask));
  const stopSchedules = runSchedules({
    stack,
    since: world.start,
    now: wall.now,
    downUntil: () => Math.max(switches.controlPlaneDownUntil, switches.schedulerDownUntil),
    ask: (ask) => {
      world.ask({ ...ask, requestId: randomUUID() }).catch((error: unknown) => report.defect(error));
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

const caller = ({ name }: Operation, { arn, userId }: Identity, accountId: string) => {
  if (name !== 'GetCallerIdentity')
    throw new RegionError({
      service: 'sts',
      code: 'InvalidAction',
      message: `the local region does not simulate ${name}`,
    });
  return { Account: accountId, Arn: arn, UserId: userId };
};

/** `spotkeep local api-errors`: what functions ask for is refused; people still get through. */
const refuseInTrouble = (
  world: LocalWorld,
  { service }: Operation,
  { role }: Identity,
  now: number,
): void => {
  const { apiErrors } = world.region.switches;
  if (!apiErrors || now >= apiErrors.until || !role || service === 'dynamodb' || service === 'lambda') return;
  const { code } = apiErrors;
  throw new RegionError({
    service,
    code,
    message: code,
    statusCode: code.startsWith('Internal') ? 500 : 503,
  });
};

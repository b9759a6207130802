// The Lambda runtime: real clients, the wall clock, Powertools. Built on the first call and kept for the container's
// life; nothing in it outlives a call but connections.

import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { awsPorts } from '../../shared/aws/ports.ts';
import { instant } from '../../shared/base/time.ts';
import { createUlid } from '../../shared/base/ulid.ts';
import type { Deps } from '../../shared/loop/deps.ts';
import type { Clock } from '../../shared/port/clock.ts';
import { createRecordShelf } from '../../shared/record/shelf.ts';
import { createCalendarShelf } from '../../shared/schedule/shelf.ts';
import { type Config, readConfig } from './config.ts';
import type { Runtime } from './handler.ts';

const wallClock: Clock = {
  now: () => instant(Date.now()),
  sleep: async (duration) => {
    await pause(duration);
  },
};

const lambdaDeps = (config: Config, logger: Logger, metrics: Metrics): Deps => ({
  ...awsPorts(config, wallClock),
  calendars: createCalendarShelf(),
  readings: createRecordShelf(),
  clock: wallClock,
  ids: { ulid: () => createUlid(wallClock.now(), randomBytes(10)), uuid: () => randomUUID() },
  log: {
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
  },
  metrics: { count: (name, value) => metrics.addMetric(name, MetricUnit.Count, value) },
  settings: {
    launchTemplate: config.launchTemplate,
    parameterPath: config.parameterPath,
    project: `spotkeep-${config.stage}`,
  },
});

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** One runtime per function file; reads the environment on the first call, not at import. */
export const lambdaRuntime = (): Runtime => {
  const config = once(() => readConfig(process.env));
  const logger = once(() => new Logger());
  const metrics = once(() => new Metrics());
  const deps = once(() => lambdaDeps(config(), logger(), metrics()));
  return {
    deps,
    expected: () => ({ account: config().account, region: config().region }),
    middlewares: () => [
      injectLambdaContext(logger(), { resetKeys: true }),
      logMetrics(metrics(), { captureColdStartMetric: true }),
    ],
  };
};

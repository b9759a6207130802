// The Lambda runtime: the wall clock, chance, the environment, lines on standard output. Built on the first call and kept
// for the sandbox's life; nothing in it outlives a call but connections and what was read of the records.

import { randomBytes, randomUUID } from 'node:crypto';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { instant } from '../../shared/base/time.ts';
import { createUlid } from '../../shared/base/ulid.ts';
import type { Deps } from '../../shared/loop/deps.ts';
import type { Clock } from '../../shared/port/clock.ts';
import { readConfig } from './config.ts';
import type { Call, CreateHandler, Handler } from './handler.ts';
import { type CallNames, lineLog, lineMetrics } from './lines.ts';
import type { On } from './ports.ts';

/** What every function has; the ports it names come on top. */
export type BaseDeps = Pick<Deps, 'clock' | 'ids' | 'log' | 'metrics' | 'settings'>;

const wallClock: Clock = {
  now: () => instant(Date.now()),
  sleep: async (duration) => {
    await pause(duration);
  },
};

const line = {
  now: () => wallClock.now(),
  write: (text: string) => {
    process.stdout.write(`${text}\n`);
  },
};

/** A handler in Lambda, on the ports that this function needs. Nothing is read and nothing made before the first call. */
export const onLambda = <P>(create: CreateHandler<BaseDeps & P>, portsOn: (on: On) => P): Handler => {
  let about: CallNames & { coldStart: boolean } = { coldStart: true };
  const build = () => {
    const config = readConfig(process.env);
    const project = `spotkeep-${config.stage}`;
    const metrics = lineMetrics(line, project);
    const { launchTemplate, parameterPath, account, region } = config;
    const deps = {
      clock: wallClock,
      ids: { ulid: () => createUlid(wallClock.now(), randomBytes(10)), uuid: () => randomUUID() },
      log: lineLog(line, () => about),
      metrics,
      settings: { launchTemplate, parameterPath, project },
      ...portsOn({ ...config, clock: wallClock, random: Math.random }),
    };
    const handler = create({ deps: () => deps, expected: () => ({ account, region }) });
    return { handler, metrics };
  };
  let built: ReturnType<typeof build> | undefined;
  return async (event: unknown, call: Call & CallNames) => {
    built ??= build();
    const { handler, metrics } = built;
    const { awsRequestId, functionName } = call;
    about = { ...about, awsRequestId, functionName };
    try {
      return await handler(event, call);
    } finally {
      metrics.flush();
      about = { coldStart: false };
    }
  };
};

// `spotkeep local`: starts the region and stays until Ctrl-C.

import process from 'node:process';
import { LocalError } from './process/local-error.ts';
import type { Running, StartOptions } from './start.ts';

export interface LocalFlags {
  port: string;
  latency: string;
  state?: string;
  package: string | boolean;
  packageDir: string;
  subnet: string[];
  concurrency: string;
  verbose?: boolean;
}

const numberIn = (flag: string, text: string, [low, high]: readonly [number, number]): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < low || value > high)
    throw new LocalError(`${flag}: expected a number from ${low} to ${high}, found ${text}`);
  return value;
};

const subnetsIn = (given: readonly string[]): Map<string, string> =>
  new Map(
    given.map((text) => {
      const [id = '', zone = ''] = text.split('=');
      if (!/^subnet-[0-9a-f]+$/.test(id) || zone === '')
        throw new LocalError(`--subnet: expected subnet-…=zone, found ${text}`);
      return [id, zone];
    }),
  );

const optionsOf = (flags: LocalFlags): StartOptions => ({
  port: numberIn('--port', flags.port, [0, 65_535]),
  latency: numberIn('--latency', flags.latency, [0, 10]),
  ...(flags.state === undefined ? {} : { state: flags.state }),
  packageDirectory: flags.packageDir,
  mayPackage: flags.package !== false,
  subnets: subnetsIn(flags.subnet),
  concurrency: numberIn('--concurrency', flags.concurrency, [1, 1_000]),
  verbose: flags.verbose === true,
  out: (line) => process.stdout.write(`${line}\n`),
});

/** Resolves with the exit code when the region has ended: 0 after Ctrl-C, 2 for bad input, 1 for anything else. */
export const runLocal = async (flags: LocalFlags): Promise<number> => {
  let running: Running;
  try {
    const { start } = await import('./start.ts');
    running = await start(optionsOf(flags));
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    process.stderr.write(`spotkeep local: ${error.message}\n`);
    return 2;
  }
  process.stdout.write(`${welcome(running, flags)}\n`);
  await untilSignal();
  process.stdout.write('\nEnding the functions …\n');
  await running.stop();
  if (flags.state !== undefined) process.stdout.write(`State saved to ${flags.state}.\n`);
  return 0;
};

const welcome = (
  { endpoint, region }: Running,
  { state }: LocalFlags,
): string => `The local region answers at ${endpoint}

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

${state === undefined ? 'State is discarded on exit; pass --state FILE to keep it.' : `State: ${state}`} Ctrl-C ends it.`;

/** Ctrl-C reaches a whole group of processes, some of which pass it on: what follows at once is the same one. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves at the first signal; one more, a second later, ends at once. */
const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    let first: number | undefined;
    const hear = (): void => {
      first ??= Date.now();
      if (Date.now() - first > SAME_SIGNAL_MS) process.exit(130);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, hear);
  });

// The demo's command line. Bad input is one clear line (InputError, exit code 2). Read by hand rather than by parseArgs,
// because `--trace` takes several files after one flag, as a shell's `*.json` gives them.

import { nearest } from '../shared/base/nearest.ts';
import { InputError } from './scenario/error.ts';
import { MOST_DAYS } from './scenario/time.ts';

export interface DemoOptions {
  seed: number;
  /** Absent: the scenario's own, the whole script, or the trace's. */
  days?: number;
  /** Simulated seconds per wall second; absent: as fast as it goes. */
  speed?: number;
  workload?: string;
  scenario?: string;
  traces: string[];
  traceWarning: 'two-minutes' | 'none';
  json: boolean;
  /** One day on real instances. */
  realHost?: true;
  help: boolean;
}

export const HELP = `Usage: npm run demo -- [options]

A week of the workload on a simulated AWS region: a live timeline, then a report.

  --seed N          another seed, another course of chance (default 1)
  --days N          fewer than the story's 8: its first days; more: interruptions, capacity and
                    commands by chance after it
  --speed N         simulated seconds per second (default: as fast as it goes)
  --workload FILE   a workload definition (default examples/gitlab.yml)
  --scenario FILE   a story of your own instead of the built-in one (examples/scenario.yml)
  --trace FILE…     zone capacity from recorded traces, the zone from the file's name; the run
                    ends with the trace
  --trace-warning two-minutes|none
                    whether a reclaim of the trace is announced (default two-minutes)
  --real-host       one day in which the hosts are real: instances under systemd-nspawn with real
                    Docker, disks and one real kill; on Linux as root, in about two minutes
  --json            the report as one JSON object on standard output, nothing else
  --help            this

Exit code 0: all well; 1: an invariant broke or a record is missing; 2: bad input.
`;

/** The report names the seed, and other programs read it: whole numbers that JSON carries exactly. */
const MOST_SEED = 4_294_967_295;
const MOST_SPEED = 1_000_000_000;

type Read = (options: DemoOptions, value: string) => void;

const TAKES_VALUE: Record<string, Read> = {
  '--seed': (options, value) => {
    options.seed = whole('--seed', value, [0, MOST_SEED]);
  },
  '--days': (options, value) => {
    options.days = whole('--days', value, [1, MOST_DAYS]);
  },
  '--speed': (options, value) => {
    options.speed = speed(value);
  },
  '--workload': (options, value) => {
    options.workload = value;
  },
  '--scenario': (options, value) => {
    options.scenario = value;
  },
  '--trace': (options, value) => {
    options.traces.push(value);
  },
  '--trace-warning': (options, value) => {
    options.traceWarning = warning(value);
  },
};
const ALONE: Record<string, (options: DemoOptions) => void> = {
  '--json': (options) => {
    options.json = true;
  },
  '--real-host': (options) => {
    options.realHost = true;
  },
  '--help': (options) => {
    options.help = true;
  },
};
const FLAGS = [...Object.keys(TAKES_VALUE), ...Object.keys(ALONE)];

/** Throws InputError. Of a flag given twice the last one counts; `--trace` gathers all. */
export function readOptions(args: readonly string[]): DemoOptions {
  const options: DemoOptions = { seed: 1, traces: [], traceWarning: 'two-minutes', json: false, help: false };
  let gathering = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-')) {
      if (!gathering) throw new InputError(`${arg}: expected a flag, one of ${FLAGS.join(', ')}`);
      options.traces.push(arg);
      continue;
    }
    const { flag, inline } = split(arg);
    gathering = flag === '--trace';
    const alone = Object.hasOwn(ALONE, flag) ? ALONE[flag] : undefined;
    if (alone) {
      if (inline !== undefined)
        throw new InputError(`${flag}: expected no value, found ${JSON.stringify(inline)}`);
      alone(options);
      continue;
    }
    const read = Object.hasOwn(TAKES_VALUE, flag) ? TAKES_VALUE[flag] : undefined;
    if (!read) throw unknownFlag(flag);
    const value = inline ?? args[++index];
    if (value === undefined || value === '' || (inline === undefined && value.startsWith('--'))) {
      throw new InputError(`${flag}: expected a value, found ${value ? JSON.stringify(value) : 'nothing'}`);
    }
    read(options, value);
  }
  if (options.realHost) refuseBeside(options);
  return options;
}

/** That day has a story of its own, and takes the time it takes. */
function refuseBeside({ days, speed: rate, workload, scenario, traces }: DemoOptions): void {
  const given = Object.entries({ days, speed: rate, workload, scenario, trace: traces[0] });
  const [name] = given.find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined)
    throw new InputError(`--real-host: expected beside --seed and --json only, found --${name}`);
}

function split(arg: string): { flag: string; inline?: string } {
  if (arg === '-h') return { flag: '--help' };
  const equals = arg.indexOf('=');
  return equals < 0 ? { flag: arg } : { flag: arg.slice(0, equals), inline: arg.slice(equals + 1) };
}

function unknownFlag(flag: string): InputError {
  const near = nearest(flag, FLAGS);
  return new InputError(
    `${flag}: expected one of ${FLAGS.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`,
  );
}

function whole(flag: string, value: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InputError(
    `${flag}: expected a whole number from ${least} to ${most}, found ${JSON.stringify(value)}`,
  );
}

function speed(value: string): number {
  const number = /^\d{1,10}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN;
  if (number > 0 && number <= MOST_SPEED) return number;
  throw new InputError(
    `--speed: expected simulated seconds per second, a number above 0, found ${JSON.stringify(value)}`,
  );
}

function warning(value: string): DemoOptions['traceWarning'] {
  if (value === 'two-minutes' || value === 'none') return value;
  throw new InputError(`--trace-warning: expected one of two-minutes, none, found ${JSON.stringify(value)}`);
}

// The command line of the campaign, read strictly: anything else is refused in one line.

import { parseArgs } from 'node:util';

export interface CampaignOptions {
  from: number;
  to: number;
  days: number;
  json: boolean;
  planted: boolean;
  runs: number;
  only: number | undefined;
  workers: number;
  workloads: number;
  without: string[];
  /** Faults that happen as often as they may. */
  more: string[];
  /** Trouble packed closely, for the planted bugs: a day holds what a month brings. */
  dense: boolean;
  /** Ends with the first violation. */
  first: boolean;
  /** Looks that would find nothing are left out. */
  thin: boolean;
}

export class UsageError extends Error {}

export const HELP = `Usage: npm run simulate -- [options]

Worlds of chance: the whole control plane on a simulated region under faults, then healed and judged.

  --seeds A..B     seeds to run (default 1..8)
  --days N         days of faults for each (default 10)
  --workloads N    at most this many workloads a world (default 5)
  --without A,B    faults that do not happen (names as in test/campaign/faults.ts)
  --more A,B       faults that happen as often as they may
  --dense          a day holds the trouble of a month
  --full           also the ticks and sweeps that would find nothing (eight times slower)
  --first          end with the first violation
  --workers N      threads (default 2)
  --planted        one bug at a time is put into a copy of the product: each must be caught
  --runs N         with --planted: so many runs of each, medians are reported (default 1)
  --only ID        with --planted: this bug alone
  --json           one JSON object on standard output, nothing else

Exit code 0: all well; 1: a violation, or a bug that was not caught; 2: bad input.`;

const whole = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new UsageError(`--${name}: expected a whole number from ${least}, found ${text}`);
  return value;
};

const seedsOf = (text: string): { from: number; to: number } => {
  const found = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  const from = Number(found?.[1]);
  const to = Number(found?.[2] ?? found?.[1]);
  if (!found || to < from) throw new UsageError(`--seeds: expected A..B, found ${text}`);
  return { from, to };
};

/** Throws UsageError. */
export const readOptions = (argv: readonly string[]): CampaignOptions | 'help' => {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        seeds: { type: 'string' },
        days: { type: 'string' },
        workloads: { type: 'string' },
        without: { type: 'string' },
        more: { type: 'string' },
        workers: { type: 'string' },
        runs: { type: 'string' },
        only: { type: 'string' },
        planted: { type: 'boolean' },
        json: { type: 'boolean' },
        dense: { type: 'boolean' },
        first: { type: 'boolean' },
        full: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const text = (name: string, otherwise: string): string => String(values[name] ?? otherwise);
  if (values.help) return 'help';
  return {
    ...seedsOf(text('seeds', '1..8')),
    days: whole('days', text('days', '10'), 1),
    json: values.json === true,
    dense: values.dense === true,
    first: values.first === true,
    thin: values.full !== true,
    planted: values.planted === true,
    runs: whole('runs', text('runs', '1'), 1),
    only: values.only === undefined ? undefined : whole('only', text('only', ''), 1),
    workers: whole('workers', text('workers', '2'), 1),
    workloads: whole('workloads', text('workloads', '5'), 1),
    without: text('without', '').split(',').filter(Boolean),
    more: text('more', '').split(',').filter(Boolean),
  };
};

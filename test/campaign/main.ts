// `npm run simulate`: seeds of faults on the simulated region, or, with --planted, bugs put into a copy of the product.
// Exit code 0: all well; 1: a violation or an uncaught bug; 2: bad input, in one line.

import { createHash } from 'node:crypto';
import process from 'node:process';
import { type CampaignOptions, HELP, readOptions, UsageError } from './options.ts';
import { PAIRS } from './pairs.ts';
import { runPlanted } from './planted/run.ts';
import { replayOf, runSeed, type SeedOptions, type SeedResult } from './seed.ts';
import { shrink } from './shrink.ts';
import { runSeeds } from './threads.ts';

const DAY_MS = 86_400_000;
/** Less than this of the time in which it could have served is a violation of its own. */
const SERVED_BAR = 0.98;
/** A share of a few hours says nothing. */
const JUDGED_FROM_DAYS = 20;

const total = (results: readonly SeedResult[], of: (one: SeedResult) => number): number =>
  results.reduce((sum, one) => sum + of(one), 0);

const added = (results: readonly SeedResult[]): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (const { injected } of results)
    for (const [number, count] of Object.entries(injected)) sum[number] = (sum[number] ?? 0) + count;
  return sum;
};

const reportOf = (results: readonly SeedResult[], seconds: number) => {
  const hash = createHash('sha256');
  for (const { seed, logHash } of results) hash.update(`${seed} ${logHash}\n`);
  const possible = total(results, (one) => one.possibleMs);
  const coverage = [...new Set(results.flatMap((one) => one.coverage))].toSorted();
  const unmet = (own: boolean): string[] =>
    PAIRS.filter((pair) => pair.own === own && !coverage.includes(pair.name)).map(({ name }) => name);
  return {
    seeds: results.length,
    workloadDays: Math.round((total(results, (one) => one.wantedMs) / DAY_MS) * 100) / 100,
    seconds: Math.round(seconds * 10) / 10,
    servedShare:
      possible > 0 ? Math.round((total(results, (one) => one.servedMs) / possible) * 1e5) / 1e5 : 1,
    holds: results.flatMap(({ holds }) =>
      holds.map(({ seed, code, fault }) => ({ seed, code, fault: fault ?? null })),
    ),
    violations: results.flatMap(({ violations }) => violations),
    faultsInjected: added(results),
    coverage: {
      pairs: coverage.length,
      of: PAIRS.length,
      missing: unmet(true),
      /** Not met either, but of acts that no workload does in that state. */
      elsewhere: unmet(false),
      list: coverage,
    },
    logHash: hash.digest('hex'),
  };
};

/** Failing seeds that are made smaller, and how long that may take, each. */
const SHRUNK = 3;
const SHRINK_MS = 60_000;

/** The lines to replay of the first failing seeds become those of the smallest worlds that still fail. */
const withSmallReplays = async (
  jobs: readonly SeedOptions[],
  results: readonly SeedResult[],
): Promise<SeedResult[]> => {
  const made: SeedResult[] = [];
  let shrunk = 0;
  for (const result of results) {
    const [violation] = result.violations;
    const job = jobs.find(({ seed }) => seed === result.seed);
    if (!violation || !job || shrunk >= SHRUNK) {
      made.push(result);
      continue;
    }
    shrunk += 1;
    const until = performance.now() + SHRINK_MS;
    const small = await shrink(
      job,
      { invariant: violation.invariant, faults: result.befell },
      {
        tried: async (options) =>
          new Set((await runSeed(options)).violations.map(({ invariant }) => invariant)),
        limits: { runs: 60, goOn: () => performance.now() < until },
      },
    );
    const replay = replayOf(small);
    process.stderr.write(`smallest that still breaks ${violation.invariant}: ${replay}\n`);
    const same = (one: SeedResult['violations'][number]) => one.invariant === violation.invariant;
    made.push({
      ...result,
      violations: result.violations.map((one) => (same(one) ? { ...one, replay } : one)),
    });
  }
  return made;
};

const campaign = async (options: CampaignOptions): Promise<number> => {
  const { from, to, days, workloads, without, more, dense, first, thin } = options;
  const began = performance.now();
  const jobs = Array.from({ length: to - from + 1 }, (_, i) => ({
    seed: from + i,
    days,
    workloads,
    without,
    more,
    dense,
    thin,
  }));
  const results = await runSeeds(jobs, options.workers, (result) => {
    for (const { invariant, workload, at, what, replay } of result.violations.slice(0, 3))
      process.stderr.write(`${invariant} ${workload} ${at}: ${what}\n  ${replay}\n`);
    return first && result.violations.length > 0;
  });
  const seconds = (performance.now() - began) / 1000;
  const smaller = first ? results : await withSmallReplays(jobs, results);
  const report = reportOf(smaller, seconds);
  const starved = !dense && report.servedShare < SERVED_BAR && report.workloadDays >= JUDGED_FROM_DAYS;
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    const { coverage, violations, holds, ...rest } = report;
    process.stdout.write(
      `${JSON.stringify({ ...rest, holds: holds.length, violations: violations.length, coverage: `${coverage.pairs} of ${coverage.of}` }, undefined, 1)}\n`,
    );
  }
  if (starved) process.stderr.write(`served ${report.servedShare}, expected at least ${SERVED_BAR}\n`);
  return report.violations.length > 0 || starved ? 1 : 0;
};

const main = async (): Promise<number> => {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === 'help') {
      process.stdout.write(`${HELP}\n`);
      return 0;
    }
    return options.planted ? await runPlanted(options) : await campaign(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
};

process.exitCode = await main();

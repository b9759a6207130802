// One bug after another, each in a copy of its own, until a check sees it or its time is over.

import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { CampaignOptions } from '../options.ts';
import { copyWith, ROOT } from './apply.ts';
import type { Bug } from './bug.ts';
import { BUGS } from './bugs.ts';

const CAP_MS = 60_000;

interface Ran {
  code: number | undefined;
  output: string;
}

/** Runs a program until it ends or the time is over; `code` undefined: it was ended. */
const run = (folder: string, args: readonly string[], capMs: number): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: folder,
    });
    let output = '';
    let over = false;
    child.stdout.on('data', (data) => {
      output += String(data);
    });
    child.stderr.on('data', (data) => {
      output += String(data);
    });
    const ended = new AbortController();
    child.on('error', reject);
    child.on('close', (code) => {
      ended.abort();
      resolve({ code: over ? undefined : (code ?? 1), output });
    });
    pause(capMs, undefined, { signal: ended.signal }).then(
      () => {
        over = true;
        child.kill('SIGKILL');
      },
      () => undefined,
    );
  });

/** Seeds until one shows a violation; undefined: none did in time. */
const bySeeds = async (
  folder: string,
  { firstSeed, more }: { firstSeed: number; more: string | undefined },
): Promise<{ seeds: number; what: string } | undefined> => {
  const main = path.join(folder, 'test/campaign/main.ts');
  const seeds = ['--seeds', `${firstSeed}..${firstSeed + 499}`, '--days', '1', '--workloads', '1'];
  const focus = more === undefined ? [] : ['--more', more];
  const args = [main, ...seeds, ...focus, '--dense', '--first', '--workers', '1', '--json'];
  const { code, output } = await run(folder, args, CAP_MS);
  if (code !== 1) return undefined;
  const ran = /"seeds":(\d+)/.exec(output)?.[1];
  // A copy that does not even run is no bug that was seen.
  if (ran === undefined) throw new Error(`the campaign of ${folder} does not run: ${output.slice(0, 4_000)}`);
  return { seeds: Number(ran), what: output.split('\n')[0] ?? '' };
};

const byUnit = async (folder: string, file: string): Promise<{ seeds: number; what: string } | undefined> => {
  const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { code, output } = await run(folder, [vitest, 'run', file], CAP_MS);
  const failed = output.split('\n').find((line) => /FAIL|×|AssertionError/.test(line));
  return code === 1 && failed ? { seeds: 0, what: failed.trim() } : undefined;
};

const byModel = async (
  folder: string,
  rule: string,
): Promise<{ seeds: number; what: string } | undefined> => {
  const { code, output } = await run(
    folder,
    [path.join(folder, 'test/model/main.ts'), '--trace', rule],
    CAP_MS,
  );
  const shown = output.split('\n').find((line) => line.includes(' broken in '));
  return code === 0 && shown ? { seeds: 0, what: shown } : undefined;
};

export interface Caught {
  id: number;
  name: string;
  caughtBy: 'campaign' | 'model' | 'unit' | null;
  /** Seeds until it was seen; 0 where no seed was needed. The median of the runs. */
  seeds: number | null;
  what: string;
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const tryBug = async (bug: Bug, runs: number): Promise<Caught> => {
  const { id, name, means } = bug;
  const copy = copyWith(bug);
  try {
    const seeds: number[] = [];
    let what = '';
    for (let i = 0; i < (means.by === 'campaign' ? runs : 1); i += 1) {
      const found =
        means.by === 'campaign'
          ? await bySeeds(copy.folder, { firstSeed: 1 + i * 1_000, more: means.more })
          : means.by === 'unit'
            ? await byUnit(copy.folder, means.file)
            : await byModel(copy.folder, means.rule);
      if (!found) return { id, name, caughtBy: null, seeds: null, what: 'not seen in time' };
      seeds.push(found.seeds);
      what = found.what;
    }
    return { id, name, caughtBy: means.by, seeds: middle(seeds), what };
  } finally {
    copy.remove();
  }
};

/** Exit code 0 when all were caught. */
export const runPlanted = async (options: CampaignOptions): Promise<number> => {
  const waiting = BUGS.filter(({ id }) => options.only === undefined || id === options.only);
  const total = waiting.length;
  const results: Caught[] = [];
  const worker = async (): Promise<void> => {
    for (let bug = waiting.shift(); bug; bug = waiting.shift()) {
      const result = await tryBug(bug, options.runs);
      results.push(result);
      const { id, name, caughtBy, seeds, what } = result;
      if (!options.json)
        process.stdout.write(
          `${caughtBy ? 'caught' : 'MISSED'} ${id} ${name}: ${caughtBy ?? '-'} ${seeds ?? ''} ${what}\n`,
        );
    }
  };
  await Promise.all(Array.from({ length: options.workers }, worker));
  const bugs = results.toSorted((a, b) => a.id - b.id);
  const caught = bugs.filter((one) => one.caughtBy !== null).length;
  if (options.json) process.stdout.write(`${JSON.stringify({ total, caught, bugs })}\n`);
  else process.stdout.write(`${caught} of ${total} caught\n`);
  return caught === total ? 0 : 1;
};

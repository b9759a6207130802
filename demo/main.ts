// `npm run demo`: the whole control plane on a simulated region, told live, with a closing report. This file is where the
// run meets its user: command line, files, terminal, wall clock. Exit code 0: all well; 1: an invariant broke or a record
// is missing; 2: bad input, in one line.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import type { Instant } from '../shared/base/time.ts';
import type { RealDay } from '../simulator/real-host/day.ts';
import { localClock, longDate } from '../text/local-time.ts';
import { type Style, speaksUnicode } from '../text/style.ts';
import { type DemoOptions, HELP, readOptions } from './options.ts';
import { reportText } from './page/report-text.ts';
import { createTimeline } from './page/timeline.ts';
import { prepareRun } from './prepare.ts';
import { InputError } from './scenario/error.ts';
import type { Report, RunOptions, TimelineEntry } from './scenario/types.ts';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const style: Style = {
  paint: (colour, text) => styleText(colour, text, { stream: process.stdout }),
  unicode: speaksUnicode(process.env, process.platform),
};
/** A run this short needs no word about its progress. */
const QUIET_MS = 2_000;
const PROGRESS_EVERY_MS = 500;

const print = (lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
};

/** What cannot be read is for the caller to say, with the name it was asked by. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** On a terminal, and only when a run takes its time: how far it is. */
function progress({ scenario }: RunOptions): { at(now: Instant): void; clear(): void } {
  const clock = localClock(scenario.definition.schedule.timeZone);
  const began = performance.now();
  let last = began;
  let shown = false;
  return {
    at(now) {
      const wall = performance.now();
      if (!process.stderr.isTTY || wall - began < QUIET_MS || wall - last < PROGRESS_EVERY_MS) return;
      last = wall;
      shown = true;
      const day = clock.day(now) - clock.day(scenario.start) + 1;
      process.stderr.write(
        `\r\u001b[K${longDate(clock.day(now))}, day ${Math.min(day, scenario.days)} of ${scenario.days}`,
      );
    },
    clear() {
      if (shown) process.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** Entries held back until the wall clock reaches them; the run itself waits at each simulated hour. */
function paced(start: Instant, speed: number, tell: (entry: TimelineEntry) => void) {
  const began = performance.now();
  const waiting: TimelineEntry[] = [];
  const reach = async (at: Instant): Promise<void> => {
    const wait = began + (at - start) / speed - performance.now();
    if (wait > 0) await sleep(wait);
  };
  const drain = async (): Promise<void> => {
    for (const entry of waiting.splice(0)) {
      await reach(entry.at);
      tell(entry);
    }
  };
  return {
    onEntry: (entry: TimelineEntry) => {
      waiting.push(entry);
    },
    pace: async (at: Instant) => {
      await drain();
      await reach(at);
    },
    drain,
  };
}

async function simulate(prepared: RunOptions, options: DemoOptions, real?: RealDay): Promise<Report> {
  // Only now: a mistake in the input is reported before the region is loaded.
  const { run } = await import('./run.ts');
  const timeline = createTimeline(prepared.scenario, style);
  const meter = progress(prepared);
  const tell = (entry: TimelineEntry): void => {
    if (options.json) meter.at(entry.at);
    else print(timeline.lines(entry));
  };
  const slow = options.speed === undefined ? undefined : paced(prepared.scenario.start, options.speed, tell);
  const report = await run(
    {
      ...prepared,
      onEntry: slow?.onEntry ?? tell,
      ...(slow && { pace: slow.pace }),
      ...(real && {
        pace: real.pace,
        hosts: (ledger) => real.hosts(ledger, (at, text) => tell({ at, kind: 'host', text })),
      }),
    },
    () => performance.now(),
  );
  await slow?.drain();
  meter.clear();
  if (options.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else print([...timeline.end(), ...reportText(report, prepared.scenario, style)]);
  return report;
}

/** The day on real hosts: its own story, and its own word on the records at the end. */
async function simulateOnRealHosts(options: DemoOptions): Promise<number> {
  const { openRealDay } = await import('../simulator/real-host/day.ts');
  const day = await openRealDay(ROOT, (text) => process.stderr.write(`${text}\n`));
  if (typeof day === 'string') {
    process.stderr.write(`${day}\n`);
    return 1;
  }
  try {
    const prepared = prepareRun({ ...options, scenario: day.scenario }, { readText, defaultWorkload: '' });
    const report = await simulate(prepared, options, day);
    const { lines, well } = await day.close();
    if (options.json) process.stderr.write(`${lines.join('\n')}\n`);
    else print(['', ...lines]);
    return well && isWell(report) ? 0 : 1;
  } finally {
    day.leave();
  }
}

const isWell = (report: Report): boolean =>
  report.invariantViolations.length === 0 && report.recordsFound === report.recordsWritten;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.realHost) return simulateOnRealHosts(options);
  const prepared = prepareRun(options, {
    readText,
    defaultWorkload: path.join(ROOT, 'examples', 'gitlab.yml'),
  });
  return isWell(await simulate(prepared, options)) ? 0 : 1;
}

// A reader that has seen enough (`| head`) is no failure of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

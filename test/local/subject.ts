// A local region in this process: the golden template, an invented wall clock, a journal in memory.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Template, templateShape } from '../../local/policy/template.ts';
import type { Wall } from '../../local/region/drive.ts';
import { decodeLines, encodeLine, type Opened } from '../../local/region/journal.ts';
import { LocalWorld } from '../../local/region/world.ts';
import { readStack } from '../../local/stack/read.ts';
import type { Stack } from '../../local/stack/types.ts';

export const ACCOUNT = { accountId: '123456789012', region: 'eu-west-1' };
export const SUBNET = 'subnet-0a1b2c3d4e5f60001';
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const START = Date.UTC(2026, 2, 2, 9);

export const goldenTemplate = (): Template => {
  const file = fileURLToPath(new URL('../golden/template.json', import.meta.url));
  return templateShape.parse(JSON.parse(readFileSync(file, 'utf8')));
};

/** With some resources changed: undefined takes one away. */
export const stackWith = (changes: Record<string, unknown> = {}): Stack => {
  const { Resources } = goldenTemplate();
  const kept = Object.entries({ ...Resources, ...changes }).filter(([, resource]) => resource !== undefined);
  return readStack(templateShape.parse({ Resources: Object.fromEntries(kept) }), ACCOUNT);
};

/** Time that passes when a test says so. */
export class TestWall implements Wall {
  #now = START;
  #waiting: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== entry);
    };
  }

  pass(seconds: number): void {
    this.#now += seconds * 1000;
    const due = this.#waiting.filter(({ at }) => at <= this.#now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }
}

export interface Subject {
  world: LocalWorld;
  wall: TestWall;
  /** What the journal holds, as on the disk. */
  lines: string[];
  problems: string[];
  /** Lets time pass and everything due happen. */
  pass: (seconds: number) => Promise<void>;
}

export const openWorld = async (
  options: {
    lines?: readonly string[];
    wall?: TestWall;
    stack?: Stack;
    latency?: number;
    subnets?: Map<string, string>;
  } = {},
): Promise<Subject> => {
  const { wall = new TestWall(), stack = stackWith(), latency = 0.1, subnets = new Map() } = options;
  const lines = [...(options.lines ?? [])];
  const problems: string[] = [];
  const opened: Opened = {
    lines: decodeLines(lines.join(''), 'test').lines,
    journal: {
      append: async (line) => {
        lines.push(encodeLine(line));
      },
      close: async () => undefined,
    },
  };
  const world = await LocalWorld.open({
    stack,
    zones: ZONES,
    subnets,
    seed: 7,
    latency,
    wall,
    opened,
    onTold: () => undefined,
    onProblem: (text) => problems.push(text),
    onDefect: (error) => {
      throw error;
    },
  });
  const pass = async (seconds: number): Promise<void> => {
    wall.pass(seconds);
    await world.look(() => undefined);
  };
  return { world, wall, lines, problems, pass };
};

// The command itself, as far as no region is needed: bad input ends it with one line and exit code 2.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

const demo = (...args: string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd: folder });

describe('the demo command', () => {
  it('ends with 2 and one line for a bad scenario, and prints nothing else', () => {
    writeFileSync(
      path.join(folder, 'week.yml'),
      'start: 2026-03-23\ndays: 1\nsteps:\n  - {at: 2026-03-23T10:00, do: warm}\n',
    );
    const { status, stdout, stderr } = demo('--scenario', 'week.yml', '--json');
    expect(stderr).toMatch(
      /^week\.yml: steps\[0\]\.do: expected one of .*, found "warm" \(did you mean warn\?\)\n$/,
    );
    expect([status, stdout]).toEqual([2, '']);
  });

  it('ends with 2 for a flag there is not', () => {
    const { status, stdout, stderr } = demo('--sed', '3');
    expect(stderr).toMatch(/^--sed: expected one of .*\n$/);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('ends with 2 for a file that is a folder', () => {
    const { status, stderr } = demo('--workload', '.');
    expect(stderr).toBe('.: expected a readable workload file\n');
    expect(status).toBe(2);
  });

  it('helps, and ends with 0', () => {
    const { status, stdout, stderr } = demo('--help');
    expect(stdout).toContain('--scenario FILE');
    expect([status, stderr]).toEqual([0, '']);
  });
});

// The demo's command line: what each flag does, and one line for each mistake.

import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from '../../demo/options.ts';
import { messageOf, options } from './read.ts';

describe('the command line', () => {
  it('asks for nothing by default: seed 1, the whole story, as fast as it goes', () => {
    expect(readOptions([])).toEqual(options());
  });

  it('takes values after a space or an equals sign, and of a flag given twice the last', () => {
    expect(readOptions(['--seed', '7', '--days=30', '--seed=8', '--speed', '0.5', '--json'])).toEqual(
      options({ seed: 8, days: 30, speed: 0.5, json: true }),
    );
  });

  it('gathers the traces of one flag and of many', () => {
    const args = ['--trace', 'a.json', 'b.json', '--json', '--trace', 'c.json', '--trace-warning', 'none'];
    expect(readOptions(args)).toEqual(
      options({ traces: ['a.json', 'b.json', 'c.json'], traceWarning: 'none', json: true }),
    );
  });

  it('takes files', () => {
    expect(readOptions(['--workload', 'w.yml', '--scenario', 's.yml'])).toEqual(
      options({ workload: 'w.yml', scenario: 's.yml' }),
    );
  });

  it('helps', () => {
    expect(readOptions(['-h']).help).toBe(true);
    expect(readOptions(['--help']).help).toBe(true);
    for (const flag of [
      '--seed',
      '--days',
      '--speed',
      '--workload',
      '--scenario',
      '--trace',
      '--trace-warning',
      '--json',
    ]) {
      expect(HELP).toContain(`  ${flag} `);
    }
    expect(HELP.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it.each([
    [['--sed', '3'], /^--sed: expected one of --seed, .* \(did you mean --seed\?\)$/],
    [['--wibble'], /^--wibble: expected one of --seed, .*--help$/],
    [['-x'], /^-x: expected one of/],
    [['--constructor'], /^--constructor: expected one of/],
    [['3'], /^3: expected a flag, one of --seed/],
    [['--json', 'x.json'], /^x\.json: expected a flag/],
    [['--json=yes'], /^--json: expected no value, found "yes"$/],
    [['--seed'], /^--seed: expected a value, found nothing$/],
    [['--seed='], /^--seed: expected a value, found nothing$/],
    [['--seed', '--json'], /^--seed: expected a value, found "--json"$/],
    [['--seed', '1.5'], /^--seed: expected a whole number from 0 to 4294967295, found "1\.5"$/],
    [['--seed', '-1'], /^--seed: expected a whole number/],
    [['--seed', '4294967296'], /^--seed: expected a whole number/],
    [['--days', '0'], /^--days: expected a whole number from 1 to 3650, found "0"$/],
    [['--days', '1e3'], /^--days: expected a whole number/],
    [['--speed', '0'], /^--speed: expected simulated seconds per second, a number above 0, found "0"$/],
    [['--speed', 'fast'], /^--speed: expected simulated seconds per second/],
    [['--trace'], /^--trace: expected a value, found nothing$/],
    [
      ['--trace-warning', 'one-minute'],
      /^--trace-warning: expected one of two-minutes, none, found "one-minute"$/,
    ],
  ])('refuses %j in one line', (args, line) => {
    const message = messageOf(() => readOptions(args));
    expect(message).toMatch(line);
    expect(message).not.toContain('\n');
  });
});

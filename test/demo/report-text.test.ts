// The closing report as a person reads it.

import { describe, expect, it } from 'vitest';
import { reportText } from '../../demo/page/report-text.ts';
import type { Report } from '../../demo/scenario/types.ts';
import { PLAIN } from '../../text/style.ts';
import { HANDOVER, report, week } from './told.ts';

const text = (changes: Partial<Report> = {}, days = 8): string[] =>
  reportText({ ...report(), ...changes }, week(days), PLAIN);
const about = (label: string, lines: string[]): string[] => {
  const first = lines.findIndex((line) => line.startsWith(`  ${label} `));
  const next = lines.findIndex((line, index) => index > first && /^ {2}\S/.test(line));
  return lines.slice(first, next).map((line) => line.slice(16));
};

describe('the report', () => {
  it('reads as it always has', async () => {
    await expect(`${text().join('\n')}\n`).toMatchFileSnapshot('golden/report.txt');
  });

  it('says 100.00 % only of the whole', () => {
    expect(about('Served', text({ servedHours: 46.9999 }))[0]).toContain('99.99 %');
    expect(about('Served', text({ servedHours: 47 }))[0]).toContain('100.00 %');
    expect(about('Served', text({ servedHours: 0, scheduledHours: 0 }))[0]).toContain('–');
  });

  it('tells a window that was never served', () => {
    const [first] = report().windows;
    if (!first) throw new Error('no window');
    expect(about('Windows', text({ windows: [{ ...first, firstServedAt: null }] }))).toEqual([
      '0 of 1 on time',
      'Mon 23 Mar 09:00–18:00  no record              never served',
    ]);
  });

  it('names of hundreds of windows only those that began late', () => {
    const [first] = report().windows;
    if (!first) throw new Error('no window');
    const late = { ...first, firstServedAt: '2026-03-23T07:00:05.000Z' };
    const windows = [...Array.from({ length: 99 }, () => first), late];
    expect(about('Windows', text({ windows }))).toEqual([
      '99 of 100 on time',
      'Mon 23 Mar 09:00–18:00  first record 09:00:05  late by 5 s',
    ]);
  });

  it('cuts long lists and says so', () => {
    const lines = about('Interruptions', text({ incidents: Array.from({ length: 40 }, () => HANDOVER) }));
    expect(lines).toHaveLength(14);
    expect(lines.at(-1)).toBe('… and 28 more (--json has them all)');
  });

  it('gathers many waits by what was waited for', () => {
    const waits = Array.from({ length: 30 }, (_, index) => ({
      at: '2026-03-25T08:06:00.000Z',
      step: index % 3 === 0 ? 'snapshot' : 'capacity',
      for: index % 3 === 0 ? 'the snapshot' : 'capacity in eu-west-1a',
      seconds: index,
    }));
    expect(about('Waits', text({ waits }))).toEqual([
      '10 for the snapshot, the longest 27 s',
      '20 for capacity in eu-west-1a, the longest 29 s',
    ]);
  });

  it('cannot be read past when something broke', () => {
    const broken = {
      invariant: 'I1',
      at: '2026-03-25T08:06:00.000Z',
      workload: 'gitlab',
      what: 'two instances wrote',
    };
    const lines = text({ recordsFound: 34_284, invariantViolations: [broken], orphans: 2 });
    expect(about('Records', lines)).toEqual(['34,285 written, 34,284 found: 1 DIFFER']);
    expect(about('Invariants', lines)).toEqual(['I1 at 2026-03-25T08:06:00.000Z: two instances wrote']);
    expect(about('Orphans', lines)).toEqual(['2']);
  });

  it('keeps within 100 columns whatever is in it', () => {
    const what = 'word '.repeat(80);
    const lines = text({
      invariantViolations: [{ invariant: 'I1', at: '2026-03-25T08:06:00.000Z', workload: 'gitlab', what }],
      waits: [{ at: '2026-03-25T08:06:00.000Z', step: 'agent', for: what, seconds: 5 }],
      holds: [{ at: '2026-03-25T08:06:00.000Z', code: 'x'.repeat(30), resumedAt: null }],
    });
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });
});

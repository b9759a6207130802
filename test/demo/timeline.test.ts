// What a person sees while a run goes on: local days and times, incidents as waterfalls, never wider than 100 columns.

import { describe, expect, it } from 'vitest';
import { createTimeline } from '../../demo/page/timeline.ts';
import { incidentLine, waterfall } from '../../demo/page/timeline-incident.ts';
import { servedByDay, weekStrip } from '../../demo/page/timeline-week.ts';
import { instant } from '../../shared/base/time.ts';
import { lasting } from '../../text/local-time.ts';
import { bar, dressed, level, PLAIN, type Style, speaksUnicode } from '../../text/style.ts';
import { ENTRIES, HANDOVER, MOVE, report, week } from './told.ts';

const ASCII: Style = { ...PLAIN, unicode: false };

const told = (style: Style): string[] => {
  const timeline = createTimeline(week(), style);
  return [...ENTRIES.flatMap((entry) => timeline.lines(entry)), ...timeline.end()];
};

describe('the timeline', () => {
  it('reads as it always has', async () => {
    await expect(`${told(PLAIN).join('\n')}\n`).toMatchFileSnapshot('golden/timeline.txt');
  });

  it('keeps within 100 columns, and within ASCII where the terminal knows no more', () => {
    expect(told(PLAIN).filter((line) => line.length > 100)).toEqual([]);
    const plain = told(ASCII).join('\n');
    expect([...plain].filter((char) => char > '\u007f')).toEqual([]);
    expect(plain).not.toContain('?');
  });

  it('has a heading for every day, those without any event too, with what the schedule says', () => {
    const text = told(PLAIN);
    const headings = text.filter((line) => line.includes('──'));
    expect(headings.map((line) => line.replace(/ ─+ /, ' | '))).toEqual([
      'Monday 23 March | 09:00–18:00',
      'Tuesday 24 March | 09:00–18:00',
      'Wednesday 25 March | 09:00–18:00',
      'Thursday 26 March | 09:00–18:00',
      'Friday 27 March | a holiday',
      'Saturday 28 March | no hours',
      'Sunday 29 March | no hours, clocks go forward 1 h',
      'Monday 30 March | 09:00–18:00',
    ]);
  });

  it('tells many quiet days in one line, and those after the last event', () => {
    const timeline = createTimeline(week(40), PLAIN);
    const [first] = ENTRIES;
    if (!first) throw new Error('no entries');
    timeline.lines(first);
    expect(timeline.end()).toEqual(['', 'Tuesday 24 March to Friday 1 May: nothing to tell']);
    expect(timeline.end()).toEqual([]);
  });

  it('needs no entry for a day to begin, and says no heading twice', () => {
    const timeline = createTimeline(week(), PLAIN);
    const at = instant(Date.parse('2026-03-22T22:00:00Z'));
    expect(timeline.lines({ at, kind: 'day', text: 'Monday 23 March' })).toHaveLength(2);
    expect(timeline.lines({ at, kind: 'day', text: '' })).toEqual([]);
  });

  it('writes instants within a text as local times, with their date on another day', () => {
    const line = told(PLAIN).find((one) => one.includes('runs until'));
    expect(line).toBe('  20:00:00  › runs until 22:00, then again from Mon 30 Mar 09:00');
  });

  it('paints only what a terminal asked for', () => {
    const painted = told({ ...PLAIN, paint: (colour, text) => `<${colour}>${text}</>` });
    expect(painted.some((line) => line.includes('<green>●</>'))).toBe(true);
    expect(told(PLAIN).join('')).not.toContain('\u001b');
  });
});

describe('an incident', () => {
  it('says where it was and what it cost', () => {
    expect(incidentLine(HANDOVER)).toBe('interruption with notice, in eu-west-1a: down 18 s');
    expect(incidentLine(MOVE)).toBe('interruption with notice, eu-west-1a → eu-west-1b: down 5 min 46 s');
  });

  it('shows each phase where the one before it ended, and the warm-up apart', () => {
    expect(waterfall(HANDOVER, PLAIN)).toEqual([
      'handing-over       ████████████▎                                            11 s',
      'successor-running              ████████████████▌                            15 s',
      'draining                                       ███████                     6.4 s',
      'unmounted                                             ███▍                 3.1 s',
      'attaching                                                 ███▏             2.9 s',
      'starting                                                     █████▊        5.2 s',
      'warming-up         already serving                                         1 min',
    ]);
  });

  it('of no length at all has no bars', () => {
    expect(waterfall({ ...HANDOVER, phases: [{ name: 'noticed', seconds: 0 }] }, PLAIN)).toEqual([]);
  });
});

describe('the week at a glance', () => {
  it('counts scheduled and served time by local day, outages taken off', () => {
    const rows = servedByDay(report(), week());
    expect(rows.map(({ scheduledMs }) => scheduledMs / 3_600_000)).toEqual([9, 9, 9, 11, 0, 0, 0, 9]);
    expect(rows.map(({ scheduledMs, servedMs }) => (scheduledMs - servedMs) / 1000)).toEqual([
      0, 17.6, 346, 110, 0, 0, 0, 30,
    ]);
  });

  it('is one line for a week, and a bar is full only for a day that lost nothing', () => {
    expect(weekStrip(servedByDay(report(), week()), PLAIN)).toEqual([
      'Mon ██████  Tue █████▉  Wed █████▉  Thu ██████▉ Fri ······· Sat ······· Sun ······· Mon █████▉',
    ]);
    expect(weekStrip(servedByDay(report(), week()), ASCII)).toEqual([
      'Mon ######  Tue #####+  Wed #####+  Thu ######+ Fri ....... Sat ....... Sun ....... Mon #####+',
    ]);
  });

  it('splits a window that goes over midnight, and sees a day that was never served', () => {
    const windows = [
      { start: '2026-03-23T20:00:00Z', end: '2026-03-24T00:00:00Z', firstServedAt: null, stoppedAt: null },
    ];
    const rows = servedByDay({ ...report(), incidents: [], windows }, week(2));
    expect(rows.map(({ scheduledMs, servedMs }) => [scheduledMs / 3_600_000, servedMs])).toEqual([
      [2, 0],
      [2, 0],
    ]);
    expect(weekStrip(rows, PLAIN)).toEqual(['Mon ░░░░░░░ Tue ░░░░░░░']);
  });

  it('has a character a day for longer runs, a group a week', () => {
    const rows = servedByDay(report(), week(22));
    expect(weekStrip(rows, PLAIN)).toEqual(['█▇▇▇··· ▇······ ······· ·']);
    expect(weekStrip(servedByDay(report(), week(365)), PLAIN).every((line) => line.length <= 100)).toBe(true);
  });
});

describe('text', () => {
  it.each([
    [0, '0 s'],
    [0.4, '0 s'],
    [41, '41 s'],
    [125, '2 min 5 s'],
    [3_600, '1 h'],
    [3_605, '1 h'],
    [18_180, '5 h 3 min'],
    [187_200, '2 d 4 h'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(lasting(seconds)).toBe(words);
  });

  it('draws bars in eighths, and a share that is not the whole never as a full block', () => {
    expect(['', '▏', '▌', '█', '█▍']).toEqual([0, 0.125, 0.5, 1, 1.4].map(bar));
    expect([0, 0.01, 0.5, 0.999, 1].map(level).join('')).toBe('▁▁▄▇█');
  });

  it.each([
    [{ LANG: 'en_GB.UTF-8' }, 'linux', true],
    [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, 'linux', false],
    [{ LC_ALL: '', LC_CTYPE: 'C.utf8' }, 'linux', true],
    [{ LANG: 'POSIX' }, 'linux', false],
    [{}, 'linux', true],
    [{ TERM: 'linux' }, 'linux', false],
    [{}, 'win32', false],
  ])('with %j on %s: Unicode %s', (env, platform, unicode) => {
    expect(speaksUnicode(env, platform)).toBe(unicode);
  });

  it('in ASCII has a question mark only for what nobody foresaw', () => {
    expect(dressed('a → b … █▌░ é', ASCII)).toBe('a -> b ... #+. ?');
  });
});

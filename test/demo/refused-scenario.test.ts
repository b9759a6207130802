// What is wrong with a scenario file is one line with its path: an interface that other people's files meet.

import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../../demo/scenario/error.ts';
import { messageOf, scenario, withSteps } from './read.ts';

const AT = 'at: 2026-03-24T11:20';

const STEPS: [mistake: string, step: string, line: string | RegExp][] = [
  [
    'an unknown do',
    `{${AT}, do: warm}`,
    /^steps\[1\]\.do: expected one of warn, reclaim, .*, found "warm" \(did you mean warn\?\)$/,
  ],
  [
    'a do like no other',
    `{${AT}, do: tornado}`,
    /^steps\[1\]\.do: expected one of .*, second-stage, found "tornado"$/,
  ],
  [
    'a tag that only EC2 sets',
    `{${AT}, do: stranger, tags: {aws:ec2:fleet-id: x}}`,
    /^steps\[1\]\.tags.*: expected a tag key of at most 128 characters, not beginning with aws:/,
  ],
  [
    'a stranger without tags',
    `{${AT}, do: stranger}`,
    /^steps\[1\]\.tags: expected a mapping of at most 50 tags/,
  ],
  [
    'a tag that is a list',
    `{${AT}, do: stranger, tags: {team: [blue]}}`,
    /^steps\[1\]\.tags\.team: expected a text of at most 256 characters/,
  ],
  ['no do', `{${AT}}`, /^steps\[1\]\.do: expected one of .*, found nothing$/],
  ['a do that is no text', `{${AT}, do: 7}`, /^steps\[1\]\.do: expected one of .*, found 7$/],
  [
    'a name that every object has',
    `{${AT}, do: constructor}`,
    /^steps\[1\]\.do: expected one of .*, found "constructor"/,
  ],
  [
    'a misspelled field',
    `{${AT}, do: quota-error, forr: 1h}`,
    'steps[1].forr: expected a known field; did you mean for?, found "1h"',
  ],
  [
    'a field of another do',
    `{${AT}, do: reclaim, noticeSeconds: 5}`,
    'steps[1].noticeSeconds: expected a known field, one of at, do, found 5',
  ],
  ['a step that is a word', 'reclaim', 'steps[1]: expected a step {at, do, …}, found "reclaim"'],
  ['an empty step', '', 'steps[1]: expected a step {at, do, …}, found null'],
  ['no at', '{do: reclaim}', 'steps[1].at: expected a local time YYYY-MM-DDTHH:MM, found nothing'],
  [
    'a time without its date',
    '{at: "11:20", do: reclaim}',
    'steps[1].at: expected a local time YYYY-MM-DDTHH:MM, found "11:20"',
  ],
  [
    'a date without its time',
    '{at: 2026-03-24, do: reclaim}',
    'steps[1].at: expected a local time YYYY-MM-DDTHH:MM, found "2026-03-24"',
  ],
  [
    'a date that no calendar has',
    '{at: 2026-02-30T10:00, do: reclaim}',
    'steps[1].at: expected a local time YYYY-MM-DDTHH:MM, found "2026-02-30T10:00"',
  ],
  [
    'a time that is skipped',
    '{at: 2026-03-29T03:30, do: reclaim}',
    'steps[1].at: expected a local time that there is: clocks go from 2026-03-29T02:59 to 2026-03-29T04:00, found "2026-03-29T03:30"',
  ],
  [
    'a time before the start',
    '{at: 2026-03-22T23:59, do: reclaim}',
    'steps[1].at: expected a time from 2026-03-23T00:00 to before 2026-03-30T00:00 (start and days), found "2026-03-22T23:59"',
  ],
  [
    'a time at the end',
    '{at: 2026-03-30T00:00, do: reclaim}',
    'steps[1].at: expected a time from 2026-03-23T00:00 to before 2026-03-30T00:00 (start and days), found "2026-03-30T00:00"',
  ],
  [
    'a notice in words',
    `{${AT}, do: warn, noticeSeconds: 2m}`,
    'steps[1].noticeSeconds: expected a whole number of seconds from 0 to 3600, found "2m"',
  ],
  [
    'half a second of notice',
    `{${AT}, do: warn, noticeSeconds: 0.5}`,
    'steps[1].noticeSeconds: expected a whole number of seconds from 0 to 3600, found 0.5',
  ],
  [
    'no duration',
    `{${AT}, do: lose-events}`,
    'steps[1].for: expected a duration such as 90s, 30m, 5h, 1h30m or 2d, found nothing',
  ],
  [
    'a bare number for a duration',
    `{${AT}, do: lose-events, for: 30}`,
    'steps[1].for: expected a duration such as 90s, 30m, 5h, 1h30m or 2d, found 30',
  ],
  [
    'a duration of nothing',
    `{${AT}, do: lose-events, for: 0m}`,
    'steps[1].for: expected a duration such as 90s, 30m, 5h, 1h30m or 2d, found "0m"',
  ],
  [
    'capacity of another region',
    `{${AT}, do: capacity, zone: eu-west-1d, available: false, for: 1h}`,
    'steps[1].zone: expected a zone of the workload: eu-west-1a, eu-west-1b, eu-west-1c, found "eu-west-1d"',
  ],
  [
    'capacity of no purchase option',
    `{${AT}, do: capacity, purchase: reserved, available: false, for: 1h}`,
    'steps[1].purchase: expected one of spot, on-demand, found "reserved"',
  ],
  [
    'capacity that says neither',
    `{${AT}, do: capacity, for: 1h}`,
    'steps[1].available: expected true or false, found nothing',
  ],
  [
    'capacity in a word',
    `{${AT}, do: capacity, available: no, for: 1h}`,
    'steps[1].available: expected true or false, found "no"',
  ],
  [
    'capacity of no types',
    `{${AT}, do: capacity, types: [], available: false, for: 1h}`,
    'steps[1].types: expected at least one type, found an empty list',
  ],
  [
    'no launches',
    `{${AT}, do: agent-offline, launches: 0}`,
    'steps[1].launches: expected a whole number of launches from 1 to 100, found 0',
  ],
  [
    'errors of no code',
    `{${AT}, do: api-errors, for: 1h}`,
    'steps[1].code: expected an error code of AWS such as RequestLimitExceeded, found nothing',
  ],
  [
    'until an hour there is not',
    `{${AT}, do: start-now, until: "25:00"}`,
    /^steps\[1\]\.until: expected a local time HH:MM .*, found "25:00"$/,
  ],
  [
    'until a time that is skipped',
    `{${AT}, do: stop-now, until: 2026-03-29T03:15}`,
    /^steps\[1\]\.until: expected a local time that there is: .*, found "2026-03-29T03:15"$/,
  ],
  [
    'until a time that has been',
    `{${AT}, do: stop-now, until: 2026-03-24T11:20}`,
    'steps[1].until: expected a time after the step itself, found "2026-03-24T11:20"',
  ],
  [
    'no schedule',
    `{${AT}, do: set-schedule}`,
    /^steps\[1\]\.schedule: expected a schedule .*, found nothing$/,
  ],
  [
    'a schedule in no zone',
    `{${AT}, do: set-schedule, schedule: {timeZone: Riga, always: true}}`,
    /^steps\[1\]\.schedule\.timeZone: expected a time zone of the IANA database .*, found "Riga"$/,
  ],
  [
    'a schedule of two kinds',
    `{${AT}, do: set-schedule, schedule: {always: true, never: true}}`,
    'steps[1].schedule: expected only one of windows, always and never, found 2 of them',
  ],
  [
    'a window without hours',
    `{${AT}, do: set-schedule, schedule: {windows: [{days: mon, from: "09:00", to: "09:00"}]}}`,
    /^steps\[1\]\.schedule\.windows\[0\]\.to: expected an end other than the start/,
  ],
  [
    'a window of unknown days',
    `{${AT}, do: set-schedule, schedule: {windows: [{days: moo, from: "09:00", to: "10:00"}]}}`,
    /^steps\[1\]\.schedule\.windows\[0\]\.days: expected days .*, found "moo"$/,
  ],
];

const FILES: [mistake: string, text: string, line: string | RegExp][] = [
  ['nothing', '', /^scenario: expected a mapping \{start, days, workload, steps\}, found/],
  ['a list', '- 1\n', 'scenario: expected a mapping {start, days, workload, steps}, found a list of 1'],
  ['no YAML', 'start: [\n', /^line 2: expected well-formed YAML, found /],
  ['a field twice', 'start: 2026-03-23\nstart: 2026-03-24\n', /^line 2: expected each field once, found/],
  [
    'an anchor',
    'start: &x 2026-03-23\ndays: 1\n',
    'scenario: expected no anchors, aliases or tags, found an anchor',
  ],
  [
    'an unknown field',
    'start: 2026-03-23\ndays: 1\nstep: []\n',
    'step: expected a known field; did you mean steps?, found an empty list',
  ],
  ['no start', 'days: 1\n', 'start: expected a date YYYY-MM-DD of the calendar, found nothing'],
  [
    'a start with an hour',
    'start: 2026-03-23T09:00\ndays: 1\n',
    'start: expected a date YYYY-MM-DD of the calendar, found "2026-03-23T09:00"',
  ],
  [
    'a start there never was',
    'start: 2026-02-30\ndays: 1\n',
    'start: expected a date YYYY-MM-DD of the calendar, found "2026-02-30"',
  ],
  ['no days', 'start: 2026-03-23\n', 'days: expected a whole number of days from 1 to 3650, found nothing'],
  [
    'days of none',
    'start: 2026-03-23\ndays: 0\n',
    'days: expected a whole number of days from 1 to 3650, found 0',
  ],
  [
    'steps in a mapping',
    'start: 2026-03-23\ndays: 1\nsteps: {}\n',
    'steps: expected a list of steps, found a mapping',
  ],
  [
    'a workload that is no path',
    'start: 2026-03-23\ndays: 1\nworkload: 3\n',
    'workload: expected a path relative to this file, found 3',
  ],
];

const matching = (line: string | RegExp): unknown =>
  typeof line === 'string' ? line : expect.stringMatching(line);

describe('a scenario file is refused in one line', () => {
  it.each(STEPS)('for %s', (_mistake, step, line) => {
    const message = messageOf(() => scenario(withSteps(`{${AT}, do: warn}`, step)));
    expect(message).toEqual(matching(line));
    expect(message).not.toContain('\n');
  });

  it.each(FILES)('for %s', (_mistake, text, line) => {
    const message = messageOf(() => scenario(text));
    expect(message).toEqual(matching(line));
    expect(message).not.toContain('\n');
  });

  it('for the first of several mistakes, and says how many more there are', () => {
    const text = withSteps(`{${AT}, do: capacity, available: 1, for: 1}`);
    expect(messageOf(() => scenario(text))).toBe(
      'steps[0].available: expected true or false, found 1 (and 1 more)',
    );
  });

  it('as a typed error', () => {
    expect(() => scenario('days: 1\n')).toThrow(ScenarioError);
  });
});

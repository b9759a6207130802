// Everything that is no event for us: a typed no-op, whatever JSON it is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IGNORED_REASONS } from '../../shared/event/envelope.ts';
import { parseEvent } from '../../shared/event/parse.ts';
import { at, fixture, HERE, INSTANCE } from './fixture.ts';

describe('events that get nothing', () => {
  const warning = fixture('interruption-warning');
  const IN_TIME = at('2026-03-24T09:20:30Z');
  const table: [string, unknown, string, boolean][] = [
    ['no detail', { ...warning, detail: undefined }, 'malformed', false],
    ['a detail that is null', { ...warning, detail: null }, 'malformed', false],
    ['no instance-id', { ...warning, detail: { 'instance-action': 'terminate' } }, 'malformed', false],
    [
      'an instance-id that is no id',
      { ...warning, detail: { 'instance-id': 'i-1\n$(reboot)', 'instance-action': 'terminate' } },
      'malformed',
      false,
    ],
    [
      'an action nobody documents',
      { ...warning, detail: { 'instance-id': INSTANCE, 'instance-action': 'explode' } },
      'malformed',
      false,
    ],
    ['another account', { ...warning, account: '210987654321' }, 'foreign', true],
    ['another region', { ...warning, region: 'us-east-1' }, 'foreign', true],
    ['another source', { ...warning, source: 'aws.rds' }, 'unknown-source', false],
    [
      'a source that is a property of every object',
      { ...warning, source: 'constructor' },
      'unknown-source',
      false,
    ],
    [
      'another detail-type',
      { ...warning, 'detail-type': 'EC2 Fleet Instance Change' },
      'unknown-type',
      false,
    ],
    ['a detail-type of another source', { ...warning, source: 'aws.ssm' }, 'unknown-type', false],
    ['no time', { ...warning, time: undefined }, 'not-an-event', false],
    ['a time that is none', { ...warning, time: 'yesterday' }, 'malformed', false],
    ['a text', JSON.stringify(warning), 'not-an-event', false],
    ['nothing', undefined, 'not-an-event', false],
    ['a list', [warning], 'not-an-event', false],
    ['a volume event without a volume', { ...fixture('volume-created'), resources: [] }, 'malformed', false],
    [
      'a state that is none',
      { ...fixture('instance-state-change'), detail: { 'instance-id': INSTANCE, state: 'rebooting' } },
      'malformed',
      false,
    ],
    [
      'a reconcile for no workload',
      { ...fixture('reconcile-requested'), detail: { workload: '../x' } },
      'malformed',
      false,
    ],
  ];

  it.each(table)('%s', (_name, raw, reason, alert) => {
    expect(parseEvent(raw, HERE)).toEqual({ kind: 'ignored', reason, alert, what: expect.any(String) });
  });

  it('a warning that is a day old, once the time is known', () => {
    const late = { ...HERE, now: at('2026-03-25T09:20:00Z') };
    expect(parseEvent(warning, late)).toMatchObject({ kind: 'ignored', reason: 'stale', alert: false });
    expect(parseEvent(fixture('rebalance-recommendation'), late)).toMatchObject({ reason: 'stale' });
    expect(parseEvent(warning, { ...HERE, now: IN_TIME })).toMatchObject({ kind: 'interruption' });
  });

  it('keeps a state change that is a day old: it is only a hint to look', () => {
    const late = { ...HERE, now: at('2026-03-25T09:20:00Z') };
    expect(parseEvent(fixture('instance-state-change'), late)).toMatchObject({ kind: 'instance-state' });
  });

  it('takes a notice from the future as now, so that the drain is never put off', () => {
    const now = at('2026-03-24T08:00:00Z');
    expect(parseEvent(warning, { ...HERE, now })).toMatchObject({
      noticedAt: now,
      actionAt: at('2026-03-24T08:02:00Z'),
    });
  });

  it('survives a megabyte and a thousand levels without walking them', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 200_000; level++) deep = [deep];
    const heavy = {
      ...warning,
      resources: [deep],
      detail: { ...Object(warning.detail), extra: deep, big: 'x'.repeat(1 << 20) },
    };
    expect(parseEvent(heavy, HERE)).toMatchObject({ kind: 'interruption', instanceId: INSTANCE });
    expect(parseEvent({ ...heavy, detail: deep }, HERE)).toMatchObject({
      kind: 'ignored',
      reason: 'malformed',
    });
    expect(parseEvent(deep, HERE)).toMatchObject({ kind: 'ignored', reason: 'not-an-event' });
  });

  it('shows no control characters and no long text of a stranger in what it logs', () => {
    const answer = parseEvent({ ...warning, source: `evil\n${'x'.repeat(200)}` }, HERE);
    expect(answer).toMatchObject({
      reason: 'unknown-source',
      what: expect.stringMatching(/^[\x20-\x7e]{1,170}$/),
    });
  });
});

describe('any JSON at all', () => {
  const kinds = new Set([
    'interruption',
    'rebalance',
    'instance-state',
    'volume',
    'snapshot',
    'command',
    'reconcile',
  ]);
  const holds = (raw: unknown): void => {
    const answer = parseEvent(raw, HERE);
    if (answer.kind === 'ignored') expect(IGNORED_REASONS).toContain(answer.reason);
    else expect(kinds).toContain(answer.kind);
  };

  it('gets a typed answer', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), holds), { numRuns: 2_000 });
  });

  it('gets a typed answer in place of any part of a real event', () => {
    const names = [
      'interruption-warning',
      'volume-created',
      'snapshot-completed',
      'command-status',
      'reconcile-requested',
    ];
    const spoilt = fc
      .tuple(fc.constantFrom(...names), fc.string(), fc.jsonValue({ maxDepth: 3 }))
      .chain(([name, , value]) => {
        const event = fixture(name);
        const detail = { ...Object(event.detail) };
        const inDetail = Object.keys(detail).map((key) => ({
          ...event,
          detail: { ...detail, [key]: value },
        }));
        const onTop = Object.keys(event).map((key) => ({ ...event, [key]: value }));
        return fc.constantFrom(...inDetail, ...onTop);
      });
    fc.assert(fc.property(spoilt, holds), { numRuns: 2_000 });
  });
});

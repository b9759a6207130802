// Every event the product listens to, from JSON as AWS documents it; and that nothing else gets past the parser.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IGNORED_REASONS } from '../../shared/event/envelope.ts';
import { parseEvent } from '../../shared/event/parse.ts';
import { instant } from '../../shared/port/time.ts';

const HERE = { account: '123456789012', region: 'eu-west-1' };
const at = (text: string) => instant(Date.parse(text));
const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../fixture/event/${name}.json`, import.meta.url), 'utf8'));
const INSTANCE = 'i-1234567890abcdef0';

describe('events as AWS documents them', () => {
  const table: [string, Record<string, unknown>][] = [
    [
      'interruption-warning',
      {
        kind: 'interruption',
        id: '12345678-1234-1234-1234-123456789012',
        instanceId: INSTANCE,
        action: 'terminate',
        at: at('2026-03-24T09:20:00Z'),
        noticedAt: at('2026-03-24T09:20:00Z'),
        actionAt: at('2026-03-24T09:22:00Z'),
      },
    ],
    [
      'rebalance-recommendation',
      {
        kind: 'rebalance',
        id: '12345678-1234-1234-1234-123456789012',
        instanceId: INSTANCE,
        at: at('2026-03-24T08:55:12Z'),
      },
    ],
    [
      'instance-state-change',
      {
        kind: 'instance-state',
        id: '7bf73129-1428-4cd3-a780-95db273d1602',
        instanceId: INSTANCE,
        state: 'terminated',
        at: at('2026-03-24T09:23:41Z'),
      },
    ],
    [
      'volume-created',
      {
        kind: 'volume',
        id: '01234567-0123-0123-0123-012345678901',
        volumeId: 'vol-0123456789abcdef0',
        event: 'createVolume',
        result: 'available',
        at: at('2026-03-23T06:51:02Z'),
      },
    ],
    [
      'volume-failed',
      {
        kind: 'volume',
        id: '01234567-0123-0123-0123-012345678902',
        volumeId: 'vol-0123456789abcdef0',
        event: 'createVolume',
        result: 'failed',
        cause: 'arn:aws:kms:eu-west-1:123456789012:key/01234567-0123-0123-0123-0123456789ab is disabled.',
        at: at('2026-03-23T06:51:03Z'),
      },
    ],
    [
      'snapshot-completed',
      {
        kind: 'snapshot',
        id: '01234567-0123-0123-0123-012345678903',
        snapshotId: 'snap-01234567890abcdef',
        volumeId: 'vol-0123456789abcdef0',
        event: 'createSnapshot',
        result: 'succeeded',
        at: at('2026-03-25T08:12:30Z'),
      },
    ],
    [
      'snapshot-failed',
      {
        kind: 'snapshot',
        id: '01234567-0123-0123-0123-012345678904',
        snapshotId: 'snap-01234567890abcdef',
        volumeId: 'vol-0123456789abcdef0',
        event: 'createSnapshot',
        result: 'failed',
        cause: 'Source snapshot ID is not valid',
        at: at('2026-03-25T08:12:30Z'),
      },
    ],
    [
      'command-invocation-status',
      {
        kind: 'command',
        id: '51c0891d-0e34-45b1-83d6-95db273d1602',
        commandId: 'e8d3c0e4-71f7-4491-898f-c9b35bee5f3b',
        documentName: 'spotkeep-dev-stop',
        instanceId: INSTANCE,
        status: 'Success',
        at: at('2026-03-24T09:21:07Z'),
      },
    ],
    [
      'command-status',
      {
        kind: 'command',
        id: '51c0891d-0e34-45b1-83d6-95db273d1603',
        commandId: 'e8d3c0e4-71f7-4491-898f-c9b35bee5f3b',
        documentName: 'spotkeep-dev-stop',
        status: 'Success',
        at: at('2026-03-24T09:21:07Z'),
      },
    ],
    [
      'reconcile-requested',
      {
        kind: 'reconcile',
        id: '01234567-0123-0123-0123-012345678905',
        workload: 'gitlab',
        at: at('2026-03-24T09:21:08Z'),
      },
    ],
  ];

  it.each(table)('reads %s to exactly its hint', (name, hint) => {
    expect(parseEvent(fixture(name), HERE)).toEqual(hint);
  });

  it('covers every fixture there is', () => {
    expect(new Set(table.map(([, hint]) => hint.kind)).size).toBe(7);
  });

  it('leaves the parameters of a command behind', () => {
    expect(JSON.stringify(parseEvent(fixture('command-status'), HERE))).not.toContain('never-to-be-read');
  });

  it('gives a duplicate the same id', () => {
    expect(parseEvent(fixture('interruption-warning'), HERE)).toEqual(
      parseEvent(fixture('interruption-warning'), HERE),
    );
  });
});

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

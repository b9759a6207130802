// Every event the product listens to, from JSON as AWS documents it.

import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../shared/event/parse.ts';
import { at, fixture, HERE, INSTANCE } from './fixture.ts';

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

// What operators send, read strictly: an unknown field is refused, never passed over.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMAND_KINDS, parseCommand } from '../../shared/event/command.ts';
import { definition } from '../definition/example.ts';

const NAME = 'a name of 1 to 40 characters a-z, 0-9 and -, beginning with a letter and not ending with -';
const UNTIL = 'a local time HH:MM or YYYY-MM-DDTHH:MM, or an instant with an offset';
const ZONE = 'an Availability Zone name such as eu-west-1a (a name, not an id such as euw1-az1)';
const INCIDENT = 'the number of an incident (1 is the newest) or its id';
const HALTED = 'halted-i-0123456789abcdef0';
const SNAP = 'snap-0123456789abcdef0';
const LABEL = 'a label of 1 to 40 letters, digits, spaces and _ . : / = + - @';
const script = '#!/bin/sh\ntrue\n';
const withScript = definition({ setup: { sha256: createHash('sha256').update(script).digest('hex') } });

describe('commands', () => {
  it.each([
    ['start-now', { workload: 'gitlab', until: '22:00' }, { workload: 'gitlab', until: '22:00' }],
    ['start-now', { workload: 'gitlab' }, { workload: 'gitlab' }],
    [
      'stop-now',
      { workload: 'gitlab', until: '2026-03-27T09:00' },
      { workload: 'gitlab', until: '2026-03-27T09:00' },
    ],
    ['resume', { workload: 'gitlab' }, { workload: 'gitlab' }],
    ['status', { workload: 'gitlab' }, { workload: 'gitlab' }],
    ['status', {}, {}],
    ['status', undefined, {}],
    ['history', { workload: 'gitlab', incident: 2, limit: 5 }, { workload: 'gitlab', incident: 2, limit: 5 }],
    ['history', { workload: 'gitlab', incident: HALTED }, { workload: 'gitlab', incident: HALTED }],
    ['plan', { workload: 'gitlab' }, { workload: 'gitlab' }],
    ['move', { workload: 'gitlab', zone: 'eu-west-1b' }, { workload: 'gitlab', zone: 'eu-west-1b' }],
    ['backup', { workload: 'gitlab' }, { workload: 'gitlab' }],
    ['backup', { workload: 'gitlab', label: 'Vor Übung 3' }, { workload: 'gitlab', label: 'Vor Übung 3' }],
    [
      'backup-delete',
      { workload: 'gitlab', snapshotId: SNAP, confirm: SNAP },
      { workload: 'gitlab', snapshotId: SNAP, confirm: SNAP },
    ],
    ['restore', { workload: 'gitlab', snapshotId: SNAP }, { workload: 'gitlab', snapshotId: SNAP }],
    ['recover', {}, { ended: [] }],
    ['recover', undefined, { ended: [] }],
    [
      'destroy',
      { workload: 'gitlab', confirm: 'x' },
      { workload: 'gitlab', confirm: 'x', keepSnapshots: true },
    ],
  ])('%s %j is accepted', (kind, raw, rest) => {
    expect(parseCommand(kind, raw)).toEqual({ kind, ...rest });
  });

  it('set-schedule takes the form of the YAML file and the parsed one', () => {
    const { schedule } = definition();
    const written = {
      timeZone: 'Europe/Riga',
      windows: [{ days: 'mon-fri', from: '09:00', to: '18:00' }],
      readyByMinutes: 10,
    };
    for (const form of [written, schedule]) {
      const command = parseCommand('set-schedule', { workload: 'gitlab', schedule: form });
      expect(command).toEqual({ kind: 'set-schedule', workload: 'gitlab', schedule });
    }
  });

  it('apply takes the definition with the script it pins', () => {
    const raw = { definition: withScript, setupScript: script, confirmVolume: 'vol-0123456789abcdef0' };
    expect(parseCommand('apply', JSON.parse(JSON.stringify(raw)))).toEqual({ kind: 'apply', ...raw });
  });

  it('apply refuses another script than the one it pins', () => {
    const answer = parseCommand('apply', { definition: withScript, setupScript: `${script}reboot\n` });
    expect(answer).toMatchObject({ kind: 'invalid', path: 'setupScript' });
  });

  it.each([
    ['start-now', {}, 'workload', NAME, undefined],
    ['start-now', { workload: '../x' }, 'workload', NAME, '"../x"'],
    ['start-now', { workload: 'a\nb' }, 'workload', NAME, '"a\\nb"'],
    ['start-now', { workload: '$(reboot)' }, 'workload', NAME, '"$(reboot)"'],
    ['start-now', { workload: 'gitlab', until: '9am' }, 'until', UNTIL, '"9am"'],
    ['stop-now', { workload: 'gitlab', until: 2200 }, 'until', UNTIL, '2200'],
    [
      'stop-now',
      { workload: 'gitlab', untli: '22:00' },
      'untli',
      'a known field; did you mean until?',
      '"22:00"',
    ],
    ['resume', { workload: 'gitlab', force: true }, 'force', 'a known field, one of workload', 'true'],
    ['resume', null, '', 'a JSON object', 'null'],
    [
      'set-schedule',
      { workload: 'gitlab', schedule: { timeZone: 'EST5', never: true } },
      'schedule.timeZone',
      'a time zone of the IANA database such as Europe/Riga, or UTC',
      '"EST5"',
    ],
    [
      'set-schedule',
      {
        workload: 'gitlab',
        schedule: { timeZone: 'UTC', windows: [{ days: 'mon', from: '09:00', to: '09:00' }] },
      },
      'schedule.windows[0].to',
      'an end other than the start (a whole day is 00:00 to 24:00)',
      '09:00',
    ],
    ['apply', { definition: { ...definition(), name: '' } }, 'definition.name', NAME, '""'],
    ['apply', { definition: definition(), dryRun: 'yes' }, 'dryRun', 'true or false', '"yes"'],
    ['destroy', { workload: 'gitlab' }, 'confirm', 'the name of the workload, typed', undefined],
    [
      'destroy',
      { workload: 'gitlab', confirm: 'gitlab', keepSnapshots: 'no' },
      'keepSnapshots',
      'true or false',
      '"no"',
    ],
    ['move', { workload: 'gitlab', zone: 'euw1-az1' }, 'zone', ZONE, '"euw1-az1"'],
    ['move', { workload: 'gitlab' }, 'zone', ZONE, undefined],
    ['backup', { workload: 'gitlab', now: true }, 'now', 'a known field, one of workload, label', 'true'],
    ['backup', { workload: 'gitlab', label: 'a\u001b[31m' }, 'label', LABEL, '"a\\u001b[31m"'],
    ['backup', { workload: 'gitlab', label: ' ' }, 'label', LABEL, '" "'],
    ['backup', { workload: 'gitlab', label: 'x'.repeat(41) }, 'label', LABEL, `"${'x'.repeat(41)}"`],
    [
      'backup-delete',
      { workload: 'gitlab', snapshotId: SNAP },
      'confirm',
      'the id of the snapshot, typed',
      undefined,
    ],
    [
      'backup-delete',
      { workload: 'gitlab', snapshotId: SNAP, confirm: SNAP, force: true },
      'force',
      'a known field, one of workload, snapshotId, confirm',
      'true',
    ],
    ['plan', {}, 'workload', NAME, undefined],
    [
      'restore',
      { workload: 'gitlab', snapshotId: '$(reboot)' },
      'snapshotId',
      'a snapshot id snap-…',
      '"$(reboot)"',
    ],
    [
      'restore',
      { workload: 'gitlab', snapshotId: SNAP, acceptLoss: false },
      'acceptLoss',
      'true, or nothing',
      'false',
    ],
    ['recover', { ended: ['i-1'] }, 'ended[0]', 'an instance id i-…', '"i-1"'],
    ['history', { workload: 'gitlab', limit: 0 }, 'limit', 'a whole number of entries from 1 to 500', '0'],
    ['history', { workload: 'gitlab', incident: 0 }, 'incident', INCIDENT, '0'],
    ['history', { workload: 'gitlab', incident: 'last' }, 'incident', INCIDENT, '"last"'],
    ['reboot', { workload: 'gitlab' }, '', `one of ${COMMAND_KINDS.join(', ')}`, '"reboot"'],
  ])('%s %j is refused at %s', (kind, raw, path, expected, found) => {
    expect(parseCommand(kind, raw)).toMatchObject({
      kind: 'invalid',
      path,
      expected,
      ...(found !== undefined && { found }),
    });
  });

  it('answer any JSON with a command or a refusal', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_KINDS), fc.jsonValue({ maxDepth: 4 }), (kind, raw) => {
        expect([kind, 'invalid']).toContain(parseCommand(kind, raw).kind);
      }),
      { numRuns: 1_000 },
    );
  });
});

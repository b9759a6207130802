// A record that is too large loses what can be had again, and nothing else; a save of it never throws.

import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../shared/base/json-bytes.ts';
import { minutes } from '../../shared/base/time.ts';
import { loop } from '../../shared/loop/loop.ts';
import { save } from '../../shared/loop/store.ts';
import { startNow } from '../../shared/operate/day-commands.ts';
import { CloudError } from '../../shared/port/errors.ts';
import { RECORD_BYTES, type StoredRecord, TOO_LARGE } from '../../shared/port/records.ts';
import { fitted } from '../../shared/record/fit.ts';
import { readRecord } from '../../shared/record/read.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { ago, NIGHT, NOW, record } from '../decide/scene.ts';
import { type Ports, ports } from '../loop/ports.ts';

const long = (length: number) => 'x'.repeat(length);
const health = { at: NOW, docker: true, application: 'healthy' };
const binds = (length: number) => [{ container: 'app', source: `/srv/${long(length)}`, target: '/data' }];
const gone = {
  generation: 1,
  volumeId: 'vol-1',
  zone: 'eu-west-1a',
  role: 'deleted' as const,
  since: NOW,
  promoted: true,
};

describe('a record that fits', () => {
  it('stays as it is', () => {
    const body = record({ health, unkeptBinds: binds(100) });
    expect(fitted(body)).toEqual({ body, dropped: [] });
  });
});

describe('a record that is too large', () => {
  it('loses what the host answered first', () => {
    const body = record({ health, unkeptBinds: binds(RECORD_BYTES) });
    expect(fitted(body)).toEqual({ body: { ...body, unkeptBinds: undefined }, dropped: ['unkeptBinds'] });
  });

  it('loses then only what is remembered for speed or for people, until it fits', () => {
    const pools = Array.from({ length: 60 }, (_, index) => ({ pool: `p${index}`, until: NOW, refusals: 1 }));
    const phases = Array.from({ length: 40 }, () => ({ name: 'serving', at: NOW }));
    const body = record({
      health,
      unkeptBinds: binds(10),
      unavailablePools: pools,
      incident: { id: 'lost-i', kind: 'lost', at: NOW, instanceId: 'i', zoneFrom: 'eu-west-1a', phases },
      lineage: [gone, { ...gone, role: 'superseded', volumeId: 'vol-2' }],
      alertedAt: { a: NOW },
      launchPause: { until: NOW, why: long(RECORD_BYTES) },
    });
    const { body: made, dropped } = fitted(body);
    expect(dropped).toEqual([
      'unkeptBinds',
      'health',
      'unavailablePools',
      'incident.phases',
      'deleted volumes',
      'alertedAt',
    ]);
    expect(made).toEqual({
      ...body,
      unkeptBinds: undefined,
      health: undefined,
      unavailablePools: pools.slice(-5),
      incident: { ...body.incident, phases: phases.slice(0, 5) },
      lineage: body.lineage.slice(1),
      alertedAt: undefined,
    });
    expect(readRecord({ body: JSON.parse(JSON.stringify(made)) }).kind).toBe('record');
  });
});

/** A table that refuses as the adapter does. */
const bounded = (body: RecordBody): Ports => {
  const made = ports({}, body);
  const saved = made.deps.records.save.bind(made.deps.records);
  made.deps.records.save = async (one: StoredRecord, before: string) => {
    if (jsonBytes(one.body) > RECORD_BYTES)
      throw new CloudError('invalid', 'PutItem', TOO_LARGE, `the record of ${one.name} is too large`);
    return saved(one, before);
  };
  return made;
};

describe('a save of a record that is too large', () => {
  const large = record({ health, unkeptBinds: binds(RECORD_BYTES) });
  const change = { name: 'gitlab', version: 1, writeId: 'write-1' };

  it('writes it without the answer, and says so', async () => {
    const made = bounded(record());
    const saved = await save(made.deps, { ...change, body: large });
    expect(saved?.body).toEqual({ ...large, unkeptBinds: undefined });
    expect(made.body()).toMatchObject({ health });
    expect(made.body().unkeptBinds).toBeUndefined();
    expect(made.logged).toEqual([
      {
        level: 'warn',
        message: 'record',
        fields: {
          workload: 'gitlab',
          operation: 'save',
          reason: 'the record of gitlab is too large: without unkeptBinds',
        },
      },
    ]);
  });

  it('is a conflict where another was first', async () => {
    const made = bounded(record());
    expect(await save(made.deps, { ...change, writeId: 'another', body: large })).toBeUndefined();
  });

  it('passes on every other error', async () => {
    const made = ports({ records: { save: () => Promise.reject(new Error('elsewhere')) } }, record());
    await expect(save(made.deps, { ...change, body: large })).rejects.toThrow('elsewhere');
  });

  it('keeps neither the loop nor a command from their work', async () => {
    const made = bounded({ ...large, owner: undefined, state: 'parked', stateSince: ago(minutes(5)) });
    made.now = NIGHT;
    const end = await loop(made.deps, { name: 'gitlab', leaveAt: NIGHT, mayDelete: false });
    expect(end.kind).not.toBe('refused');
    expect(await startNow(made.deps, 'gitlab')).toMatchObject({ ok: true, changed: true });
    expect(made.body()).toMatchObject({ override: { kind: 'run' } });
  });
});

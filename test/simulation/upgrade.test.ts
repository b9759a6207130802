// Records as earlier versions wrote them, with the examples of their time: every one is read, and a service that runs by
// one goes on under this version, through its hours and the next start.
//
// test/fixture/earlier-records.jsonl.gz: one record for each shape that the demo of each earlier commit wrote in each
// state (found by running that commit's own code), its definition by name; first the definitions, as the parsers of their
// time made them of examples/*.yml. New lines are added when the record's or the definition's form changes.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hours, type Instant, instant } from '../../shared/base/time.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import { storedFault } from '../../shared/definition/stored.ts';
import { describeRecord } from '../../shared/operate/status.ts';
import { readRecord } from '../../shared/record/read.ts';
import { CALM } from '../../simulator/region/state/faults.ts';
import { TABLE, World } from '../../simulator/world.ts';
import { isFields } from '../definition/example.ts';

type Fields = Record<string, unknown>;

interface Earlier {
  commit: string;
  body: Fields;
}

const lines = gunzipSync(readFileSync(new URL('../fixture/earlier-records.jsonl.gz', import.meta.url)))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line): Fields => JSON.parse(line));

const definitions = new Map(
  lines.flatMap(({ example, definition }) => (typeof example === 'string' ? [[example, definition]] : [])),
);
const records: Earlier[] = lines.flatMap(({ commit, body, definition }) =>
  typeof commit === 'string' && isFields(body) && typeof definition === 'string'
    ? [{ commit, body: { ...body, definition: definitions.get(definition) } }]
    : [],
);

const NOW = instant(Date.parse('2026-03-24T09:20:00Z'));

describe('a record of an earlier version', () => {
  it('is there of every schema, and of many states', () => {
    const schemas = new Set(records.map(({ body }) => body.schema));
    expect([...schemas].toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3]);
    expect(new Set(records.map(({ body }) => body.state)).size).toBeGreaterThan(8);
    expect(records.length).toBeGreaterThan(50);
  });

  it('is read, and told', () => {
    for (const { commit, body } of records) {
      const reading = readRecord({ body });
      expect([commit, body.state, reading.kind]).toEqual([commit, body.state, 'record']);
      if (reading.kind === 'record')
        expect(describeRecord('gitlab', reading.body, NOW).state).toBe(body.state);
    }
  });
});

describe('a definition of an earlier version', () => {
  it.each([...definitions])('(%s) is one that a record may keep', (_name, definition) => {
    expect(storedFault(definition)).toBeUndefined();
  });
});

/** What `then` looked like, of what is so now: fields it did not have are left out, those that are gone stay as they were. */
const asThen = (now: unknown, then: unknown): unknown => {
  if (now === undefined) return then;
  if (!isFields(now) || !isFields(then)) return now;
  return Object.fromEntries(Object.entries(then).map(([name, value]) => [name, asThen(now[name], value)]));
};

const KEPT_OF_THEN = ['schema', 'definition', 'definitionHash'];

interface Running {
  world: World;
  name: string;
  told: string[];
  body: () => Fields;
  until: (at: Instant, done?: () => boolean) => Promise<void>;
  rewrite: (change: (body: Fields) => Fields) => void;
}

const START = instant(Date.parse('2026-03-23T06:30:00Z'));

/** A region with one workload of that definition, applied half an hour before a Monday's hours. */
const running = async (definition: Definition): Promise<Running> => {
  const told: string[] = [];
  const { name, region, capacity } = definition;
  const world = new World({
    seed: 1,
    start: START,
    regionName: region,
    zones: capacity.zones.map(({ zone }) => zone),
    rates: CALM,
    entrance: 'direct',
    onEvent: (type) => told.push(type),
  });
  for (const { zone, subnetId } of capacity.zones) world.region.subnets.set(subnetId, zone);
  const Key = { pk: { S: `workload#${name}` }, sk: { S: 'record' } };
  const item = (): Fields => {
    const input = { TableName: TABLE, Key, ConsistentRead: true };
    const { Item } = world.region.dynamo.handle({ service: 'dynamodb', name: 'GetItem', input });
    if (!isFields(Item)) throw new Error('no record');
    return Item;
  };
  const textOf = (attribute: unknown, type: 'S' | 'N'): string =>
    isFields(attribute) && typeof attribute[type] === 'string' ? attribute[type] : '';
  const body = (): Fields => JSON.parse(textOf(item().body, 'S'));
  const applied = await world.invoke('apply-workload', { definition });
  expect(applied).toMatchObject({ ok: true });
  return {
    world,
    name,
    told,
    body,
    until: (at, done = () => false) => world.kernel.runUntil(at, done),
    rewrite: (change) => {
      world.judge.rewrite(name);
      const version = String(Number(textOf(item().version, 'N')) + 1);
      const Item = {
        ...item(),
        version: { N: version },
        lastWriteId: { S: `earlier-${version}` },
        body: { S: JSON.stringify(change(body())) },
      };
      world.region.applyNow({ service: 'dynamodb', name: 'PutItem', input: { TableName: TABLE, Item } });
      world.lambda.redeploy();
    },
  };
};

const isCalm = ({ state, intent, command, lease, owner }: Fields): boolean =>
  state === 'serving' && !intent && !command && !lease && isFields(owner) && owner.probedAt !== undefined;

/** Goes on by an earlier record while it serves; the same instance, no hold, and up again the next morning. */
const goesOn = async (definition: Definition, change: (body: Fields) => Fields): Promise<void> => {
  const small = await running(definition);
  const { world, told, body, until } = small;
  await until(instant(START + hours(2)), () => isCalm(body()));
  expect(body().state).toBe('serving');
  const before = body();
  small.rewrite(change);
  told.length = 0;
  await until(instant(world.kernel.now() + hours(3)));
  expect([body().state, body().hold]).toEqual(['serving', undefined]);
  expect(idOf(body())).toBe(idOf(before));
  // The next morning at eleven.
  await until(instant(START + hours(26.5)));
  expect([body().state, body().hold]).toEqual(['serving', undefined]);
  expect(body().definition).toEqual(change(before).definition);
  expect(told.filter((type) => type === 'Held' || type === 'Alert')).toEqual([]);
  expect(world.judge.violations).toEqual([]);
};

const idOf = ({ owner }: Fields): unknown => (isFields(owner) ? owner.instanceId : undefined);

/** Of each commit the record that has most fields: those that come and go by the hour say nothing of the version. */
const serving = [
  ...records
    .filter(({ body }) => isCalm({ ...body, lease: undefined }) && !body.candidate)
    .toSorted((a, b) => Object.keys(a.body).length - Object.keys(b.body).length)
    .reduce((all, one) => all.set(one.commit, one), new Map<string, Earlier>())
    .values(),
];

describe('a service that runs by a record of an earlier version', () => {
  it.each(serving.map((one) => [one.commit, one.body] as const))('(%s) goes on', async (_commit, then) => {
    const definition = then.definition as Definition;
    await goesOn(definition, (now) => {
      const made = asThen(now, then);
      const kept = Object.fromEntries(KEPT_OF_THEN.map((name) => [name, then[name]]));
      return { ...Object(made), ...kept };
    });
  });

  it.each([...definitions])('and by the example %s of its time', async (_name, definition) => {
    await goesOn(definition as Definition, (now) => ({ ...now, definition }));
  });

  it('and by a definition that is larger than one may be now', async () => {
    const good = definitions.get('gitlab') as Definition;
    const tags = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`note-${index}`, 'ж'.repeat(250)]),
    );
    const large = { ...good, instance: { ...good.instance, tags } };
    expect(JSON.stringify(large).length).toBeGreaterThan(10_000);
    expect(Buffer.byteLength(JSON.stringify(large))).toBeGreaterThan(20_000);
    await goesOn(good, (now) => ({ ...now, definition: large }));
  });
});

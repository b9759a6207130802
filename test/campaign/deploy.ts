// A deploy in the middle of things: warm sandboxes are gone, and the record may be one that the version before this one
// wrote last, while it still ran beside the new one.

import { RECORD_SCHEMA } from '../../shared/record/record.ts';
import type { Chance } from '../../simulator/kernel/random.ts';
import { replaceTemplate } from '../../simulator/region/templates.ts';
import { PROJECT, TABLE } from '../../simulator/world.ts';
import { isFields } from '../definition/example.ts';
import { chanceOf, type Stage } from './stage.ts';

type Fields = Record<string, unknown>;

/** What schema 2 wrote of a call: its targets as texts. */
const targetsOf = (effect: Fields): Fields => {
  const request = isFields(effect.request) ? effect.request : {};
  const { zone, purchase, launchId, sizeGiB, token, snapshotId } = request;
  const { volumeId, instanceId, purpose, migrationId, generation, unproved, role, allocationId } = effect;
  if (effect.kind === 'launch') return { launch: launchId, zone, purchase };
  if (effect.kind === 'create-volume' || effect.kind === 'earlier-volume') {
    const of = purpose === 'migration' ? { snapshot: snapshotId ?? '' } : { token };
    return { zone, sizeGiB: String(sizeGiB), generation: String(generation), ...of };
  }
  return {
    volume: volumeId,
    instance: instanceId,
    snapshot: effect.snapshotId,
    address: allocationId,
    role,
    purpose,
    migration: migrationId,
    ...(effect.kind === 'snapshot' && { generation: String(generation) }),
    ...(unproved === true && { unproved: 'yes' }),
  };
};

const asSchema2 = (body: Fields): Fields => {
  const before = (intent: unknown): Fields | undefined => {
    if (!isFields(intent) || !isFields(intent.effect)) return undefined;
    const { effect, ...rest } = intent;
    return { ...rest, kind: kindOf(effect), targets: targetsOf(effect), deadline: intent.at };
  };
  const suspended = Array.isArray(body.suspended) ? body.suspended.map(before) : [];
  return { ...body, schema: 2, intent: before(body.intent), suspended };
};

const kindOf = ({ kind }: Fields): unknown => (kind === 'earlier-volume' ? 'create-volume' : kind);

/** What is empty or nought was not there. */
const asSchema1 = (body: Fields): Fields => {
  const { suspended, failedInstances, failedVolumes: _counted, ...rest } = body;
  return {
    ...rest,
    schema: 1,
    ...(Array.isArray(suspended) && suspended.length > 0 && { suspended }),
    ...(failedInstances !== 0 && { failedInstances }),
  };
};

/** As the version before had it, or the one before that. */
const asBefore = (body: Fields, chance: Chance): Fields => {
  // Nothing was written since the deploy before.
  if (body.schema !== RECORD_SCHEMA) return body;
  const before = asSchema2(body);
  return chance.hit(0.5) ? asSchema1(before) : before;
};

const attribute = (item: unknown, name: string, type: 'S' | 'N'): string => {
  const value = isFields(item) ? item[name] : undefined;
  const text = isFields(value) ? value[type] : undefined;
  if (typeof text !== 'string') throw new Error(`a record without ${name}`);
  return text;
};

/** The record is written once more as it is, in the form of the version before; whoever has read it meets a conflict. */
const writtenByEarlier = ({ world }: Stage, name: string, chance: Chance): void => {
  const Key = { pk: { S: `workload#${name}` }, sk: { S: 'record' } };
  const { Item } = world.region.dynamo.handle({
    service: 'dynamodb',
    name: 'GetItem',
    input: { TableName: TABLE, Key, ConsistentRead: true },
  });
  if (!isFields(Item)) return;
  const body: unknown = JSON.parse(attribute(Item, 'body', 'S'));
  if (!isFields(body)) return;
  world.judge.rewrite(name);
  const version = String(Number(attribute(Item, 'version', 'N')) + 1);
  const lastWriteId = `earlier-${version}-${Math.floor(chance.next() * 1e9)}`;
  world.region.applyNow({
    service: 'dynamodb',
    name: 'PutItem',
    input: {
      TableName: TABLE,
      Item: {
        ...Item,
        version: { N: version },
        lastWriteId: { S: lastWriteId },
        body: { S: JSON.stringify(asBefore(body, chance)) },
      },
    },
  });
};

/** `names`: the workloads whose records the earlier version may have written last. */
export const deploy = (stage: Stage, names: readonly string[]): void => {
  const chance = chanceOf(stage, 'deploys');
  stage.world.lambda.redeploy();
  // A change of the stack may replace its launch template: instances of the one that is gone are ours still.
  if (chance.hit(0.3)) replaceTemplate(stage.world.region, PROJECT);
  for (const name of names) if (chance.hit(0.5)) writtenByEarlier(stage, name, chance);
};

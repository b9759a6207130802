// The operator: makes the mistakes people make with the console, hears of holds, mends what the evidence names and resumes.

import { ms } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { endInstance } from '../../simulator/region/instances.ts';
import { workloadOf } from '../../simulator/region/state/belongs.ts';
import { TABLE } from '../../simulator/world.ts';
import { holdIsExplained } from './holds.ts';
import { type LostTags, lostTags } from './lost-tags.ts';
import { applyByHand, chanceOf, countFor, freeze, liveInstances, type Stage, thaw } from './stage.ts';

const MINUTE = 60_000;

interface Mended {
  volumeId: string;
  tags: Record<string, string>;
}

const activeVolume = (stage: Stage, name: string) => {
  const record = stage.world.judge.records.get(name);
  return record?.volume && stage.world.region.volumes.get(record.volume.volumeId);
};

const apply = (stage: Stage, name: string, input: Record<string, unknown>): void =>
  applyByHand(stage, 'ec2', name, input);

const MISTAKES = [
  'end',
  'detach',
  'retag',
  'delete-snapshot',
  'delete-with-instance',
  'delete-left',
  'lose-tags',
] as const;

const blunder = (stage: Stage, mended: Map<string, Mended>, lost: LostTags): void => {
  const chance = chanceOf(stage, 'operator');
  const name = chance.pick(stage.names);
  const what = chance.pick(MISTAKES);
  const volume = activeVolume(stage, name);
  stage.world.kernel.woke();
  if (what === 'lose-tags') {
    if (!lost.lose(name)) return;
  } else if (what === 'end') {
    const [instance] = liveInstances(stage, name);
    if (!instance) return;
    endInstance(stage.world.region, instance, 'request');
  } else if (what === 'detach') {
    if (volume?.attachment?.state !== 'attached') return;
    apply(stage, 'DetachVolume', { VolumeId: volume.id });
  } else if (what === 'delete-with-instance') {
    if (volume?.attachment?.state !== 'attached') return;
    apply(stage, 'ModifyInstanceAttribute', {
      InstanceId: volume.attachment.instanceId,
      BlockDeviceMappings: [{ DeviceName: volume.attachment.device, Ebs: { DeleteOnTermination: true } }],
    });
  } else if (what === 'retag') {
    if (!volume || mended.has(name)) return;
    mended.set(name, { volumeId: volume.id, tags: { ...volume.tags } });
    apply(stage, 'CreateTags', {
      Resources: [volume.id],
      Tags: [{ Key: 'spotkeep:generation', Value: chance.pick(['0', '99', 'seven']) }],
    });
  } else if (what === 'delete-left') {
    const left = [...stage.world.region.volumes.values()].find(
      (one) =>
        workloadOf(stage.world.region, one) === name &&
        one.tags['spotkeep:role'] === 'superseded' &&
        one.state === 'available',
    );
    if (!left) return;
    apply(stage, 'DeleteVolume', { VolumeId: left.id });
  } else {
    const snapshots = [...stage.world.region.snapshots.values()].filter(
      (one) => workloadOf(stage.world.region, one) === name && one.state !== 'error' && !one.deleted,
    );
    const gone = snapshots.at(-1);
    if (!gone) return;
    apply(stage, 'DeleteSnapshot', { SnapshotId: gone.id });
  }
  countFor(stage, 'operator', name);
};

const mend = (stage: Stage, name: string, mended: Map<string, Mended>): void => {
  const volume = activeVolume(stage, name);
  if (volume) volume.content.dockerBroken = false;
  const tags = mended.get(name);
  if (!tags) return;
  mended.delete(name);
  const generation = tags.tags['spotkeep:generation'] ?? '';
  apply(stage, 'CreateTags', {
    Resources: [tags.volumeId],
    Tags: [{ Key: 'spotkeep:generation', Value: generation }],
  });
};

/** Instances that the record waits for and that a person sees to have ended. */
const endedOf = ({ world }: Stage, record: RecordBody): string[] => {
  const ids = [record.owner?.instanceId, record.candidate?.instanceId];
  return [...ids, ...record.leaving.map((one) => one.instanceId)].flatMap((id) => {
    if (id === undefined) return [];
    const state = world.region.instances.get(id)?.state;
    return state === undefined || state === 'terminated' ? [id] : [];
  });
};

const tableIdOf = ({ world }: Stage): unknown => {
  const input = { TableName: TABLE };
  const { Table } = world.region.dynamo.handle({ service: 'dynamodb', name: 'DescribeTable', input });
  return typeof Table === 'object' && Table !== null && 'TableId' in Table ? Table.TableId : undefined;
};

/** A restored table is recovered when its hold has ended; a volume that went with its instance is not coming back, and one
 * on which nothing ever was is for its people to give up. */
const followRecovery = (stage: Stage): void => {
  const { world } = stage;
  stage.told.push({
    record: (name, body) => {
      const { hold, volume, recover } = body;
      const deleted = volume && world.region.volumes.get(volume.volumeId)?.state === 'deleted';
      const blank = volume && world.region.volumes.get(volume.volumeId)?.content.fileSystem === 'none';
      if (hold?.code === 'volume-missing' && deleted) freeze(stage, name);
      else if (hold?.code === 'fs-missing' && blank) freeze(stage, name);
      else if (!hold && !blank && !recover && stage.frozen.has(name) && body.tableId === tableIdOf(stage))
        thaw(stage, name);
    },
  });
};

/** Looks every ten minutes; what has been held for a while is mended and resumed. */
const attend = (stage: Stage, mended: Map<string, Mended>, lost: LostTags): void => {
  const { world, names } = stage;
  for (const name of names) {
    const record = world.judge.records.get(name);
    if (!record?.hold) continue;
    if (world.kernel.now() - record.hold.at < 15 * MINUTE) continue;
    if (record.hold.code === 'table-restored') {
      mend(stage, name, mended);
      lost.putBack(name);
      world.kernel.woke();
      void world.lambda.invoke('recover', { workload: name, ended: endedOf(stage, record) });
      continue;
    }
    if (!holdIsExplained(stage, name, record.hold.code)) continue;
    mend(stage, name, mended);
    world.kernel.woke();
    void world.lambda.invoke('resume', { workload: name });
  }
  world.kernel.after(ms(10 * MINUTE), () => attend(stage, mended, lost), true);
};

export interface Operator {
  /** One mistake, now. */
  blunder(): void;
  /** Undoes what was done to tags and data. */
  mendAll(): void;
}

export const beginOperator = (stage: Stage, usual: number): Operator => {
  const perDay = stage.more.has('operator') ? usual * 10 : usual;
  const mended = new Map<string, Mended>();
  const lost = lostTags(stage);
  const chance = chanceOf(stage, 'operator when');
  const next = (): void => {
    if (perDay <= 0 || stage.without.has('operator')) return;
    stage.world.kernel.after(chance.exponential(86_400 / perDay), () => {
      if (stage.world.kernel.now() >= stage.faultsEnd) return;
      blunder(stage, mended, lost);
      next();
    });
  };
  next();
  followRecovery(stage);
  attend(stage, mended, lost);
  return {
    blunder: () => blunder(stage, mended, lost),
    mendAll: () => {
      for (const name of stage.names) mend(stage, name, mended);
    },
  };
};

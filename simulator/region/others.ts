// What others have in the account: another team's instance, and a second stage whose workloads have the same names. The
// instances run; what happens on them does not matter here, so no host of theirs is simulated. No call of
// the product may touch them: the judge (S19) goes by `region.others`.

import { TAG } from '../../shared/port/tags.ts';
import { awsId } from '../kernel/random.ts';
import { standingInstance } from './instances.ts';
import { publishInstance, publishSnapshot, publishVolume } from './publish.ts';
import type { RegionContext } from './state/context.ts';
import {
  blankContent,
  type SimInstance,
  type SimSnapshot,
  type SimTemplate,
  type SimVolume,
} from './state/model.ts';
import { Versioned } from './state/versioned.ts';
import { createTemplate, reservedTags } from './templates.ts';

/** Value of the tag `spotkeep:project` on all that is the second stage's. */
export const OTHER_PROJECT = 'spotkeep-other';
/** As our own workloads' mostly are not: a number of theirs that is compared with ours would be the higher one. */
const THEIR_GENERATION = 7;
const TYPE = 'm7i.large';
const SIZE_GIB = 30;

const id = (region: RegionContext, prefix: string): string => {
  const made = awsId(region.chance('others'), prefix);
  region.others.add(made);
  return made;
};

/** A random id as the product makes them: 26 characters. */
const ulid = (region: RegionContext): string =>
  Array.from({ length: 26 }, () =>
    region.chance('others').pick([...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']),
  ).join('');

/** A running instance with exactly these tags, not launched from a template of ours. */
export const strangerInstance = (
  region: RegionContext,
  { zone, tags }: { zone: string; tags: Record<string, string> },
): SimInstance => standingInstance(region, { zone, tags, type: TYPE, purchase: 'on-demand' });

const standingVolume = (
  region: RegionContext,
  made: Pick<SimVolume, 'zone' | 'tags'> & { snapshotId?: string },
): SimVolume => {
  const volume: SimVolume = {
    ...made,
    id: id(region, 'vol'),
    state: 'available',
    sizeGiB: SIZE_GIB,
    type: 'gp3',
    iops: 3_000,
    throughput: 125,
    encrypted: true,
    kmsKeyId: `arn:aws:kms:${region.regionName}:123456789012:key/default`,
    createdAt: region.kernel.now(),
    content: { ...blankContent(), fileSystem: 'ext4', mkfsCount: 1, dataRoot: true },
    lazyUntil: 0,
    views: new Versioned(),
  };
  region.volumes.set(volume.id, volume);
  publishVolume(region, volume);
  return volume;
};

const standingSnapshot = (
  region: RegionContext,
  of: SimVolume,
  tags: Record<string, string>,
): SimSnapshot => {
  const at = region.kernel.now();
  const snapshot: SimSnapshot = {
    id: id(region, 'snap'),
    volumeId: of.id,
    state: 'completed',
    startedAt: at,
    doneAt: at,
    sizeGiB: of.sizeGiB,
    encrypted: true,
    kmsKeyId: of.kmsKeyId,
    tags,
    content: structuredClone(of.content),
    deleted: false,
    views: new Versioned(),
  };
  region.snapshots.set(snapshot.id, snapshot);
  publishSnapshot(region, snapshot);
  return snapshot;
};

const attachStanding = (region: RegionContext, volume: SimVolume, instance: SimInstance): void => {
  volume.state = 'in-use';
  volume.attachment = {
    instanceId: instance.id,
    device: '/dev/sdf',
    state: 'attached',
    since: region.kernel.now(),
    deleteOnTermination: false,
    visible: true,
  };
  publishVolume(region, volume);
  publishInstance(region, instance);
};

/** One workload of the second stage: a volume that was moved once, its snapshots, and the instance that serves from it. */
export interface OtherWorkload {
  name: string;
  template: SimTemplate;
  dataset: string;
  generation: number;
  instance: SimInstance;
  volume: SimVolume;
}

const tagsOf = (
  { name, dataset }: Pick<OtherWorkload, 'name' | 'dataset'>,
  role: string,
  generation: number,
) => ({
  [TAG.project]: OTHER_PROJECT,
  [TAG.workload]: name,
  [TAG.dataset]: dataset,
  [TAG.role]: role,
  [TAG.generation]: String(generation),
  Name: `spotkeep ${name} generation ${generation}`,
});

/** Its control plane launches another instance, which takes the volume. */
export const relaunchOther = (region: RegionContext, one: Omit<OtherWorkload, 'instance'>): SimInstance => {
  const instance = standingInstance(region, {
    zone: one.volume.zone,
    type: TYPE,
    purchase: 'on-demand',
    tags: {
      [TAG.project]: OTHER_PROJECT,
      [TAG.workload]: one.name,
      [TAG.launch]: ulid(region),
      Name: one.name,
      'aws:ec2:fleet-id': id(region, 'fleet'),
      ...reservedTags(one.template),
    },
  });
  attachStanding(region, one.volume, instance);
  return instance;
};

/** Its control plane takes a backup. */
export const backUpOther = (region: RegionContext, one: OtherWorkload): SimSnapshot =>
  standingSnapshot(region, one.volume, tagsOf(one, 'backup', one.generation));

/** Its control plane moves the data: another volume of the next generation; the one before stays behind. */
export const moveOther = (region: RegionContext, one: OtherWorkload): void => {
  const from = standingSnapshot(region, one.volume, tagsOf(one, 'migration', one.generation));
  one.volume.tags[TAG.role] = 'superseded';
  publishVolume(region, one.volume);
  one.generation += 1;
  const tags = tagsOf(one, 'active', one.generation);
  one.volume = standingVolume(region, { zone: one.volume.zone, tags, snapshotId: from.id });
};

const otherWorkload = (
  region: RegionContext,
  name: string,
  template: SimTemplate,
  zone: string,
): OtherWorkload => {
  const generation = THEIR_GENERATION;
  const data = { name, dataset: ulid(region) };
  const left = standingVolume(region, { zone, tags: tagsOf(data, 'superseded', generation - 1) });
  const from = standingSnapshot(region, left, tagsOf(data, 'migration', generation - 1));
  const volume = standingVolume(region, {
    zone,
    tags: tagsOf(data, 'active', generation),
    snapshotId: from.id,
  });
  const made = { ...data, template, generation, volume };
  const one = { ...made, instance: relaunchOther(region, made) };
  backUpOther(region, one);
  return one;
};

/** A second stack in the account: a workload of each name, in the zone given for it. */
export const secondStage = (region: RegionContext, zones: ReadonlyMap<string, string>): OtherWorkload[] => {
  const template = createTemplate(region, {
    name: OTHER_PROJECT,
    tags: { [TAG.project]: OTHER_PROJECT },
    id: id(region, 'lt'),
  });
  return [...zones].map(([name, zone]) => otherWorkload(region, name, template, zone));
};

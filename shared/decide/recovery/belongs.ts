// Which volumes and snapshots are the dataset's, after the table was restored: what the record names, what carries our tags,
// and what is another project's and still counts, by its number.

import type { SnapshotView, VolumeView } from '../../port/cloud.ts';
import { namedSnapshots } from '../../record/named.ts';
import type { RecordView } from '../../record/record.ts';
import type { View } from '../turn/context.ts';
import { generationIn } from '../turn/generation.ts';
import { known } from '../turn/reading.ts';

/** Ids that the record itself names, of whatever time, whatever the tags say. */
export const everNamed = (r: RecordView): Set<string | undefined> =>
  new Set([
    r.volume?.volumeId,
    r.migration?.newVolumeId,
    r.migration?.fromVolume,
    r.definition.volume.kind === 'adopt' ? r.definition.volume.volumeId : undefined,
    ...r.lineage.map((one) => one.volumeId),
  ]);

const isOver = ({ state }: VolumeView): boolean => state === 'deleted' || state === 'deleting';

/**
 * Tagged as ours and of this dataset; or named by the record, and tagged for no other project: a missing tag makes nothing
 * absent. A volume that another stage has now is that stage's.
 */
const isMine = ({ r, name, settings }: View, view: VolumeView): boolean => {
  const { tags } = view;
  const project = tags.project;
  if (isOver(view) || (project ?? settings.project) !== settings.project) return false;
  if (everNamed(r).has(view.volumeId)) return true;
  const workload = tags.workload;
  return project !== undefined && workload === name && tags.dataset === r.dataset.id;
};

/** The volumes of the dataset, as this reading shows them. */
export const ownVolumes = (ctx: View): VolumeView[] =>
  (known(ctx.reading.volumes) ?? []).filter((view) => isMine(ctx, view));

/** Claims to be of the dataset, or is named by the record, and belongs to another project by its tags. */
export const strayVolumes = (ctx: View): VolumeView[] =>
  (known(ctx.reading.volumes) ?? []).filter(
    (view) =>
      !isOver(view) &&
      !isMine(ctx, view) &&
      (view.tags.dataset === ctx.r.dataset.id || everNamed(ctx.r).has(view.volumeId)),
  );

/** Of the dataset by its tag, in any project, or taken of one of its volumes, by whomever. */
const relatedSnapshots = (ctx: View): SnapshotView[] => {
  const volumes = new Set([...everNamed(ctx.r), ...ownVolumes(ctx).map((view) => view.volumeId)]);
  return (known(ctx.reading.snapshots) ?? []).filter(
    (one) => one.tags.dataset === ctx.r.dataset.id || volumes.has(one.volumeId),
  );
};

/** Named by the record, or this stack's own by their tags: only these may be taken into a record, where retention ends them. */
export const ownSnapshots = (ctx: View): SnapshotView[] => {
  const named = namedSnapshots(ctx.r);
  return (known(ctx.reading.snapshots) ?? []).filter(
    ({ snapshotId, tags }) =>
      named.includes(snapshotId) ||
      (tags.project === ctx.settings.project && tags.dataset === ctx.r.dataset.id),
  );
};

/** The highest number that anything of the dataset carries, in any project. */
export const highestSeen = (ctx: View): number =>
  Math.max(
    0,
    ...[...ownVolumes(ctx), ...strayVolumes(ctx), ...relatedSnapshots(ctx)].map(({ tags }) =>
      generationIn(tags),
    ),
  );

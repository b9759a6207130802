// The data outlives every instance (S17), whoever asked for something else: at every look a volume that EC2 would delete with
// its instance is put right, and until a listing shows that, the instance is not ended.

import { type Context, intend, liveAttachments, rests, type Step } from '../turn/context.ts';
import { known } from '../turn/reading.ts';

const ownVolumes = ({ r }: Context): Set<string | undefined> =>
  new Set([
    r.volume?.volumeId,
    r.migration?.newVolumeId,
    ...r.lineage.filter((one) => one.role !== 'deleted').map((one) => one.volumeId),
  ]);

/** A volume of the record that goes with this instance, as it is listed. */
export const doomedBy = (ctx: Context, instanceId: string): string | undefined => {
  const own = ownVolumes(ctx);
  return known(ctx.reading.volumes)?.find(
    (view) =>
      own.has(view.volumeId) &&
      liveAttachments(view).some((one) => one.instanceId === instanceId && one.deleteOnTermination),
  )?.volumeId;
};

/** Asked for again after a pause only: two listings may disagree for minutes after it was accepted. */
export const keepVolume = (ctx: Context, instanceId: string): Step | undefined => {
  const effect = { kind: 'keep-volume', instanceId } as const;
  if (doomedBy(ctx, instanceId) === undefined || rests(ctx, effect)) return undefined;
  return intend(ctx, effect, 'the data volume must outlive its instance');
};

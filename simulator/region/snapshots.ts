// Snapshots and volumes made from them: point in time at the request, pending for minutes, incremental against the
// newest completed one of the same lineage ("How Amazon EBS snapshots work").

import { type Ms, ms } from '../../shared/base/time.ts';
import { awsId } from '../kernel/random.ts';
import { publishSnapshot } from './publish.ts';
import { madeFor } from './state/belongs.ts';
import { type RegionContext, strikes } from './state/context.ts';
import type { SimSnapshot, SimVolume } from './state/model.ts';
import { Versioned } from './state/versioned.ts';

const DATA_MIB_PER_SECOND = 100;
/** Of a volume's size, how much is written in these stories. */
const USED_SHARE = 0.5;

const lineageOf = (region: RegionContext, volume: SimVolume): Set<string> => {
  const ids = new Set([volume.id]);
  let from = volume.snapshotId;
  while (from) {
    const parent = region.snapshots.get(from);
    if (!parent || ids.has(parent.volumeId)) break;
    ids.add(parent.volumeId);
    from = region.volumes.get(parent.volumeId)?.snapshotId;
  }
  return ids;
};

const duration = (region: RegionContext, volume: SimVolume): Ms => {
  const { switches } = region;
  const chance = region.chance('snapshots');
  if (switches.slowSnapshotMs !== undefined) {
    const lasts = ms(switches.slowSnapshotMs);
    switches.slowSnapshotMs = undefined;
    return lasts;
  }
  if (strikes(region, 'slowSnapshot')) return chance.seconds(1_800, 4 * 3_600);
  const family = lineageOf(region, volume);
  const incremental = [...region.snapshots.values()].some(
    (one) => family.has(one.volumeId) && one.state === 'completed' && !one.deleted,
  );
  if (incremental) return chance.seconds(60, 180);
  return ms(
    Math.round(((volume.sizeGiB * 1024 * USED_SHARE * 1000) / DATA_MIB_PER_SECOND) * (region.pace ?? 1)) +
      chance.seconds(30, 90),
  );
};

export const createSnapshot = (
  region: RegionContext,
  volume: SimVolume,
  tags: Record<string, string>,
): SimSnapshot => {
  region.host.flush(volume);
  const at = region.kernel.now();
  const lasts = duration(region, volume);
  const keyless = volume.encrypted && region.switches.kmsDisabledUntil > at;
  const fails = region.switches.failSnapshots > 0 || strikes(region, 'snapshotError') || keyless;
  if (region.switches.failSnapshots > 0) region.switches.failSnapshots -= 1;
  const snapshot: SimSnapshot = {
    id: awsId(region.chance('ids'), 'snap'),
    volumeId: volume.id,
    state: 'pending',
    startedAt: at,
    doneAt: at + lasts,
    sizeGiB: volume.sizeGiB,
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    tags,
    madeFor: madeFor(tags),
    content: structuredClone(volume.content),
    deleted: false,
    views: new Versioned(),
  };
  region.snapshots.set(snapshot.id, snapshot);
  region.past.snapshots.push(snapshot);
  publishSnapshot(region, snapshot);
  region.kernel.after(fails ? ms(lasts / 2) : lasts, () => {
    if (snapshot.deleted) return;
    snapshot.state = fails ? 'error' : 'completed';
    publishSnapshot(region, snapshot);
    region.emit({
      source: 'aws.ec2',
      'detail-type': 'EBS Snapshot Notification',
      detail: {
        event: 'createSnapshot',
        result: fails ? 'failed' : 'succeeded',
        cause: '',
        'request-id': '',
        snapshot_id: `arn:aws:ec2::${region.regionName}:snapshot/${snapshot.id}`,
        source: `arn:aws:ec2::${region.regionName}:volume/${volume.id}`,
        startTime: new Date(at).toISOString(),
        endTime: new Date(region.kernel.now()).toISOString(),
      },
      resources: [`arn:aws:ec2::${region.regionName}:snapshot/${snapshot.id}`],
    });
  });
  return snapshot;
};

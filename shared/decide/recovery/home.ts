// After the table was restored and every instance is proved dead: which volume is the dataset's home, and what the record
// has to say of the others. Only volumes tagged active or frozen are considered: a copy is tagged active after its promote
// and before anybody writes on it, so a copy that is still `migrating` holds nothing that its source has not.

import type { Instant } from '../../base/time.ts';
import type { SnapshotView, VolumeView } from '../../port/cloud.ts';
import type { VolumeTagRole } from '../../port/tags.ts';
import type { HoldCode } from '../../record/codes.ts';
import type { Lineage, RecordBody, Snapshot } from '../../record/record.ts';
import { type Context, liveAttachments, type View } from '../turn/context.ts';
import { generationIn, isPromoted } from '../turn/generation.ts';
import { known } from '../turn/reading.ts';
import { everNamed, highestSeen, ownSnapshots, ownVolumes, strayVolumes } from './belongs.ts';

export type FoundHome =
  | { kind: 'home'; home: VolumeView | undefined; mine: VolumeView[] }
  /** `holder`: an instance that is not ours has the volume. */
  | { kind: 'wait'; what: string; holder?: string }
  | { kind: 'stay'; code: HoldCode; evidence: string };

const HOMES: ReadonlySet<VolumeTagRole> = new Set(['active', 'frozen']);

const stay = (code: HoldCode & `recover-${string}`, evidence: string): FoundHome => ({
  kind: 'stay',
  code,
  evidence,
});

/** Snapshots are made of data alone, and so are volumes that came from one: a service was there, whatever the record says. */
const hadData = (ctx: View, mine: readonly VolumeView[]): boolean =>
  mine.some((view) => view.snapshotId !== undefined) ||
  (known(ctx.reading.snapshots) ?? []).some((one) => one.tags.dataset === ctx.r.dataset.id);

/**
 * The last snapshot of a destroyed workload: the one the record names, or the newest backup since the destruction. The
 * service did not run any more then, so it has all that was written.
 */
const finalOf = (ctx: View): string | undefined => {
  const { destroyed } = ctx.r;
  const completed = ownSnapshots(ctx).filter((one) => one.state === 'completed');
  if (!destroyed || completed.some((one) => one.snapshotId === destroyed.snapshotId))
    return destroyed?.snapshotId;
  const since = completed.filter((one) => one.tags.role === 'backup' && one.startedAt >= destroyed.at);
  return since.toSorted((a, b) => b.startedAt - a.startedAt)[0]?.snapshotId;
};

export const findHome = (ctx: Context): FoundHome => {
  const { r } = ctx;
  const mine = ownVolumes(ctx);
  const homes = mine.filter((view) => view.tags.role !== undefined && HOMES.has(view.tags.role));
  const holder = homes.flatMap((view) => liveAttachments(view))[0];
  if (holder)
    return { kind: 'wait', what: `the volume to leave ${holder.instanceId}`, holder: holder.instanceId };
  const untold = homes.find((view) => generationIn(view.tags) === 0);
  if (untold) return stay('recover-no-generation', `${untold.volumeId} has no generation tag`);
  const newest = Math.max(0, ...homes.map((view) => generationIn(view.tags)));
  const [home, twin] = homes.filter((view) => generationIn(view.tags) === newest);
  if (home && twin)
    return stay('recover-ambiguous', `${home.volumeId} and ${twin.volumeId} are both generation ${newest}`);
  // Its volume was left to the sweep, or is gone: there is no home any more, and none is needed.
  if (!home && r.destroyed && (mine.length === 0 || finalOf(ctx))) return { kind: 'home', home, mine };
  const stray = strayVolumes(ctx).find((view) => isPromoted(view) && generationIn(view.tags) >= newest);
  if (stray) {
    const { volumeId, tags } = stray;
    const whose = `${tags.project ?? 'no project'}/${tags.workload ?? 'no workload'}`;
    return stay(
      'recover-elsewhere',
      `${volumeId}, tagged for ${whose}, is generation ${generationIn(tags)} of this dataset, here the newest is ${newest}`,
    );
  }
  if (!home && (r.volume || r.dataset.formatted || hadData(ctx, mine)))
    return stay('recover-no-volume', 'no volume of the dataset is tagged active or frozen');
  if (home && newest < r.generation)
    return stay(
      'recover-older',
      `${home.volumeId} is generation ${newest}, the record was at ${r.generation} already`,
    );
  if (home?.state === 'error') return stay('recover-volume-error', `${home.volumeId} is in state error`);
  if (home && home.state !== 'available')
    return { kind: 'wait', what: `${home.volumeId}, now ${home.state}` };
  return { kind: 'home', home, mine };
};

/** What the region shows beside the home. Known by its tags alone: left to the operator, never deleted. */
const asLineage = (ctx: Context, view: VolumeView): Lineage => {
  const { r, now } = ctx;
  const role = view.tags.role;
  const before = r.lineage.find((one) => one.volumeId === view.volumeId);
  return {
    generation: generationIn(view.tags) || (before?.generation ?? 1),
    volumeId: view.volumeId,
    zone: view.zone,
    role: 'superseded',
    since: before?.since ?? now,
    promoted: role === 'migrating' ? false : (before?.promoted ?? true),
    tagged: role === 'superseded',
    finalSnapshotId: before?.finalSnapshotId,
    unproved: before?.unproved,
    keep: everNamed(r).has(view.volumeId) ? (before?.keep ?? 'days') : 'person',
  };
};

const asSnapshot = (r: RecordBody, view: SnapshotView): Snapshot => {
  const before = r.snapshots.find((one) => one.snapshotId === view.snapshotId);
  const state = view.state === 'completed' || view.state === 'pending' ? view.state : 'error';
  return before
    ? { ...before, state }
    : {
        snapshotId: view.snapshotId,
        kind: view.tags.role ?? 'base',
        generation: generationIn(view.tags),
        volumeId: view.volumeId,
        startedAt: view.startedAt,
        state,
        label: view.tags.label,
      };
};

/**
 * The time that was lost may have deleted a volume before its days and kept its final snapshot instead: the newest of each
 * volume that is gone is kept in its place, counted from now, for it is not known when the volume was left behind.
 */
const inPlaceOfGone = (snapshots: Snapshot[], mine: VolumeView[], now: Instant): Snapshot[] => {
  const there = new Set(mine.map((view) => view.volumeId));
  const newest = new Map<string, Snapshot>();
  for (const one of snapshots.toSorted((a, b) => a.startedAt - b.startedAt))
    if (one.state === 'completed' && !there.has(one.volumeId)) newest.set(one.volumeId, one);
  return snapshots.map((one) =>
    newest.get(one.volumeId) === one ? { ...one, inPlaceSince: one.inPlaceSince ?? now } : one,
  );
};

/** It is not known whether the parent was ever started: if not, the marker is one of these. */
const earlier = (r: RecordBody, parent: number): number[] =>
  [r.generation, ...r.lineage.map((one) => one.generation)]
    .filter((one) => one >= 1 && one < parent)
    .toSorted((a, b) => b - a)
    .slice(0, 5);

/** A copy carries its parent's marker until its first start; which parent, its own snapshot says. */
const homeVolume = (r: RecordBody, home: VolumeView, snapshots: SnapshotView[]): RecordBody['volume'] => {
  if (r.volume?.volumeId === home.volumeId) return { ...r.volume, fresh: false };
  const migrationId = home.tags.migration;
  const from = snapshots.find((one) => one.snapshotId === home.snapshotId);
  const parent = from ? generationIn(from.tags) : 0;
  return {
    volumeId: home.volumeId,
    zone: home.zone,
    createdAt: home.createdAt,
    parent:
      migrationId && parent > 0
        ? { generation: parent, migrationId, snapshotId: home.snapshotId, or: earlier(r, parent) }
        : undefined,
    migrationId,
    fresh: false,
  };
};

/** Makes the record that of the region. Numbers only rise: the next one is above all that was ever seen. */
export const rewrite = (ctx: Context, { home, mine }: Extract<FoundHome, { kind: 'home' }>): void => {
  const { r } = ctx;
  const others = mine.filter((view) => view !== home).map((view) => asLineage(ctx, view));
  const gone = r.lineage
    .filter((one) => one.volumeId !== home?.volumeId && !others.some((it) => it.volumeId === one.volumeId))
    .map((one): Lineage => ({ ...one, role: 'deleted' }));
  const volumes = new Set(
    [home?.volumeId, ...everNamed(r), ...r.lineage.map((one) => one.volumeId)].filter(
      (id) => id !== undefined,
    ),
  );
  const recorded = new Set(r.snapshots.map((one) => one.snapshotId));
  const snapshots = ownSnapshots(ctx)
    .filter(
      (one) => volumes.has(one.volumeId) && (recorded.has(one.snapshotId) || generationIn(one.tags) > 0),
    )
    .map((one) => asSnapshot(r, one));
  r.lastGeneration = Math.max(
    r.lastGeneration,
    r.generation,
    r.migration?.newGeneration ?? 0,
    ...r.lineage.map((one) => one.generation),
    highestSeen(ctx),
  );
  if (home) {
    // Adopted in the time that was lost: its file system is asked for once more.
    if (!r.volume && r.definition.volume.kind === 'adopt') r.dataset.adopting = 'inspect';
    r.volume = homeVolume(r, home, known(ctx.reading.snapshots) ?? []);
    r.generation = generationIn(home.tags);
    // Whatever this record knew: no file system is ever made on a volume that was found.
    r.dataset = { ...r.dataset, formatted: true, formatSentAt: undefined, sizeGiB: home.sizeGiB };
  } else {
    r.volume = undefined;
    if (r.destroyed) r.destroyed.snapshotId = finalOf(ctx) ?? r.destroyed.snapshotId;
  }
  r.provedGeneration = Math.min(r.provedGeneration, r.generation);
  r.lineage = [...gone, ...others];
  r.snapshots = inPlaceOfGone(snapshots, mine, ctx.now);
  r.tableId = r.recover?.tableId ?? r.tableId;
  forget(r);
};

/** What was under way in a time that never was. */
const forget = (r: RecordBody): void => {
  r.recover = undefined;
  r.hold = undefined;
  r.suspicion = undefined;
  r.migration = undefined;
  r.moveRequest = undefined;
  r.backupRequest = undefined;
  r.restoreRequest = undefined;
  r.intent = undefined;
  r.suspended = [];
  r.refusal = undefined;
  r.calls = undefined;
  r.refusedSince = undefined;
  r.thawedAt = undefined;
  r.incident = undefined;
  r.writtenUntil = undefined;
  r.unavailablePools = [];
};

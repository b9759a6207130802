// Most of a run is a workload that serves, or rests, and a look at it every few minutes that finds nothing. Such looks
// are thinned: while everything is as the record says and nothing is due, ticks and sweeps are left out for up to twelve
// hours. Nothing of the product is skipped that could act: the first look after trouble comes when the real one would, and
// so does the one that renews a grant.

import { instant } from '../../shared/base/time.ts';
import { GRANT_MAX, PROBE_EVERY } from '../../shared/decide/turn/limits.ts';
import { wantsFinal } from '../../shared/decide/volume/final.ts';
import { mayHaveSurplus } from '../../shared/decide/volume/sweep.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { works } from '../../simulator/host/host.ts';
import { TABLE } from '../../simulator/world.ts';
import { calendarsByText } from './calendars.ts';
import { liveInstances, type Stage } from './stage.ts';

const MINUTE = 60_000;
/** Longest stretch without a look. */
const LONGEST = 720 * MINUTE;
/** Without a sweep where there is something to delete: it may have to wait for the region. */
const LONGEST_SURPLUS = 30 * MINUTE;

/** Such an end nothing proves any more: its instance was gone from the listings before anybody asked. */
const LONG_GONE = 180 * MINUTE;

/** Nothing of the record waits for anything but the end of a snapshot, or of the hours for a backup, or their begin for a move. */
const rests = (r: RecordBody, now: number, isPending: (snapshotId: string) => boolean): boolean =>
  !r.lease &&
  !r.command &&
  !r.intent &&
  r.suspended.length === 0 &&
  !r.suspicion &&
  !r.candidate &&
  !r.migration &&
  !(r.backupDue && !r.owner && r.volume && r.provedGeneration >= 1) &&
  !r.backupRequest &&
  !(r.moveRequest && r.owner) &&
  !r.restoreRequest &&
  !r.recover &&
  r.leaving.every((one) => one.terminateAcceptedAt === undefined && now - one.lastSeenAt >= LONG_GONE) &&
  r.snapshots.every((one) => one.state !== 'pending' || isPending(one.snapshotId)) &&
  r.lineage.every((one) => one.role !== 'superseded' || one.tagged === true) &&
  wantsFinal(r, instant(now)) === undefined;

/** Its owner serves, by its own record. */
const serves = ({ owner }: RecordBody): boolean =>
  owner?.startedAt !== undefined &&
  !owner.draining &&
  !owner.interruption &&
  owner.agentLostAt === undefined &&
  owner.missingSince === undefined &&
  owner.told === undefined &&
  owner.rebalanceAt === undefined;

interface Expected {
  /** Its hours change: somebody has to look. */
  until: number;
  wanted: boolean;
}

export const watchCalm = (stage: Stage): void => {
  const { world } = stage;
  const calendars = calendarsByText();
  const expected = new WeakMap<RecordBody, Expected>();
  const lastLook = new Map<string, number>();
  /** Nothing has happened since: still nothing to find. */
  const idle = new Map<string, { happened: number; until: number }>();

  const expect = (record: RecordBody, now: number): Expected => {
    const found = expected.get(record);
    if (found) return found;
    const { run, lead, nextChange } = calendars(record.definition.schedule).wanted(
      record.override,
      instant(now),
    );
    const made = { until: nextChange ?? Number.POSITIVE_INFINITY, wanted: run || lead };
    expected.set(record, made);
    return made;
  };

  const isPending = (snapshotId: string): boolean =>
    world.region.snapshots.get(snapshotId)?.state === 'pending';

  /** The instances of the workload are those its record says, and they work. */
  const isTrue = (name: string, record: RecordBody): boolean => {
    for (const { id, state, reclaimAt } of liveInstances(stage, name)) {
      const host = world.hosts.hosts.get(id);
      if (id !== record.owner?.instanceId || state !== 'running' || reclaimAt !== undefined) return false;
      if (!host || !works(host) || !host.docker || host.agentSilent) return false;
    }
    if (!record.owner) return true;
    const attachment = record.volume && world.region.volumes.get(record.volume.volumeId)?.attachment;
    // A person's detach of a mounted volume stays `busy` for as long as it is mounted.
    if (attachment?.state !== 'attached' && attachment?.state !== 'busy') return false;
    if (attachment.deleteOnTermination) return false;
    const writer = world.ledger.writerOn(record.owner.instanceId);
    return writer !== undefined && writer.volume.id === record.volume?.volumeId;
  };

  /** Something is due by the record, or the look comes now that would find the trouble. */
  const needsLook = (name: string, now: number): boolean => {
    const record = world.judge.records.get(name);
    if (!record || !rests(record, now, isPending)) return true;
    // A probe goes before a deletion, and only a tick's loop may send it.
    const probed = record.owner?.probedAt ?? record.owner?.startedAt;
    if (probed !== undefined && now - probed >= PROBE_EVERY && mayHaveSurplus(record, instant(now)))
      return true;
    const { until, wanted } = expect(record, now);
    if (now >= until) return true;
    const grant = record.owner?.grantUntil;
    if (grant !== undefined && grant < until && grant - now <= GRANT_MAX / 2) return true;
    if (record.hold ? record.owner !== undefined : wanted ? !serves(record) : record.state !== 'parked')
      return true;
    if (isTrue(name, record)) return false;
    const { owner } = record;
    const probedAt = owner?.probedAt ?? owner?.startedAt;
    return probedAt === undefined || (now - probedAt) % PROBE_EVERY < MINUTE;
  };

  /** Hints that wait to be read. */
  const hasNotices = (name: string): boolean => {
    const { Items } = world.region.dynamo.handle({
      service: 'dynamodb',
      name: 'Query',
      input: {
        TableName: TABLE,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: `workload#${name}` }, ':sk': { S: 'notice#' } },
      },
    });
    return !Array.isArray(Items) || Items.length > 0;
  };

  const hasSurplus =
    (now: number) =>
    (name: string): boolean => {
      const record = world.judge.records.get(name);
      return record !== undefined && mayHaveSurplus(record, instant(now));
    };

  const isRecent = (what: string, now: number, longest = LONGEST): boolean => {
    const at = lastLook.get(what);
    return at !== undefined && now - at < longest;
  };

  world.isIdle = (name) => {
    const now = world.kernel.now();
    const { happened } = world.kernel;
    const before = idle.get(name);
    if (before?.happened === happened && now < before.until) return true;
    const busy = stage.names.some((workload) => needsLook(workload, now));
    const longest = name === 'sweep' && stage.names.some(hasSurplus(now)) ? LONGEST_SURPLUS : undefined;
    if (!busy && isRecent(name, now, longest)) {
      const changes = stage.names.map((workload) => expect(recordOf(stage, workload), now).until);
      idle.set(name, { happened, until: Math.min(now + LONGEST_SURPLUS, ...changes) });
      return true;
    }
    lastLook.set(name, now);
    return false;
  };

  world.isCalm = (name) => {
    const now = world.kernel.now();
    const loop = `loop/${name}`;
    const record = world.judge.records.get(name);
    if (record && isRecent(loop, now) && !needsLook(name, now) && isTrue(name, record) && !hasNotices(name))
      return true;
    lastLook.set(loop, now);
    return false;
  };
};

const recordOf = ({ world }: Stage, name: string): RecordBody => {
  const record = world.judge.records.get(name);
  if (!record) throw new Error(`no record of ${name}`);
  return record;
};

// The parts of a status that are about the data and about what an operator asked for.

import { add, days, type Instant, iso } from '../base/time.ts';
import { MANUAL_BACKUPS } from '../decide/turn/limits.ts';
import { tiersOfRecord } from '../decide/volume/retention.ts';
import { rulesNow } from '../decide/volume/rules.ts';
import { everyHours, tiersOf } from '../definition/backups.ts';
import { unhealthyText } from '../record/health.ts';
import type { RecordBody } from '../record/record.ts';
import { daysText } from '../schedule/days.ts';
import { loweringOf } from './retention.ts';

const isoOf = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : iso(at));

export const datasetStatus = ({ dataset, generation, provedGeneration }: RecordBody) => ({
  id: dataset.id,
  fsUuid: dataset.fsUuid,
  generation,
  provedGeneration,
  sizeGiB: dataset.sizeGiB,
  formatted: dataset.formatted,
});

export const healthStatus = ({ health, definition }: RecordBody) =>
  health && {
    docker: health.docker,
    application: health.application,
    fullPercent: health.fullPercent,
    at: iso(health.at),
    unhealthy: health.unhealthy && {
      since: iso(health.unhealthy.since),
      probes: health.unhealthy.probes,
      containers: health.unhealthy.containers,
      says: unhealthyText(definition, health.unhealthy),
    },
  };

/** How far back one can go, by tier. */
const tierStatus = (body: RecordBody, now: Instant) =>
  Object.fromEntries(
    tiersOfRecord(body, now).map(({ tier, keep, kept }) => [
      tier,
      {
        keep,
        kept: kept.length,
        oldestAt: isoOf(kept.at(-1)?.startedAt),
        newestAt: isoOf(kept[0]?.startedAt),
      },
    ]),
  );

export const snapshotStatus = (body: RecordBody, now: Instant) => {
  const tiers = tiersOfRecord(body, now);
  return body.snapshots.map((one) => ({
    snapshotId: one.snapshotId,
    kind: one.kind,
    state: one.state,
    startedAt: iso(one.startedAt),
    generation: one.generation,
    volumeId: one.volumeId,
    label: one.label,
    /** Whose recovery point it is. */
    tiers: tiers.filter(({ kept }) => kept.includes(one)).map(({ tier }) => tier),
    deleteRequestedAt: isoOf(one.deleteRequestedAt),
  }));
};

export const backupStatus = (body: RecordBody, now: Instant) => {
  const { definition, snapshots, backupRequest, backupDue } = body;
  const last = snapshots
    .filter((one) => one.state === 'completed')
    .reduce<RecordBody['snapshots'][number] | undefined>(
      (newest, one) => (newest && newest.startedAt >= one.startedAt ? newest : one),
      undefined,
    );
  return {
    keep: tiersOf(definition.backups).daily,
    afterStop: definition.backups.afterStop,
    lastAt: isoOf(last?.startedAt),
    last: last && { snapshotId: last.snapshotId, kind: last.kind, startedAt: iso(last.startedAt) },
    pending: snapshots.some((one) => one.state === 'pending'),
    due: backupDue === true,
    requestedAt: isoOf(backupRequest?.at),
    everyHours: everyHours(definition.backups),
    tiers: tierStatus(body, now),
    manual: {
      most: MANUAL_BACKUPS,
      kept: snapshots.filter((one) => one.label !== undefined && one.state === 'completed').length,
    },
    lowering: loweringOf(body, now),
  };
};

/** A superseded volume is kept its days, or its completed final snapshot is kept as many days in its place. */
export const previousVolumes = (body: RecordBody, now: Instant) => {
  const { lineage, snapshots } = body;
  const kept = (leftAt: Instant): string => iso(add(leftAt, days(rulesNow(body, now).supersededDays)));
  const replaced = new Set(
    snapshots.filter((one) => one.inPlaceSince !== undefined).map((one) => one.volumeId),
  );
  const volumes = lineage
    .filter((one) => one.promoted && one.role !== 'deleted' && !replaced.has(one.volumeId))
    .map(({ volumeId, generation, since, keep }) => ({
      volumeId,
      generation,
      leftAt: iso(since),
      keptAs: 'volume' as const,
      keptUntil: keep === 'person' ? undefined : kept(since),
    }));
  const inPlace = snapshots.flatMap(({ volumeId, generation, snapshotId, inPlaceSince }) =>
    inPlaceSince === undefined
      ? []
      : [
          {
            volumeId,
            generation,
            leftAt: iso(inPlaceSince),
            keptAs: 'snapshot' as const,
            keptUntil: kept(inPlaceSince),
            snapshotId,
          },
        ],
  );
  return [...volumes, ...inPlace].toSorted((a, b) => a.leftAt.localeCompare(b.leftAt));
};

/** What costs money now; prices are not the control plane's to know. */
export const costBasis = ({ owner, dataset, snapshots, lineage, volume }: RecordBody) =>
  owner || volume
    ? {
        instanceType: owner?.instanceType,
        purchase: owner?.purchase,
        zone: owner?.zone ?? volume?.zone,
        since: isoOf(owner?.launchedAt),
        volumeGiB: dataset.sizeGiB,
        volumes: lineage.filter((one) => one.role !== 'deleted').length + (volume ? 1 : 0),
        snapshots: snapshots.filter((one) => one.state !== 'error').length,
      }
    : undefined;

/** The schedule in words, a line each. */
export const scheduleStatus = ({ definition: { schedule } }: RecordBody) => ({
  timeZone: schedule.timeZone,
  mode: schedule.mode,
  text: [
    ...(schedule.mode === 'weekly' ? [] : [schedule.mode === 'always' ? 'always on' : 'never by itself']),
    ...schedule.windows.map(({ days, from, to }) => `${daysText(days)} ${from}-${to}`),
    ...schedule.exceptions.map(
      ({ date, kind, from, to }) => `${date} ${kind === 'add' ? '+' : '-'} ${from}-${to}`,
    ),
    ...(schedule.holidays.length > 0 ? [`not on ${schedule.holidays.join(', ')}`] : []),
  ],
});

export const requestStatus = (body: RecordBody) => {
  const { moveRequest, restoreRequest, migration, recover, destroyed, leaving, owner } = body;
  const restoring = migration?.restore
    ? { snapshotId: migration.snapshotId, at: iso(migration.startedAt), phase: migration.phase }
    : undefined;
  return {
    move: moveRequest && { toZone: moveRequest.toZone, at: iso(moveRequest.at) },
    restore:
      restoring ??
      (restoreRequest && {
        snapshotId: restoreRequest.snapshotId,
        at: iso(restoreRequest.at),
        phase: 'asked' as const,
      }),
    recover: recover && {
      at: iso(recover.at),
      waitingFor: [owner?.instanceId, ...leaving.map((one) => one.instanceId)].filter(
        (id) => id !== undefined,
      ),
    },
    destroyed: destroyed && {
      at: iso(destroyed.at),
      keepSnapshots: destroyed.keepSnapshots,
      snapshotId: destroyed.snapshotId,
      handedOverAt: isoOf(destroyed.handedOverAt),
      finishedAt: isoOf(destroyed.finishedAt),
    },
  };
};

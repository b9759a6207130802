// The parts of a status that are about the data and about what an operator asked for.

import { type Instant, iso } from '../base/time.ts';
import { unhealthyText } from '../record/health.ts';
import type { RecordBody } from '../record/record.ts';
import { daysText } from '../schedule/days.ts';

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

export const backupStatus = ({ definition, snapshots, backupRequest, backupDue }: RecordBody) => {
  const last = snapshots
    .filter((one) => one.state === 'completed')
    .reduce<RecordBody['snapshots'][number] | undefined>(
      (newest, one) => (newest && newest.startedAt >= one.startedAt ? newest : one),
      undefined,
    );
  return {
    keep: definition.backups.keep,
    afterStop: definition.backups.afterStop,
    lastAt: isoOf(last?.startedAt),
    last: last && { snapshotId: last.snapshotId, kind: last.kind, startedAt: iso(last.startedAt) },
    pending: snapshots.some((one) => one.state === 'pending'),
    due: backupDue === true,
    requestedAt: isoOf(backupRequest?.at),
  };
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

// status: what the command and the page show, read from the records alone.

import type { StatusAnswer, WorkloadStatus } from '../answer/status.ts';
import { type Instant, iso } from '../base/time.ts';
import type { Problem, Remark } from '../definition/problem.ts';
import { refusedNow } from '../definition/read/from-json.ts';
import { warnings } from '../definition/warnings.ts';
import type { Deps } from '../loop/deps.ts';
import { type LoadDeps, load } from '../loop/store.ts';
import { CloudError } from '../port/errors.ts';
import type { RecordBody } from '../record/record.ts';
import { createCalendar } from '../schedule/calendar.ts';
import { withSeconds } from './history.ts';
import {
  backupStatus,
  costBasis,
  datasetStatus,
  healthStatus,
  previousVolumes,
  requestStatus,
  scheduleStatus,
  snapshotStatus,
} from './status-data.ts';

const isoOf = (at: Instant | undefined): string | undefined =>
  at === undefined || !Number.isFinite(at) ? undefined : iso(at);

const ownerStatus = ({ owner }: RecordBody) =>
  owner && {
    instanceId: owner.instanceId,
    instanceType: owner.instanceType,
    zone: owner.zone,
    purchase: owner.purchase,
    since: iso(owner.since),
    servingSince: isoOf(owner.startedAt),
    draining: owner.draining?.reason,
    interruptionAt: isoOf(owner.interruption?.actionAt),
    grantUntil: isoOf(owner.grantUntil),
  };

/** The workload goes on by it; the file it came from wants a change before it is applied again. */
const refusedRemark = ({ path, expected, found }: Problem): Remark => ({
  path: path === '' ? 'definition' : path,
  kind: 'warning',
  text: `the next apply refuses this: expected ${expected}${found === undefined ? '' : `, found ${found}`}`,
});

export const describeRecord = (name: string, body: RecordBody, now: Instant): WorkloadStatus => {
  const wanted = body.destroyed
    ? { run: false, lead: false, until: undefined, nextStart: undefined }
    : createCalendar(body.definition.schedule).wanted(body.override, now);
  const refused = body.destroyed ? [] : refusedNow(body.definition);
  return {
    name,
    schema: body.schema,
    state: body.state,
    stateSince: iso(body.stateSince),
    wanted: wanted.run ? 'run' : wanted.lead ? 'ready' : 'stop',
    wantedUntil: isoOf(wanted.until),
    nextStart: isoOf(wanted.nextStart),
    timeZone: body.definition.schedule.timeZone,
    override: body.override && { kind: body.override.kind, until: iso(body.override.until) },
    owner: ownerStatus(body),
    candidate: body.candidate && {
      instanceId: body.candidate.instanceId,
      zone: body.candidate.zone,
      purpose: body.candidate.purpose,
    },
    volume: body.volume && {
      volumeId: body.volume.volumeId,
      zone: body.volume.zone,
      generation: body.generation,
    },
    generations: body.lineage.map(({ generation, volumeId, zone, role }) => ({
      generation,
      volumeId,
      zone,
      role,
    })),
    snapshots: snapshotStatus(body, now),
    previousVolumes: previousVolumes(body, now),
    migration: body.migration && {
      phase: body.migration.phase,
      from: body.migration.fromZone,
      to: body.migration.toZone,
    },
    refusedPools: body.unavailablePools
      .filter((one) => one.until > now)
      .map((one) => ({ pool: one.pool, until: iso(one.until) })),
    waitingFor: body.waitingFor && { ...body.waitingFor, since: iso(body.waitingFor.since) },
    hold: body.hold && { code: body.hold.code, at: iso(body.hold.at), evidence: body.hold.evidence },
    health: healthStatus(body),
    unkeptBinds: body.unkeptBinds,
    incident: body.incident && {
      id: body.incident.id,
      kind: body.incident.kind,
      at: iso(body.incident.at),
      zoneFrom: body.incident.zoneFrom,
      phases: withSeconds(body.incident.phases, now),
    },
    definition: body.definition,
    definitionHash: body.definitionHash,
    schedule: scheduleStatus(body),
    dataset: datasetStatus(body),
    backups: backupStatus(body, now),
    costBasis: costBasis(body),
    warnings: [...warnings(body.definition), ...refused.map(refusedRemark)].map((one) => ({ ...one })),
    applyRefuses: refused.map((one) => ({ ...one })),
    ...requestStatus(body),
    help:
      body.owner?.startedAt !== undefined && body.definition.setup === undefined
        ? `aws ssm start-session --target ${body.owner.instanceId}, then docker run …`
        : undefined,
  };
};

const NOT_FOUND = 'not-found';

type Entry = StatusAnswer['workloads'][number];

/** One that cannot be read is listed as such: it hides none of the others. */
export type StatusDeps = LoadDeps & Pick<Deps, 'clock' | 'log'>;

const entryOf = async (deps: StatusDeps, name: string): Promise<Entry> => {
  const loaded = await load(deps, name);
  if (loaded.kind === 'loaded') return describeRecord(name, loaded.body, deps.clock.now());
  if (loaded.kind === 'absent') return { name, error: NOT_FOUND };
  const { reason, repairable } = loaded;
  return { name, error: reason, repairable: repairable !== undefined, definition: repairable?.definition };
};

const entryOrError = async (deps: StatusDeps, name: string): Promise<Entry> => {
  try {
    return await entryOf(deps, name);
  } catch (error) {
    // What ends every call is not one workload's matter.
    if (error instanceof CloudError && error.kind === 'credentials') throw error;
    const why = error instanceof Error ? error.message : String(error);
    deps.log.warn('status', { workload: name, operation: 'status', reason: why });
    return { name, error: `not told: ${why}` };
  }
};

export const status = async (deps: StatusDeps, workload: string | undefined): Promise<StatusAnswer> => {
  if (workload !== undefined) {
    const entry = await entryOf(deps, workload);
    return { ok: entry.error !== NOT_FOUND, workloads: [entry] };
  }
  const workloads: Entry[] = [];
  for (const name of (await deps.records.listNames()).toSorted())
    workloads.push(await entryOrError(deps, name));
  // One that was destroyed between the two reads is no failure.
  return { ok: true, workloads };
};

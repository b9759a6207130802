// What came of a run, from the records the containers acknowledged, the region's own books and the product's record.

import { type Instant, iso } from '../../shared/base/time.ts';
import type { Stretch } from '../../simulator/host/ledger.ts';
import type { LogLine, World } from '../../simulator/world.ts';
import type { Report, RunOptions, ToldIncident } from '../scenario/types.ts';
import { capacitySpans, downWithCapacity } from './capacity.ts';
import { bill } from './cost.ts';
import { downtime, downtimeAround, FRESH_MS } from './downtime.ts';
import { length, overlap, type Span, union } from './intervals.ts';
import { type Regime, wantedSpans } from './wanted.ts';

const ORPHAN_AGE_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const at = (value: number): string => iso(value as Instant);
const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

const KINDS = { warned: 'warned', lost: 'lost', halted: 'halted' } as const;

export const incidentOf = ({ fields }: LogLine, world: World): ToldIncident => {
  const name = text(fields.workload);
  const raw = Array.isArray(fields.phases) ? fields.phases : [];
  const marks = raw.flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'name' in one && 'at' in one
      ? [{ name: String(one.name), at: Number(one.at) }]
      : [],
  );
  const endedAt = Number(fields.endedAt);
  const phases = marks
    .map((mark, i) => ({
      name: mark.name,
      seconds: oneDecimal(((marks[i + 1]?.at ?? endedAt) - mark.at) / 1000),
    }))
    .filter((phase, i) => i < marks.length - 1 || phase.seconds > 0);
  const warmUp = world.judge.records.get(name)?.definition.warmUpSeconds ?? 0;
  if (fields.outcome === 'serving' && warmUp > 0) phases.push({ name: 'warming-up', seconds: warmUp });
  const kind = text(fields.kind);
  return {
    at: at(Number(fields.at)),
    kind: kind === 'lost' || kind === 'halted' ? KINDS[kind] : 'warned',
    zoneFrom: text(fields.zoneFrom),
    zoneTo: text(fields.zoneTo),
    downtimeSeconds: oneDecimal(
      downtimeAround(world.ledger.line(name).stretches, {
        instanceId: text(fields.instanceId),
        at: Number(fields.at),
        endedAt,
        closed: fields.outcome === 'closed',
      }),
    ),
    phases,
  };
};

/** Ours, older than 15 minutes, and in no record. */
const orphansOf = (world: World, name: string): number => {
  const record = world.judge.records.get(name);
  const now = world.kernel.now();
  const instances = new Set([
    record?.owner?.instanceId,
    record?.candidate?.instanceId,
    ...(record?.leaving ?? []).map((one) => one.instanceId),
  ]);
  const volumes = new Set([
    record?.volume?.volumeId,
    record?.migration?.newVolumeId,
    ...(record?.lineage ?? []).map((one) => one.volumeId),
  ]);
  const snapshots = new Set((record?.snapshots ?? []).map((one) => one.snapshotId));
  const old = (since: number): boolean => now - since > ORPHAN_AGE_MS;
  const { others } = world.region;
  const stray = [
    ...[...world.region.instances.values()].filter(
      (one) =>
        (one.state === 'running' || one.state === 'pending') && old(one.launchedAt) && !instances.has(one.id),
    ),
    ...[...world.region.volumes.values()].filter(
      (one) => one.state !== 'deleted' && old(one.createdAt) && !volumes.has(one.id),
    ),
    ...[...world.region.snapshots.values()].filter(
      (one) => !one.deleted && old(one.startedAt) && !snapshots.has(one.id),
    ),
  ];
  return stray.filter(({ id }) => !others.has(id)).length;
};

const windowsOf = (
  spans: readonly Span[],
  stretches: readonly Stretch[],
  leadMs: number,
): Report['windows'] =>
  spans.map((span) => {
    const within = stretches.filter((one) => one.to >= span.from && one.from < span.to);
    const first = within[0];
    const last = stretches.findLast((one) => one.from < span.to && one.to >= span.from);
    const early =
      first && first.from >= span.from - leadMs - HOUR_MS ? first.from : first ? span.from : undefined;
    return {
      start: at(span.from),
      end: at(span.to),
      firstServedAt: early === undefined ? null : at(early),
      stoppedAt: last === undefined ? null : at(last.to),
    };
  });

const outsideHours = (world: World, spans: readonly Span[], options: RunOptions): number => {
  const { definition, end } = options.scenario;
  const lead = definition.schedule.readyByMinutes * 60_000;
  const grace = definition.stopGraceSeconds * 1000;
  const allowed = union(spans.map(({ from, to }) => ({ from: from - lead, to: to + grace })));
  let sum = 0;
  for (const instance of world.region.past.instances) {
    const life = { from: instance.launchedAt, to: Math.min(instance.endedAt ?? end, end) };
    sum += life.to - life.from - overlap([life], allowed);
  }
  return Math.round((sum / HOUR_MS) * 1000) / 1000;
};

export const measure = (
  world: World,
  options: RunOptions,
  done: { recorded: Recorded; wallSeconds: number },
): Report => {
  const { scenario, seed } = options;
  const { recorded } = done;
  const { name } = scenario.definition;
  const line = world.ledger.line(name);
  const { stretches } = line;
  const spans = wantedSpans(recorded.regimes, scenario.end);
  const served = union(stretches.map(({ from, to }) => ({ from, to: to + FRESH_MS })));
  const incidents = recorded.incidents.map((one) => incidentOf(one.line, world));
  const record = world.judge.records.get(name);
  const volume = record?.volume && world.region.volumes.get(record.volume.volumeId);
  const count = (kind: ToldIncident['kind']): number => incidents.filter((one) => one.kind === kind).length;
  const scheduledHours = length(spans) / HOUR_MS;
  return {
    seed,
    days: scenario.days,
    scheduledHours: Math.round(scheduledHours * 1000) / 1000,
    servedHours: Math.round((overlap(served, spans) / HOUR_MS) * 1000) / 1000,
    windows: windowsOf(spans, stretches, scenario.definition.schedule.readyByMinutes * 60_000),
    instanceHoursOutside: outsideHours(world, spans, options),
    interruptions: { warned: count('warned'), lost: count('lost'), halted: count('halted') },
    moves: recorded.moves,
    incidents,
    holds: recorded.holds.map((one) => ({
      at: at(one.at),
      code: one.code,
      resumedAt: one.resumedAt === undefined ? null : at(one.resumedAt),
    })),
    waits: recorded.waits.map((one) => ({ ...one, at: at(one.at) })),
    downtimeSeconds: oneDecimal(downtime(spans, stretches)),
    downWithCapacitySeconds: oneDecimal(
      downWithCapacity(spans, union(stretches), capacitySpans(options, world.region.pools)),
    ),
    awsCalls: Object.fromEntries([...world.region.calls].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    recordsWritten: line.acknowledged,
    recordsFound: volume ? volume.content.records - volume.content.missing : 0,
    orphans: orphansOf(world, name),
    invariantViolations: world.judge.violations.map((one) => ({ ...one, at: at(one.at) })),
    cost: bill(world.region.past, {
      start: scenario.start,
      end: scenario.end,
      scheduledHours,
      comparedType: scenario.definition.capacity.instanceTypes[0] ?? 'm7i.large',
    }),
    wallSeconds: Math.round(done.wallSeconds * 100) / 100,
  };
};

export interface Recorded {
  regimes: Regime[];
  holds: { at: number; code: string; resumedAt?: number }[];
  incidents: { line: LogLine }[];
  waits: { at: number; step: string; for: string; seconds: number }[];
  moves: number;
}

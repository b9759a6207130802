// One workload as the page shows it. Instants stay ISO text, told in the workload's zone by the page; words of the
// functions have theirs made local here. What the wall clock changes (how long ago) is the page's to tell.

import type { Unread, WorkloadStatus } from '../../../shared/answer/status.ts';
import { type Instant, instant } from '../../../shared/base/time.ts';
import { definitionOf } from '../../session/workload.ts';
import { waitingOf } from '../../wording/progress.ts';
import { loweringText } from '../../wording/retention.ts';
import { USUAL, type Usual } from '../../wording/usual.ts';
import { saidIn, type ToldAt } from '../../wording/when.ts';
import type { Beside } from './beside.ts';
import { type CostView, costView, sizeOf } from './cost.ts';
import { spansOf } from './spans.ts';
import { type WeekView, weekView } from './week.ts';
import { type ZoneView, zoneViews } from './zones.ts';

/** Entries of "what happened"; `spotkeep history` tells more. */
const SHOWN_ENTRIES = 40;
const SHOWN_INCIDENTS = 10;

export interface IncidentView {
  number: number;
  kind: string;
  at: string;
  /** Absent: still under way. */
  endedAt?: string;
  outcome?: string;
  zoneFrom?: string;
  zoneTo?: string;
  phases: { name: string; at: string }[];
}

export interface KnownView {
  kind: 'known';
  name: string;
  state: string;
  stateSince: string;
  timeZone: string;
  /** Why it is as it is: the planner's own words. */
  reason: string;
  /** What is waited for in a state that passes. */
  waiting?: { what: string; since: string; usualSeconds?: number };
  wanted: { kind: string; until?: string; nextStart?: string };
  override?: { kind: string; until: string };
  hold?: { code: string; at: string; evidence: string };
  owner?: WorkloadStatus['owner'];
  candidate?: WorkloadStatus['candidate'];
  health?: WorkloadStatus['health'];
  requests: string[];
  warnings: string[];
  zones: ZoneView[];
  week: WeekView;
  incidents: IncidentView[];
  data: {
    volume?: WorkloadStatus['volume'];
    sizeGiB?: number;
    generations: NonNullable<WorkloadStatus['generations']>;
    snapshots: NonNullable<WorkloadStatus['snapshots']>;
    backups?: WorkloadStatus['backups'];
  };
  cost: CostView;
  entries: { at: string; kind: string; reason: string }[];
}

/** A record that cannot be read. */
export interface UnreadView {
  kind: 'unread';
  name: string;
  says: string;
}

export type WorkloadView = KnownView | UnreadView;

export const unreadView = ({ name, error }: Unread): UnreadView => ({ kind: 'unread', name, says: error });

/** Throws CommandError where the definition is of another version. */
export function workloadView(one: WorkloadStatus, beside: Beside): KnownView {
  const { history, plan, at: now, cut } = beside;
  const told = { now, timeZone: one.timeZone };
  const definition = definitionOf(one);
  const spans = spansOf(history.entries, one);
  const { hold } = one;
  return {
    kind: 'known',
    name: one.name,
    state: one.state,
    stateSince: one.stateSince,
    timeZone: one.timeZone,
    reason: saidIn(reasonOf(plan), told),
    waiting: waitingView(one),
    wanted: { kind: one.wanted ?? 'stop', until: one.wantedUntil, nextStart: one.nextStart },
    override: one.override,
    hold: hold && { ...hold, evidence: saidIn(hold.evidence, told) },
    owner: one.owner,
    candidate: one.candidate,
    health: one.health,
    requests: requestsOf(one),
    warnings: warningsOf(one, told),
    zones: zoneViews(one, definition),
    week: weekView(definition.schedule, spans, { now, cut }),
    incidents: history.incidents
      .slice(0, SHOWN_INCIDENTS)
      .map(({ number, kind, at, endedAt, outcome, zoneFrom, zoneTo, phases }) => ({
        number,
        kind,
        at,
        endedAt,
        outcome,
        zoneFrom,
        zoneTo,
        phases: phases.map((phase) => ({ name: phase.name, at: phase.at })),
      })),
    data: dataOf(one),
    cost: costView(one, definition, { spans, now }),
    entries: history.entries
      .slice(0, SHOWN_ENTRIES)
      .map(({ at, kind, reason }) => ({ at, kind, reason: saidIn(reason, told) })),
  };
}

/** The planner names what it waits for; said as that. */
const reasonOf = ({ reason, waitingFor }: Beside['plan']): string =>
  waitingFor === undefined ? reason : `waiting for ${reason}`;

const RESTING = ['parked', 'serving', 'held'];

function waitingView(one: WorkloadStatus): KnownView['waiting'] {
  if (RESTING.includes(one.state)) return undefined;
  const { what, step, since } = waitingOf(one);
  const usual: Usual = USUAL[step];
  return { what, since: isoOf(since) ?? one.stateSince, usualSeconds: usual.seconds };
}

const isoOf = (at: Instant | undefined): string | undefined =>
  at === undefined ? undefined : new Date(instant(at)).toISOString();

/** What an operator requested and is not done yet. */
function requestsOf({ move, restore, recover, migration, destroyed, backups }: WorkloadStatus): string[] {
  return [
    move && `move to ${move.toZone} asked for`,
    restore && `restore of ${restore.snapshotId}: ${restore.phase ?? 'asked for'}`,
    migration && `move from ${migration.from ?? '?'} to ${migration.to ?? '?'}: ${migration.phase}`,
    recover && 'recovering after the table was restored',
    backups?.requestedAt !== undefined && 'a backup was asked for',
    destroyed && 'destroyed: nothing of it will run again',
  ].filter((text) => typeof text === 'string');
}

function warningsOf(
  { warnings, unkeptBinds = [], health, help, backups }: WorkloadStatus,
  told: ToldAt,
): string[] {
  const full = health?.fullPercent;
  const lowering = backups?.lowering;
  return [
    ...(health?.docker === false ? ['Docker does not answer'] : []),
    ...(health?.unhealthy ? [`the application is unhealthy: ${health.unhealthy.says}`] : []),
    ...(full !== undefined && full >= 90 ? [`the volume is ${full} % full`] : []),
    ...unkeptBinds.map(({ container, source }) => `${container} writes ${source}: lost with the instance`),
    ...(lowering ? [`retention: ${loweringText(lowering, told)}`] : []),
    ...warnings.map(({ path, text }) => `${path}: ${text}`),
    ...(help === undefined ? [] : [`set it up: ${help}`]),
  ];
}

function dataOf(one: WorkloadStatus): KnownView['data'] {
  const { volume, generations, snapshots, backups } = one;
  return {
    volume,
    sizeGiB: sizeOf(one),
    generations: generations.toSorted((a, b) => b.generation - a.generation),
    snapshots: snapshots.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt)),
    backups,
  };
}

// A workload's status for people: a row of the list, and the whole of one.

import { isUnread, type Unread, type WorkloadStatus } from '../../shared/answer/status.ts';
import type { Instant } from '../../shared/base/time.ts';
import { problemText } from '../../shared/definition/problem.ts';
import type { Colour, Style } from '../../text/style.ts';
import { type Cell, facts, table } from '../../text/table.ts';
import { waitingOf, waitingText } from './progress.ts';
import { loweringText } from './retention.ts';
import { instantOf, lastingSince, localTime, saidIn, when } from './when.ts';

const COLOURS: Record<string, Colour> = { serving: 'green', held: 'red', parked: 'dim' };

const painted = (state: string): Cell => ({ text: state, colour: COLOURS[state] ?? 'yellow' });

/** States in which something is under way: a wait is shown. */
const MOVING = (state: string): boolean => !['parked', 'serving', 'held'].includes(state);

const HEAD = ['NAME', 'STATE', 'FOR', 'ZONE', 'INSTANCE', 'DESIRED'];

export function listText(
  workloads: readonly (WorkloadStatus | Unread)[],
  now: Instant,
  style: Style,
): string[] {
  if (workloads.length === 0)
    return ['no workloads yet. Create a definition with spotkeep init, then run spotkeep apply -f FILE'];
  return table(
    HEAD,
    workloads.map((one) =>
      isUnread(one) ? [one.name, { text: one.error, colour: 'red' as const }] : row(one, now),
    ),
    style,
  );
}

function row(one: WorkloadStatus, now: Instant): Cell[] {
  const since = instantOf(one.stateSince);
  const { owner } = one;
  return [
    one.name,
    painted(one.state),
    since === undefined ? '' : lastingSince(since, now),
    owner?.zone ?? one.volume?.zone ?? '',
    owner ? [owner.instanceId, owner.instanceType, owner.purchase].filter(Boolean).join(' ') : '',
    wantedText(one, now),
  ];
}

function wantedText(one: WorkloadStatus, now: Instant): string {
  const told = { now, timeZone: one.timeZone };
  const until = instantOf(one.wantedUntil);
  const next = instantOf(one.nextStart);
  if (one.wanted === 'run')
    return until === undefined ? 'runs, always' : `runs until ${localTime(until, told)} ${one.timeZone}`;
  if (next === undefined) return 'stopped; no start scheduled';
  return `${one.wanted === 'ready' ? 'starting for' : 'stopped until'} ${localTime(next, told)} ${one.timeZone}`;
}

/** Everything there is to know of one workload. */
export function statusText(one: WorkloadStatus, now: Instant, style: Style): string[] {
  const told = { now, timeZone: one.timeZone };
  const at = (text: string | undefined): string | undefined => {
    const read = instantOf(text);
    return read === undefined ? undefined : when(read, told);
  };
  const since = instantOf(one.stateSince);
  const { owner, volume, override, hold, health } = one;
  const heading = `${style.paint('bold', one.name)}  ${style.paint(COLOURS[one.state] ?? 'yellow', one.state)}`;
  const pairs: [string, Cell | undefined][] = [
    ['hold', hold && { text: `${hold.code}: ${saidIn(hold.evidence, told)}`, colour: 'red' }],
    [
      'waiting',
      MOVING(one.state) && since !== undefined ? waitingText(waitingOf(one), since, now) : undefined,
    ],
    ['wanted', wantedText(one, now)],
    ['override', override && `${override.kind} until ${at(override.until) ?? override.until}`],
    ['instance', owner && instanceText(owner)],
    ['serving since', at(owner?.servingSince)],
    [
      'interruption',
      owner?.interruptionAt && { text: `EC2 takes it ${at(owner.interruptionAt)}`, colour: 'yellow' },
    ],
    ['draining', owner?.draining],
    ['next instance', one.candidate && `${one.candidate.instanceId ?? 'asked for'} in ${one.candidate.zone}`],
    ['volume', volume && `${volume.volumeId} in ${volume.zone}, generation ${volume.generation ?? '?'}`],
    [
      'move',
      one.migration && `${one.migration.from ?? '?'} to ${one.migration.to ?? '?'}: ${one.migration.phase}`,
    ],
    ['health', health && healthText(health, told)],
    ['pools in backoff', one.refusedPools?.map(({ pool }) => pool).join(', ')],
    [
      'not persisted',
      one.unkeptBinds?.length ? { text: bindsText(one.unkeptBinds), colour: 'yellow' } : undefined,
    ],
    ['last snapshot', snapshotText(one, told)],
    [
      'retention',
      one.backups?.lowering && { text: loweringText(one.backups.lowering, told), colour: 'yellow' },
    ],
    ...previousText(one, told),
    ...(one.applyRefuses ?? []).map((refused): [string, Cell] => [
      'next apply',
      { text: `refuses ${problemText(refused)}`, colour: 'yellow' },
    ]),
    ['next step', one.help],
  ];
  return [
    `${heading}${since === undefined ? '' : `  for ${lastingSince(since, now)}`}`,
    ...facts(pairs, style),
  ];
}

function instanceText({
  instanceId,
  instanceType,
  purchase,
  zone,
}: NonNullable<WorkloadStatus['owner']>): string {
  return `${instanceId} (${[instanceType, purchase].filter(Boolean).join(', ')}) in ${zone}`;
}

function healthText(
  { docker, application, fullPercent, unhealthy }: NonNullable<WorkloadStatus['health']>,
  told: { now: Instant; timeZone: string },
): Cell {
  const engine = docker === undefined ? undefined : docker ? 'Docker answers' : 'Docker does not answer';
  const full = fullPercent === undefined ? undefined : `volume ${fullPercent} % full`;
  const since = instantOf(unhealthy?.since);
  const why = unhealthy && since !== undefined ? ` since ${when(since, told)} (${unhealthy.says})` : '';
  const text = [engine, application && `application ${application}${why}`, full].filter(Boolean).join(', ');
  return unhealthy ? { text, colour: 'yellow' } : text;
}

function snapshotText(
  { snapshots }: WorkloadStatus,
  told: { now: Instant; timeZone: string },
): string | undefined {
  const last = snapshots.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)).at(-1);
  const at = instantOf(last?.startedAt);
  return last && at !== undefined
    ? `${last.snapshotId} (${last.kind}, ${last.state}) ${when(at, told)}`
    : undefined;
}

/** More would push everything else off the screen; the JSON has all. */
const MOST_PREVIOUS = 3;

/** Previous volumes, the newest first: what is kept of each, and until when. */
function previousText(
  { previousVolumes = [] }: WorkloadStatus,
  told: { now: Instant; timeZone: string },
): [string, Cell][] {
  const newest = previousVolumes.toReversed();
  const rows = newest.slice(0, MOST_PREVIOUS).map((one): [string, Cell] => {
    const until = instantOf(one.keptUntil);
    const kept = until === undefined ? 'kept until you delete it' : `kept until ${when(until, told)}`;
    return one.keptAs === 'snapshot'
      ? ['previous volume', `${one.volumeId}: its final snapshot ${one.snapshotId ?? '?'} is ${kept}`]
      : ['previous volume', `${one.volumeId}, ${kept}, or its final snapshot in its place`];
  });
  const more = newest.length - rows.length;
  return more > 0 ? [...rows, ['', `and ${more} more: status --json names them`]] : rows;
}

const bindsText = (binds: NonNullable<WorkloadStatus['unkeptBinds']>): string =>
  `${binds.map(({ container, source }) => `${container} writes ${source}`).join(', ')}: lost with the instance`;

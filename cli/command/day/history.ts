// `spotkeep history NAME [--incident N]`: what happened, newest first; of one incident its phases and their seconds.

import { type HistoryRow, historyShape, type Incident } from '../../../shared/answer/history.ts';
import type { Style } from '../../../text/style.ts';
import { table } from '../../../text/table.ts';
import { type Action, option } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import { accept } from '../../session/session.ts';
import { readName, readWorkload } from '../../session/workload.ts';
import { instantOf, localTime, saidIn, type ToldAt } from '../../wording/when.ts';

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const name = readName(typed.args[0]);
  const incident = whole(option(typed, 'incident'), '--incident', 10_000);
  const limit = whole(option(typed, 'limit'), '--limit', 500);
  const { timeZone } = await readWorkload(session, name);
  const answer = accept(
    'history',
    historyShape,
    await session.call('history', {
      workload: name,
      ...(incident !== undefined && { incident }),
      ...(limit !== undefined && { limit }),
    }),
  );
  const told = { now: outside.clock.now(), timeZone };
  const { entries, incidents } = answer;
  const [one] = incidents;
  const lines =
    incident !== undefined && one
      ? [...incidentText(one, told, outside.style), '', ...entriesText(entries, told, outside.style)]
      : [...entriesText(entries, told, outside.style), ...summaries(incidents, told, outside.style)];
  return { json: answer, lines };
};

function whole(text: string | undefined, name: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw badInput(`${name}: expected a whole number from 1 to ${most}, found ${JSON.stringify(text)}`);
}

const at = (text: string, told: ToldAt): string => {
  const read = instantOf(text);
  return read === undefined ? text : localTime(read, told);
};

function entriesText(entries: readonly HistoryRow[], told: ToldAt, style: Style): string[] {
  if (entries.length === 0) return ['nothing has happened yet'];
  return table(
    [`AT (${told.timeZone})`, 'WHAT', 'WHY'],
    entries.map((entry) => [at(entry.at, told), entry.kind, saidIn(entry.reason, told)]),
    style,
  );
}

const lastedText = (seconds: number, endedAt: string | undefined): string =>
  `${Math.round(seconds)} s${endedAt === undefined ? ' so far' : ''}`;

function summaries(incidents: readonly Incident[], told: ToldAt, style: Style): string[] {
  if (incidents.length === 0) return [];
  const rows = incidents.map(({ number, kind, at: begun, zoneFrom, zoneTo, outcome, seconds, endedAt }) => [
    String(number),
    at(begun, told),
    kind,
    zoneTo !== undefined && zoneTo !== zoneFrom ? `${zoneFrom} to ${zoneTo}` : zoneFrom,
    lastedText(seconds, endedAt),
    outcome ?? '',
  ]);
  return [
    '',
    ...table(['INCIDENT', `AT (${told.timeZone})`, 'KIND', 'ZONE', 'LASTED', 'ENDED'], rows, style),
  ];
}

const BAR = 30;

/** Phases under each other, each as long as it took. */
function incidentText(incident: Incident, told: ToldAt, style: Style): string[] {
  const { phases, kind, number, zoneFrom, zoneTo = zoneFrom } = incident;
  const total = Math.max(
    1,
    phases.reduce((sum, { seconds }) => sum + seconds, 0),
  );
  let passed = 0;
  const rows = phases.map(({ name, at: begun, seconds }) => {
    const offset = Math.round((passed / total) * BAR);
    passed += seconds;
    const length = Math.max(1, Math.round((passed / total) * BAR) - offset);
    const block = style.unicode ? '█' : '#';
    return [
      at(begun, told),
      name,
      `${Math.round(seconds)} s`,
      { text: `${' '.repeat(Math.min(offset, BAR - 1))}${block.repeat(length)}`, colour: 'cyan' as const },
    ];
  });
  const lasted = lastedText(incident.seconds, incident.endedAt);
  return [
    `incident ${number}: ${kind} ${at(incident.at, told)} ${told.timeZone}, ${zoneFrom === zoneTo ? zoneFrom : `${zoneFrom} to ${zoneTo}`}, ${lasted}${incident.outcome === undefined ? '' : `, ended ${incident.outcome}`}`,
    ...table(['AT', 'PHASE', 'TOOK', ''], rows, style),
  ];
}

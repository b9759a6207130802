// `spotkeep history NAME [--incident N]`: what happened, newest first; of one incident its phases and their seconds.

import * as z from 'zod/mini';
import type { Style } from '../../../text/style.ts';
import { table } from '../../../text/table.ts';
import { type Action, option } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import { accept } from '../../session/session.ts';
import { readName, readWorkload } from '../../session/workload.ts';
import { instantOf, localTime, saidIn, type Told } from '../../wording/when.ts';

const phase = z.looseObject({ name: z.string(), at: z.string(), seconds: z.optional(z.number()) });
const incidentShape = z.looseObject({
  number: z.number(),
  kind: z.string(),
  at: z.string(),
  zoneFrom: z.optional(z.string()),
  zoneTo: z.optional(z.string()),
  outcome: z.optional(z.string()),
  seconds: z.optional(z.number()),
  phases: z.array(phase),
});
const shape = z.looseObject({
  ok: z.literal(true),
  entries: z.array(
    z.looseObject({ at: z.string(), kind: z.string(), reason: z.string(), version: z.optional(z.number()) }),
  ),
  incidents: z.array(incidentShape),
});

type Incident = z.infer<typeof incidentShape>;

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const name = readName(typed.args[0]);
  const incident = whole(option(typed, 'incident'), '--incident', 10_000);
  const limit = whole(option(typed, 'limit'), '--limit', 500);
  const { timeZone } = await readWorkload(session, name);
  const answer = accept(
    'history',
    shape,
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

const at = (text: string, told: Told): string => {
  const read = instantOf(text);
  return read === undefined ? text : localTime(read, told);
};

function entriesText(
  entries: readonly { at: string; kind: string; reason: string }[],
  told: Told,
  style: Style,
): string[] {
  if (entries.length === 0) return ['nothing has happened yet'];
  return table(
    [`AT (${told.timeZone})`, 'WHAT', 'WHY'],
    entries.map((entry) => [at(entry.at, told), entry.kind, saidIn(entry.reason, told)]),
    style,
  );
}

function summaries(incidents: readonly Incident[], told: Told, style: Style): string[] {
  if (incidents.length === 0) return [];
  const rows = incidents.map(({ number, kind, at: begun, zoneFrom = '', zoneTo, outcome, seconds }) => [
    String(number),
    at(begun, told),
    kind,
    zoneTo !== undefined && zoneTo !== zoneFrom ? `${zoneFrom} to ${zoneTo}` : zoneFrom,
    seconds === undefined ? 'under way' : `${Math.round(seconds)} s`,
    outcome ?? '',
  ]);
  return [
    '',
    ...table(['INCIDENT', `AT (${told.timeZone})`, 'KIND', 'ZONE', 'LASTED', 'ENDED'], rows, style),
  ];
}

const BAR = 30;

/** Phases under each other, each as long as it took. */
function incidentText(incident: Incident, told: Told, style: Style): string[] {
  const { phases, kind, number, zoneFrom = '?', zoneTo = zoneFrom } = incident;
  const total = Math.max(
    1,
    phases.reduce((sum, { seconds = 0 }) => sum + seconds, 0),
  );
  let passed = 0;
  const rows = phases.map(({ name, at: begun, seconds = 0 }) => {
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
  const lasted = incident.seconds === undefined ? 'under way' : `${Math.round(incident.seconds)} s`;
  return [
    `incident ${number}: ${kind} ${at(incident.at, told)} ${told.timeZone}, ${zoneFrom === zoneTo ? zoneFrom : `${zoneFrom} to ${zoneTo}`}, ${lasted}${incident.outcome === undefined ? '' : `, ended ${incident.outcome}`}`,
    ...table(['AT', 'PHASE', 'TOOK', ''], rows, style),
  ];
}

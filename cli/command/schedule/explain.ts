// `spotkeep schedule explain NAME | -f FILE`: the coming days as the control plane's own calendar has them.

import { iso } from '../../../shared/base/time.ts';
import type { Schedule } from '../../../shared/definition/definition.ts';
import { explain } from '../../../shared/schedule/calendar.ts';
import { readGoodDefinitions } from '../../input/definition-file.ts';
import { type Action, option, type Typed } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import type { Session } from '../../session/session.ts';
import { readName, readWorkload, scheduleOf } from '../../session/workload.ts';
import { explainText } from '../../wording/schedule-text.ts';

const DAYS = 14;
const MOST_DAYS = 400;

export const run: Action = async (session, typed) => {
  const days = readDays(option(typed, 'days'));
  const schedule = await wanted(session, typed);
  const { clock, style } = session.outside;
  const rows = explain(schedule, clock.now(), days);
  const json = rows.map((row) => ({
    ...row,
    windows: row.windows.map((window) => ({ ...window, start: isoOf(window.start), end: isoOf(window.end) })),
    ...(row.clockChange && { clockChange: { ...row.clockChange, at: iso(row.clockChange.at) } }),
  }));
  return {
    json: { timeZone: schedule.timeZone, days: json },
    lines: explainText(rows, schedule.timeZone, style),
  };
};

const isoOf = (at: Parameters<typeof iso>[0]): string | null => (Number.isFinite(at) ? iso(at) : null);

async function wanted(session: Session, typed: Typed): Promise<Schedule> {
  const file = option(typed, 'file');
  const [name] = typed.args;
  if ((file === undefined) === (name === undefined)) throw badInput('expected either NAME or --file');
  if (file !== undefined) {
    const [read] = readGoodDefinitions([file], session.outside);
    if (read) return read.definition.schedule;
  }
  return scheduleOf(await readWorkload(session, readName(name)));
}

function readDays(text: string | undefined): number {
  if (text === undefined) return DAYS;
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MOST_DAYS) return days;
  throw badInput(`--days: expected a whole number from 1 to ${MOST_DAYS}, found ${JSON.stringify(text)}`);
}

// `spotkeep schedule set NAME …`: shows the coming days of the new schedule and what it does to a service that runs now,
// asks, and sets it.

import { isUnread, type WorkloadStatus } from '../../../shared/answer/status.ts';
import { instant } from '../../../shared/base/time.ts';
import type { Schedule } from '../../../shared/definition/definition.ts';
import { weeklyRemarks } from '../../../shared/definition/warnings.ts';
import { createCalendar, explain, type Override } from '../../../shared/schedule/calendar.ts';
import { changeRemark, clockRemarks } from '../../../shared/schedule/remarks.ts';
import { remarkLine } from '../../input/definition-file.ts';
import { editSchedule, keepable } from '../../input/schedule-edit.ts';
import { type Action, flag } from '../../session/action.ts';
import { confirmed } from '../../session/question.ts';
import { request } from '../../session/request.ts';
import type { Session } from '../../session/session.ts';
import {
  checkWritable,
  findEntry,
  readName,
  readWorkload,
  scheduleOf,
  unreadable,
} from '../../session/workload.ts';
import { explainText, scheduleText } from '../../wording/schedule-text.ts';
import { instantOf, saidIn } from '../../wording/when.ts';

const DAYS_SHOWN = 7;

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const workload = readName(typed.args[0]);
  const { previous, override } = await presentOf(session, workload);
  const schedule = editSchedule(previous.schedule, typed, outside);
  const now = outside.clock.now();
  const calendars = previous.readable && {
    previous: createCalendar(previous.schedule),
    next: createCalendar(schedule),
  };
  const change = calendars ? changeRemark(calendars, override, now) : undefined;
  const remarks = [...weeklyRemarks(schedule), ...clockRemarks(schedule, now), ...(change ? [change] : [])];
  if (!globals.json) {
    const told = { now, timeZone: schedule.timeZone };
    const lines = [
      ...scheduleText(schedule, outside.style),
      '',
      ...explainText(explain(schedule, now, DAYS_SHOWN), schedule.timeZone, outside.style),
      ...remarks.map((remark) => saidIn(remarkLine(remark), told)),
    ];
    outside.out(`${lines.join('\n')}\n`);
  }
  if (JSON.stringify(previous.schedule) !== JSON.stringify(schedule)) {
    await confirmed(session, `Set this schedule for ${workload}?`, flag(typed, 'yes'));
  }
  const answer = await request(session, typed, {
    function: 'set-schedule',
    payload: { workload, schedule },
    before: { name: workload, timeZone: schedule.timeZone },
  });
  return { ...answer, json: { ...Object(answer.json), schedule, notices: remarks } };
};

interface Present {
  previous: { schedule: Schedule; readable: boolean };
  override: Override | undefined;
}

/** Of a record whose schedule cannot be read it is what can be kept of it: setting another is its repair. */
async function presentOf(session: Session, name: string): Promise<Present> {
  const one = await findEntry(session, name);
  if (one === undefined || !isUnread(one)) {
    const before = one ?? (await readWorkload(session, name));
    checkWritable(before);
    return { previous: { schedule: scheduleOf(before), readable: true }, override: overrideOf(before) };
  }
  if (!one.repairable) throw unreadable(one);
  return { previous: { schedule: keepable(one.definition), readable: false }, override: undefined };
}

function overrideOf({ override }: WorkloadStatus): Override | undefined {
  const until = instantOf(override?.until);
  if (override === undefined || until === undefined) return undefined;
  return { kind: override.kind === 'run' ? 'run' : 'stop', from: instant(0), until };
}

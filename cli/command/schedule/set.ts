// `spotkeep schedule set NAME …`: shows the coming days of the new schedule and what it does to a service that runs now,
// asks, and sets it.

import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { instant } from '../../../shared/base/time.ts';
import { weeklyRemarks } from '../../../shared/definition/warnings.ts';
import { createCalendar, explain, type Override } from '../../../shared/schedule/calendar.ts';
import { changeRemark, clockRemarks } from '../../../shared/schedule/remarks.ts';
import { remarkLine } from '../../input/definition-file.ts';
import { editSchedule } from '../../input/schedule-edit.ts';
import { type Action, flag } from '../../session/action.ts';
import { confirmed } from '../../session/question.ts';
import { request } from '../../session/request.ts';
import { readName, readWritable, scheduleOf } from '../../session/workload.ts';
import { explainText, scheduleText } from '../../wording/schedule-text.ts';
import { instantOf, saidIn } from '../../wording/when.ts';

const DAYS_SHOWN = 7;

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const workload = readName(typed.args[0]);
  const before = await readWritable(session, workload);
  const previous = scheduleOf(before);
  const schedule = editSchedule(previous, typed, outside);
  const now = outside.clock.now();
  const change = changeRemark(
    { previous: createCalendar(previous), next: createCalendar(schedule) },
    overrideOf(before),
    now,
  );
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
  if (JSON.stringify(previous) !== JSON.stringify(schedule)) {
    await confirmed(session, `Set this schedule for ${workload}?`, flag(typed, 'yes'));
  }
  const answer = await request(session, typed, {
    function: 'set-schedule',
    payload: { workload, schedule },
    before: { ...before, timeZone: schedule.timeZone },
  });
  return { ...answer, json: { ...Object(answer.json), schedule, notices: remarks } };
};

function overrideOf({ override }: WorkloadStatus): Override | undefined {
  const until = instantOf(override?.until);
  if (override === undefined || until === undefined) return undefined;
  return { kind: override.kind === 'run' ? 'run' : 'stop', from: instant(0), until };
}

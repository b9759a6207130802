// `spotkeep schedule set NAME …`: shows the coming days of the new schedule and what it does to a service that runs now,
// asks, and sets it.

import { createCalendar, explain, type Override } from '../../shared/decide/calendar.ts';
import { changeNotice, clockNotices } from '../../shared/decide/calendar-notices.ts';
import { weeklyNotices } from '../../shared/definition/warnings.ts';
import { instant } from '../../shared/port/time.ts';
import { type Action, flag } from '../action.ts';
import { noticeLine } from '../definition-file.ts';
import { confirmed } from '../question.ts';
import { request } from '../request.ts';
import { editSchedule } from '../schedule-edit.ts';
import { explainText, scheduleText } from '../text/schedule-text.ts';
import { instantOf, saidIn } from '../text/when.ts';
import { readName, readWritable, scheduleOf, type Workload } from '../workload.ts';

const DAYS_SHOWN = 7;

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const workload = readName(typed.args[0]);
  const before = await readWritable(session, workload);
  const previous = scheduleOf(before);
  const schedule = editSchedule(previous, typed, outside);
  const now = outside.clock.now();
  const change = changeNotice(
    { previous: createCalendar(previous), next: createCalendar(schedule) },
    overrideOf(before),
    now,
  );
  const notices = [...weeklyNotices(schedule), ...clockNotices(schedule, now), ...(change ? [change] : [])];
  if (!globals.json) {
    const told = { now, timeZone: schedule.timeZone };
    const lines = [
      ...scheduleText(schedule, outside.style),
      '',
      ...explainText(explain(schedule, now, DAYS_SHOWN), schedule.timeZone, outside.style),
      ...notices.map((notice) => saidIn(noticeLine(notice), told)),
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
  return { ...answer, json: { ...Object(answer.json), schedule, notices } };
};

function overrideOf({ override }: Workload): Override | undefined {
  const until = instantOf(override?.until);
  if (override === undefined || until === undefined) return undefined;
  return { kind: override.kind === 'run' ? 'run' : 'stop', from: instant(0), until };
}

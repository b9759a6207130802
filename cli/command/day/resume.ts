// `spotkeep resume NAME`: shows why it is on hold, asks, and ends the hold. If the world still contradicts the record, the
// same hold comes back with fresh evidence.

import { type Action, flag } from '../../session/action.ts';
import { confirmed } from '../../session/question.ts';
import { request } from '../../session/request.ts';
import { readName, readWritable } from '../../session/workload.ts';
import { instantOf, saidIn, when } from '../../wording/when.ts';

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const workload = readName(typed.args[0]);
  const before = await readWritable(session, workload);
  const { hold, timeZone } = before;
  if (hold) {
    const told = { now: outside.clock.now(), timeZone };
    const at = instantOf(hold.at);
    if (!globals.json) {
      const since = at === undefined ? hold.at : when(at, told);
      outside.out(
        [
          `${workload} is on hold since ${since}`,
          `  code      ${hold.code}`,
          `  evidence  ${saidIn(hold.evidence, told)}`,
          '  docs/runbook.md says what each code means and what to look at first.',
          '',
        ].join('\n'),
      );
    }
    await confirmed(session, `Have you fixed the cause? Resume ${workload}?`, flag(typed, 'yes'));
  }
  const { json, lines } = await request(session, typed, {
    function: 'resume',
    payload: { workload },
    before,
  });
  return { json: { ...Object(json), ...(hold && { hold }) }, lines };
};

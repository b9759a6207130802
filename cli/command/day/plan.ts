// `spotkeep plan NAME`: what would be done now, and why: the planner itself, asked and not obeyed.

import { type PlanAnswer, planShape } from '../../../shared/answer/plan.ts';
import { facts } from '../../../text/table.ts';
import type { Action } from '../../session/action.ts';
import { accept } from '../../session/session.ts';
import { readName, readWorkload } from '../../session/workload.ts';
import { instantOf, saidIn, when } from '../../wording/when.ts';

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const name = readName(typed.args[0]);
  const { timeZone } = await readWorkload(session, name);
  const plan = accept('plan', planShape, await session.call('plan', { workload: name }));
  const told = { now: outside.clock.now(), timeZone };
  const next = instantOf(plan.nextCheckAt);
  const { effect, hold } = plan;
  const lines = [
    `${outside.style.paint('bold', name)}  ${plan.state}`,
    ...facts(
      [
        ['next action', effect ? effectText(effect) : 'nothing'],
        ['because', saidIn(plan.reason, told)],
        ['waits for', plan.waits.map(waitText).join(', ')],
        ['looks again', next === undefined ? undefined : when(next, told)],
        ['hold', hold && { text: `${hold.code}: ${saidIn(hold.evidence, told)}`, colour: 'red' }],
        ['under way', plan.underWay ? 'a reconcile is running now; this plan may be outdated' : undefined],
      ],
      outside.style,
    ),
  ];
  return { json: plan, lines };
};

const waitText = ({ what, percent }: PlanAnswer['waits'][number]): string =>
  percent === undefined ? what : `${what} (${percent} %)`;

function effectText({ kind, ...more }: { kind: string; [field: string]: unknown }): string {
  const shown = Object.entries(more)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([field, value]) => `${field} ${String(value)}`);
  return [kind, ...shown.slice(0, 6)].join(', ');
}

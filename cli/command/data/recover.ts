// `spotkeep recover [NAME]`: after a restore of the table: every workload is read again before anything is
// touched. The operator may confirm the end of instances that EC2 no longer lists.

import { recoverAllShape } from '../../../shared/answer/recover.ts';
import { shown } from '../../../shared/definition/problem.ts';
import { type Action, flag, listOption } from '../../session/action.ts';
import { badInput, CommandError, EXIT } from '../../session/exit.ts';
import { confirmed } from '../../session/question.ts';
import { request } from '../../session/request.ts';
import { accept } from '../../session/session.ts';
import { readName, readWritable } from '../../session/workload.ts';

export const run: Action = async (session, typed) => {
  const ended = listOption(typed, 'ended');
  for (const id of ended) {
    if (/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) continue;
    throw badInput(`--ended: expected instance ids i-…, found ${shown(id)}`);
  }
  const [given] = typed.args;
  const about = ended.length > 0 ? ` You confirm that ${ended.join(', ')} terminated.` : '';
  const vouched = ended.length > 0 ? { ended } : {};
  if (given !== undefined) {
    const workload = readName(given);
    const before = await readWritable(session, workload);
    await confirmed(session, `Recover ${workload}?${about}`, flag(typed, 'yes'));
    return request(session, typed, { function: 'recover', payload: { workload, ...vouched }, before });
  }
  await confirmed(session, `Recover every workload whose table was restored?${about}`, flag(typed, 'yes'));
  const { workloads } = accept('recover', recoverAllShape, withoutOk(await session.call('recover', vouched)));
  const failed = workloads.filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new CommandError({
      exit: EXIT.other,
      code: 'not-all',
      says: failed.map(({ workload, says }) => `${workload}: ${says}`).join('; '),
      detail: { workloads },
    });
  }
  const lines = workloads.map(({ workload, says }) => `${workload}: ${says}`);
  return { json: { workloads }, lines: lines.length > 0 ? lines : ['there are no workloads'] };
};

/** `ok: false` only says that not all went well: the list beneath tells which. */
const withoutOk = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'workloads' in value ? { ...value, ok: true } : value;

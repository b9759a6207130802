// `spotkeep backup delete NAME SNAPSHOT`: for owners. The id is typed again; the last copy is never deleted.

import { minutes } from '../../../shared/base/time.ts';
import { shown } from '../../../shared/definition/problem.ts';
import { type Action, option } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import { typedOnceMore } from '../../session/question.ts';
import { request } from '../../session/request.ts';
import { heldError } from '../../session/wait.ts';
import { readName, readWritable } from '../../session/workload.ts';
import { instantOf, when } from '../../wording/when.ts';

/** The sweep runs every five minutes, and waits for a loop that is at work. */
const DELETE_LIMIT = minutes(30);

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const workload = readName(typed.args[0]);
  const snapshotId = typed.args[1] ?? '';
  if (!/^snap-([0-9a-f]{8}|[0-9a-f]{17})$/.test(snapshotId))
    throw badInput(
      `expected a snapshot id snap-…, found ${shown(snapshotId)}`,
      `spotkeep backup list ${workload}`,
    );
  const before = await readWritable(session, workload);
  if (before.hold) throw heldError(before);
  const found = before.snapshots?.find((one) => one.snapshotId === snapshotId);
  if (!found) throw badInput(`${workload} has no ${snapshotId}`, `spotkeep backup list ${workload}`);
  const at = instantOf(found.startedAt);
  const told = { now: outside.clock.now(), timeZone: before.timeZone };
  const taken = at === undefined ? found.startedAt : when(at, told);
  const named = found.label === undefined ? found.kind : `“${found.label}”`;
  await typedOnceMore(session, {
    wanted: snapshotId,
    given: option(typed, 'confirm'),
    flag: '--confirm',
    question: `This deletes ${named} of ${taken} permanently. Type the snapshot id to confirm`,
  });
  return request(session, typed, {
    function: 'backup-delete',
    payload: { workload, snapshotId, confirm: snapshotId },
    before,
    until: {
      goal: 'deleted',
      limit: DELETE_LIMIT,
      done: (one) =>
        one !== undefined && !(one.snapshots ?? []).some((other) => other.snapshotId === snapshotId),
    },
  });
};

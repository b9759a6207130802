// `spotkeep restore NAME --snapshot ID`: puts the data back as it was. What was written since is lost, so the function
// answers with that window first, and only --accept-loss goes on.

import { refusalShape } from '../../../shared/answer/done.ts';
import type { WorkloadStatus } from '../../../shared/answer/status.ts';
import { hours } from '../../../shared/base/time.ts';
import { shown } from '../../../shared/definition/problem.ts';
import { type Action, flag, option } from '../../session/action.ts';
import { badInput, CommandError, EXIT } from '../../session/exit.ts';
import { confirmed } from '../../session/question.ts';
import { request } from '../../session/request.ts';
import type { Session } from '../../session/session.ts';
import { heldError } from '../../session/wait.ts';
import { readName, readWritable } from '../../session/workload.ts';
import { instantOf, localTime } from '../../wording/when.ts';

const RESTORE_LIMIT = hours(2);

export const run: Action = async (session, typed) => {
  const workload = readName(typed.args[0]);
  const snapshotId = option(typed, 'snapshot') ?? '';
  if (!/^snap-([0-9a-f]{8}|[0-9a-f]{17})$/.test(snapshotId))
    throw badInput(
      `--snapshot: expected a snapshot id snap-…, found ${shown(snapshotId)}`,
      `spotkeep backup list ${workload}`,
    );
  const acceptLoss = flag(typed, 'acceptLoss');
  const endHold = flag(typed, 'endHold');
  const before = await readWritable(session, workload);
  if (before.hold && !endHold) throw heldError(before);
  const payload = { workload, snapshotId, ...(endHold && { endHold: true }) };
  // Asked without: either it loses nothing, or the answer is the window; nothing is changed then.
  await confirmed(session, `Restore ${workload} from ${snapshotId}?`, flag(typed, 'yes'));
  return request(session, typed, {
    function: 'restore',
    payload: { ...payload, ...(acceptLoss && { acceptLoss: true }) },
    before,
    refused: (answer) => lossError(session, before, answer),
    until: {
      goal: 'restored',
      limit: RESTORE_LIMIT,
      done: (one) =>
        one !== undefined && one.restore === undefined && (one.state === 'parked' || one.state === 'serving'),
    },
  });
};

function lossError(
  { outside }: Session,
  { timeZone, name }: WorkloadStatus,
  answer: unknown,
): CommandError | undefined {
  const read = refusalShape.safeParse(answer);
  if (!read.success || read.data.code !== 'loss') return undefined;
  const { says = 'the restore would lose data', window } = read.data;
  const [from, to] = [instantOf(window?.from), instantOf(window?.to)];
  const told = { now: outside.clock.now(), timeZone };
  const lost =
    from === undefined || to === undefined
      ? says
      : `what ${name} wrote from ${localTime(from, told)} to ${localTime(to, told)} ${timeZone} would be lost`;
  return new CommandError({
    exit: EXIT.input,
    code: 'loss',
    says: lost,
    next: 'give --accept-loss if that is meant',
    ...(window && { detail: { window } }),
  });
}

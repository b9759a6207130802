// `spotkeep drill interrupt NAME`: EC2 takes the instance with two minutes' notice, as it will one day by itself; then the
// service is watched coming back on another.

import { seconds } from '../../../shared/base/time.ts';
import { type Action, flag, secondsOption, waits } from '../../session/action.ts';
import { awsFailure } from '../../session/aws-error.ts';
import { badInput, CommandError, EXIT } from '../../session/exit.ts';
import { confirmed } from '../../session/question.ts';
import { heldError, WAIT_LIMIT, waitFor } from '../../session/wait.ts';
import { readName, readWorkload } from '../../session/workload.ts';
import { statusText } from '../../wording/workload-text.ts';

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const workload = readName(typed.args[0]);
  const limit = seconds(secondsOption(typed, 'timeout', WAIT_LIMIT / 1000));
  const before = await readWorkload(session, workload);
  if (before.hold) throw heldError(before);
  const { owner } = before;
  if (before.state !== 'serving' || owner === undefined)
    throw badInput(
      `${workload} is ${before.state}: there is nothing to interrupt`,
      `spotkeep start ${workload}`,
    );
  if (owner.purchase === 'on-demand')
    throw badInput(`${owner.instanceId} is on-demand: EC2 interrupts Spot instances only`);
  await confirmed(
    session,
    `Have EC2 take ${owner.instanceId} (${workload}) in two minutes? The service is away for some seconds`,
    flag(typed, 'yes'),
  );
  const by = await interrupt(session, { instanceId: owner.instanceId, workload, stage: globals.stage });
  const { region } = await session.aws();
  const how = by === 'local' ? 'the local region' : `experiment ${by}`;
  const where = globals.endpointUrl === undefined ? region : `${region} at ${globals.endpointUrl}`;
  const says = `EC2 takes ${owner.instanceId} in two minutes (${how}), in ${where}`;
  const answer = { ok: true, workload, instanceId: owner.instanceId, by, region, says };
  if (!waits(typed)) return { json: answer, lines: [`${workload}: ${says}`] };
  if (!globals.json) outside.err(`${workload}: ${says}\n`);
  const after = await waitFor(session, {
    workload,
    goal: 'serving on another instance',
    limit,
    done: (one) =>
      one?.state === 'serving' &&
      one.owner?.instanceId !== owner.instanceId &&
      one.owner?.servingSince !== undefined,
  });
  const lines = after ? statusText(after, outside.clock.now(), outside.style) : [];
  const next = `how long each step took: spotkeep history ${workload} --incident 1`;
  return { json: { ...answer, status: after }, lines: [...lines, next] };
};

async function interrupt(
  session: Parameters<Action>[0],
  wanted: { instanceId: string; workload: string; stage: string },
): Promise<string> {
  const { endpointUrl } = session.globals;
  try {
    return await (await session.aws()).interrupt(wanted);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const known = awsFailure(error, 'an experiment of the Fault Injection Service', endpointUrl);
    if (known) throw known;
    throw new CommandError({
      exit: EXIT.other,
      code: 'drill-failed',
      says: error instanceof Error ? error.message : String(error),
      next: 'nothing was interrupted; look at the FIS console',
    });
  }
}

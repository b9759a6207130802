// A move or restore that an operator asked for, while the service runs: when the owner has to leave for it, and when a move
// that finds no capacity is forgotten. Until an instance stands ready in the other zone the service goes on.

import { later, since } from '../../base/time.ts';
import type { Owner } from '../../record/record.ts';
import { mayBeEmptied } from '../instance/choose.ts';
import { alert, type Context, type Step, wait } from '../turn/context.ts';
import { MOVE_WAITS } from '../turn/limits.ts';
import { beginDrain } from './drain.ts';

/** The requested migration has what it needs: the owner stops for it. */
export const leaveForRequest = (ctx: Context, owner: Owner): Step | undefined => {
  const { migration, candidate, hold, suspicion } = ctx.r;
  if (!migration?.requested || migration.phase !== 'securing' || hold || suspicion) return undefined;
  if (!mayBeEmptied(ctx)) return wait(ctx, 'proof', 'the proof that a former owner ended');
  if (migration.restore) {
    const why = `the operator requested the data of ${migration.snapshotId}`;
    return beginDrain(ctx, owner, { reason: 'moving', why });
  }
  if (candidate?.onlineAt === undefined || candidate.zone !== migration.toZone) {
    return wait(ctx, 'launch', `an instance ready in ${migration.toZone}`);
  }
  return beginDrain(ctx, owner, { reason: 'moving', why: `the operator requested zone ${migration.toZone}` });
};

/** A request that waits while the service runs ends by itself: everything has a limit. */
export const forgetMove = (ctx: Context, owner: Owner): void => {
  const { r, now } = ctx;
  const { moveRequest } = r;
  if (!moveRequest || r.migration || r.candidate) return;
  const waitsSince = later(moveRequest.at, owner.startedAt ?? moveRequest.at);
  if (since(waitsSince, now) < MOVE_WAITS) return;
  r.moveRequest = undefined;
  alert(ctx, 'request-given-up', `the move was given up: ${moveRequest.toZone} gave no instance in time`);
};

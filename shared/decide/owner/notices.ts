// Notices that came beside the loop (interruption, rebalance, state changes): each is a hint about one instance and is
// held against the record before it means anything. A notice about an earlier instance changes nothing.

import { add, earlier, instant } from '../../base/time.ts';
import type { Owner } from '../../record/record.ts';
import { type Context, note } from '../turn/context.ts';
import { beginIncident } from '../turn/incident.ts';
import { SPOT_NOTICE } from '../turn/limits.ts';
import { known } from '../turn/reading.ts';

const MARKED = new Set(['marked-for-termination', 'marked-for-stop', 'marked-for-hibernation']);

export const rememberInterruption = (ctx: Context, owner: Owner, notice: Owner['interruption']): void => {
  if (owner.interruption || !notice) return;
  owner.interruption = notice;
  if (owner.startedAt !== undefined && !owner.draining) beginIncident(ctx, 'warned', owner.instanceId);
  note(ctx, 'warning', { reason: `${owner.instanceId} will be taken`, detail: { ...notice } });
};

/** From the host's own reading of the notice (ISO 8601); the usual two minutes where that is no time. */
export const rememberReading = (ctx: Context, owner: Owner, reading: string): void => {
  const usual = add(ctx.now, SPOT_NOTICE);
  const announced = Date.parse(reading);
  const actionAt = Number.isNaN(announced) ? usual : earlier(usual, instant(announced));
  rememberInterruption(ctx, owner, { noticedAt: ctx.now, actionAt });
};

export const absorbNotices = (ctx: Context): void => {
  const { r, reading, now } = ctx;
  for (const notice of reading.notices) {
    if (ctx.consumed.includes(notice.id)) continue;
    ctx.consumed.push(notice.id);
    const { owner, candidate } = r;
    if (notice.kind === 'interruption' && owner && owner.instanceId === notice.instanceId) {
      const actionAt = notice.actionAt ?? add(notice.receivedAt, SPOT_NOTICE);
      rememberInterruption(ctx, owner, { noticedAt: notice.receivedAt, actionAt });
    } else if (notice.kind === 'interruption' && candidate && candidate.instanceId === notice.instanceId) {
      candidate.interrupted = true;
    } else if (notice.kind === 'rebalance' && owner && owner.instanceId === notice.instanceId) {
      // Advice only: one user's log had 30 recommendations in 17 h, 9 of which led to an interruption.
      owner.rebalanceAt = notice.receivedAt;
      note(ctx, 'rebalance', { reason: `${owner.instanceId} is at higher risk`, detail: {} });
    }
  }
  const status = r.owner && known(reading.spot)?.[r.owner.instanceId];
  if (r.owner && status && MARKED.has(status)) {
    rememberInterruption(ctx, r.owner, { noticedAt: now, actionAt: add(now, SPOT_NOTICE) });
  }
};

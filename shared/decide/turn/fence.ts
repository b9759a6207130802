// Rule 11 and the other contradictions: what must be true before anything touches the data. A contradiction that
// stays over three reads and five minutes becomes a hold; until then the loop only waits, because Describe calls are
// eventually consistent and may go back in time.

import { since } from '../../base/time.ts';
import { type Context, emit, enter, note, type Step, seeVolume, wait } from './context.ts';
import { type Contradiction, contradiction } from './contradiction.ts';
import { LOOK_ANOTHER_TIME, READING_COUNTS, SUSPICION_LASTS, SUSPICION_READS } from './limits.ts';

export const hold = (ctx: Context, { code, evidence }: Contradiction): Step => {
  ctx.r.hold = { code, at: ctx.now, evidence };
  ctx.r.suspicion = undefined;
  enter(ctx, 'held', `${code}: ${evidence}`);
  emit(ctx, 'Held', { code, evidence });
  note(ctx, 'hold', { reason: evidence, detail: { code } });
  return { reason: `held: ${code}: ${evidence}` };
};

/** A hold outlasts the drain of its instance: what people see then is the hold again. */
export const backToHeld = (ctx: Context): void => {
  const { hold: held, owner } = ctx.r;
  if (held && !owner?.draining) enter(ctx, 'held', `${held.code}: ${held.evidence}`);
};

const lookAgain = (ctx: Context, { evidence }: { evidence: string }): undefined =>
  wait(ctx, 'second-look', `a second look: ${evidence}`, LOOK_ANOTHER_TIME);

/** Counts contradictory reads; the third over five minutes holds. Clears itself when the world agrees again. */
export const suspect = (ctx: Context): Step | undefined => {
  const { r, now } = ctx;
  if (r.hold) return undefined;
  const found = contradiction(ctx);
  if (!found) {
    const readAll = ctx.reading.volumes.kind === 'read' && ctx.reading.instances.kind === 'read';
    if (readAll && r.suspicion) r.suspicion = undefined;
    return r.suspicion && lookAgain(ctx, r.suspicion);
  }
  const before = r.suspicion?.code === found.code ? r.suspicion : undefined;
  // Each read counts once a minute at most: a loop that turns every second must not make three reads of one moment.
  const counts = !before || since(before.lastAt, now) >= READING_COUNTS;
  r.suspicion = {
    code: found.code,
    evidence: found.evidence,
    firstAt: before?.firstAt ?? now,
    lastAt: counts ? now : before.lastAt,
    reads: (before?.reads ?? 0) + (counts ? 1 : 0),
  };
  if (r.suspicion.reads >= SUSPICION_READS && since(r.suspicion.firstAt, now) >= SUSPICION_LASTS)
    return hold(ctx, found);
  return lookAgain(ctx, r.suspicion);
};

/**
 * May this turn touch the data? False (and waiting) while a read failed, a contradiction stands (`suspect` waits for it), or
 * the table's or the volume's identity has not been seen this turn.
 */
export const fenced = (ctx: Context): boolean => {
  const { r, reading } = ctx;
  if (r.hold || r.suspicion) return false;
  if (
    reading.tableId.kind !== 'read' ||
    reading.volumes.kind !== 'read' ||
    reading.instances.kind !== 'read'
  ) {
    wait(ctx, 'reading', 'a complete reading of the region');
    return false;
  }
  if (r.volume && seeVolume(ctx, r.volume.volumeId).kind !== 'seen') {
    wait(ctx, 'listing', 'the data volume to be listed');
    return false;
  }
  return true;
};

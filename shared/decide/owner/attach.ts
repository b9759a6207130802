// From owner on paper to the data volume attached: exactly this volume, exactly this instance, seen in the region.

import { since } from '../../base/time.ts';
import type { Owner } from '../../record/record.ts';
import {
  type Context,
  enter,
  intend,
  isWanted,
  liveAttachments,
  rests,
  type Step,
  seeInstance,
  seeVolume,
  wait,
} from '../turn/context.ts';
import { fenced } from '../turn/fence.ts';
import { ATTACH_AGAIN, ATTACH_DEADLINE } from '../turn/limits.ts';
import { beginDrain } from './drain.ts';

export const attachStep = (ctx: Context, owner: Owner): Step | undefined => {
  const { r, now } = ctx;
  if (!r.volume) return undefined;
  if (!isWanted(ctx)) return beginDrain(ctx, owner, { reason: 'closing', why: 'its hours are over' });
  const seen = seeVolume(ctx, r.volume.volumeId);
  if (seen.kind !== 'seen') return wait(ctx, 'reading', 'a reading of the volume');
  const instance = seeInstance(ctx, owner.instanceId);
  if (instance.kind !== 'seen') return wait(ctx, 'reading', `a reading of ${owner.instanceId}`);
  enter(ctx, 'attaching', `attach ${r.volume.volumeId} to ${owner.instanceId}`);
  const attachments = liveAttachments(seen.view);
  const mine = attachments.find((attachment) => attachment.instanceId === owner.instanceId);
  if (mine?.state === 'attached') {
    // Until the listing shows that it outlives its instance nothing starts on it (instance/keep.ts).
    if (mine.deleteOnTermination) return undefined;
    owner.attachedAt = now;
    return { reason: `${r.volume.volumeId} is attached to ${owner.instanceId}`, more: true };
  }
  if (attachments.length > 0 && !mine)
    return wait(ctx, 'detach', `the volume to leave ${attachments[0]?.instanceId}`);
  const asked = owner.attachRequestedAt;
  if (asked !== undefined && since(owner.firstAttachAt ?? asked, now) >= ATTACH_DEADLINE) {
    return beginDrain(ctx, owner, { reason: 'replaced', why: 'the volume would not attach in time' });
  }
  if (mine || (asked !== undefined && since(asked, now) < ATTACH_AGAIN))
    return wait(ctx, 'attach', 'the volume to attach');
  const effect = { kind: 'attach', volumeId: r.volume.volumeId, instanceId: owner.instanceId } as const;
  if (!fenced(ctx) || rests(ctx, effect)) return undefined;
  owner.attachRequestedAt = now;
  owner.firstAttachAt ??= now;
  return intend(ctx, effect, `attach ${r.volume.volumeId} to ${owner.instanceId}`);
};

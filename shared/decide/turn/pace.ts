// How often the same call is asked for, whatever became of the last one: after it was accepted too, because listings may
// disagree with each other for minutes, and a step that is decided from them would repeat at the API's speed.

import { add, type Instant, later, type Ms, since } from '../../base/time.ts';
import type { Effect } from '../../record/effect.ts';
import type { RecordBody } from '../../record/record.ts';
import { CALL_FORGOTTEN, CALL_PACES, CALLS_KEPT } from './limits.ts';

/** What makes two calls the same: asked twice, they would do the same thing. */
export const callOf = (effect: Effect): string => {
  switch (effect.kind) {
    case 'launch':
      return `launch ${effect.request.launchId}`;
    case 'create-volume':
      return `create-volume ${effect.request.token}`;
    case 'snapshot':
      return `snapshot ${effect.volumeId} ${effect.purpose}${effect.label === undefined ? '' : ' by hand'}`;
    case 'attach':
    case 'detach':
      return `${effect.kind} ${effect.volumeId} ${effect.instanceId}`;
    case 'keep-volume':
      return `keep-volume ${effect.instanceId}`;
    case 'terminate':
      return `terminate ${effect.instanceId}${effect.force ? ' force' : ''}`;
    case 'tag-volume':
      return `tag-volume ${effect.volumeId} ${effect.role}`;
    case 'delete-volume':
      return `delete-volume ${effect.volumeId}`;
    case 'delete-snapshot':
      return `delete-snapshot ${effect.snapshotId}`;
    case 'associate-address':
      return `associate-address ${effect.allocationId} ${effect.instanceId}`;
    case 'command':
      return `command ${effect.document} ${effect.instanceId}`;
  }
};

type Call = NonNullable<RecordBody['calls']>[number];

const isOver = ({ at, until }: Call, now: Instant): boolean =>
  until <= now && since(at, now) >= CALL_FORGOTTEN;

const put = (r: RecordBody, one: Call): void => {
  const others = (r.calls ?? []).filter(
    ({ call, ...rest }) => call !== one.call && !isOver({ call, ...rest }, one.at),
  );
  r.calls = [...others, one].slice(-CALLS_KEPT);
};

/** Until when this call, or every call of this kind, rests; undefined: it may be asked for. */
export const restsUntil = (r: RecordBody, call: string, now: Instant): Instant | undefined => {
  const until = r.calls?.find((one) => one.call === call)?.until;
  return until !== undefined && until > now ? until : undefined;
};

/** The call is asked for now: the same one rests from here on. Answers how often in a row, and since when. */
export const countCall = (
  r: RecordBody,
  effect: Effect,
  now: Instant,
): { times: number; firstAt: Instant; isTooOften: boolean } => {
  const { first, most, tries, forgotten = CALL_FORGOTTEN } = CALL_PACES[effect.kind];
  const call = callOf(effect);
  const last = r.calls?.find((one) => one.call === call);
  const before = last && since(last.at, now) < forgotten ? last : undefined;
  const times = (before?.times ?? 0) + 1;
  const pause = Math.min(most, first * 2 ** (times - 1)) as Ms;
  const firstAt = before?.firstAt ?? now;
  put(r, { call, firstAt, at: now, times, until: later(add(now, pause), before?.until ?? now) });
  return { times, firstAt, isTooOften: tries !== undefined && times >= tries };
};

/** Every call of this kind rests until then, whatever else is refused meanwhile. */
export const restKind = (r: RecordBody, kind: Effect['kind'], now: Instant, until: Instant): void => {
  put(r, {
    call: kind,
    firstAt: now,
    at: now,
    times: 0,
    until: later(until, restsUntil(r, kind, now) ?? until),
  });
  // For the version before, which may run beside this one during a deploy.
  r.refusal = { effect: kind, until };
};

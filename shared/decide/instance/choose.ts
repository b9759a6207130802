// Where to ask for an instance now: the volume's zone first, for ever; another zone only after this one refused for a
// while (a move costs minutes of downtime: no chasing); on-demand as the definition allows.

import { add, earliestOf, type Instant, later, type Ms, minutes, since } from '../../base/time.ts';
import type { Purchase } from '../../port/cloud.ts';
import type { Migration } from '../../record/record.ts';
import type { WaitStep } from '../../record/waits.ts';
import { seeInstance, seeVolume, type View } from '../turn/context.ts';
import { isAdoptionUnread } from '../turn/contradiction.ts';
import {
  LEAVE_AGAIN_AFTER,
  LEAVE_ZONE_AFTER,
  LOOK_AGAIN,
  MOVE_AGAIN_AFTER,
  MOVE_WORTH,
  NO_OPENING_KNOWN,
} from '../turn/limits.ts';
import { known } from '../turn/reading.ts';
import { hasRoom, hasRoomForRequest } from '../turn/room.ts';
import { nextOpening, openTypes } from './pools.ts';

export type Choice =
  | { kind: 'ask'; zone: string; purchase: Purchase; types: string[]; away: boolean }
  | { kind: 'wait'; step: WaitStep; until: Instant; what: string };

/** The zone the data is in; before there is data, the zone it should be created in. */
export const homeZone = (ctx: View): string => {
  const { volume } = ctx.definition;
  if (ctx.r.volume) return ctx.r.volume.zone;
  if (volume.kind === 'new') return volume.firstZone;
  const seen = seeVolume(ctx, volume.volumeId);
  return seen.kind === 'seen' ? seen.view.zone : (ctx.definition.capacity.zones[0]?.zone ?? '');
};

/**
 * A move waits for the proof that every owner ended. One that no listing shows may never be proved: while there is one, no
 * move is begun.
 */
export const mayBeEmptied = (ctx: View): boolean => {
  const { owner, leaving } = ctx.r;
  const owners = leaving.filter((one) => one.wasOwner);
  return ![owner, ...owners].some((one) => one && seeInstance(ctx, one.instanceId).kind === 'absent');
};

/** How long the zone must have refused. */
const leaveAfter = ({ r, now, definition: { capacity } }: View): Ms => {
  const again = r.lastMoveAt !== undefined && since(r.lastMoveAt, now) < MOVE_AGAIN_AFTER;
  const { onDemand } = capacity;
  const soon = onDemand.kind === 'fallback' && minutes(onDemand.afterMinutes) <= LEAVE_AGAIN_AFTER;
  return again && soon ? LEAVE_AGAIN_AFTER : LEAVE_ZONE_AFTER;
};

const mayLeave = (ctx: View): boolean => {
  const { r, now, wanted } = ctx;
  if (!hasRoom(r) || !mayBeEmptied(ctx) || isAdoptionUnread(ctx)) return false;
  if (r.refusedSince === undefined || since(r.refusedSince, now) < leaveAfter(ctx)) return false;
  if (wanted.run && wanted.until !== undefined && wanted.until - now < MOVE_WORTH) return false;
  return true;
};

/** Other zones, best placement score first (a hint), the definition's order among equals. */
const otherZones = (ctx: View, home: string): string[] => {
  const scores = known(ctx.reading.placement) ?? {};
  const zones = ctx.definition.capacity.zones.map(({ zone }) => zone).filter((zone) => zone !== home);
  return zones.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
};

/** Where an operator wants the data to be moved, if that is possible now. */
export const askedZone = (ctx: View): string | undefined => {
  const { r, definition } = ctx;
  const zone = r.moveRequest?.toZone;
  if (!zone || !r.volume || zone === r.volume.zone || !mayBeEmptied(ctx)) return undefined;
  // A start goes where it was asked to go; a service that runs has to leave a place for one.
  if (!(r.owner ? hasRoomForRequest(r) : hasRoom(r))) return undefined;
  return definition.capacity.zones.some((one) => one.zone === zone) ? zone : undefined;
};

const onDemandAllowed = (ctx: View, { refusedSince }: Pick<SoughtPlace, 'refusedSince'>): boolean => {
  const { onDemand } = ctx.definition.capacity;
  if (onDemand.kind === 'never' || refusedSince === undefined) return false;
  return since(refusedSince, ctx.now) >= minutes(onDemand.afterMinutes);
};

const ask = (ctx: View, zone: string, purchase: Purchase): Choice | undefined => {
  // Without a subnet there is nothing to ask for.
  if (!ctx.definition.capacity.zones.some((one) => one.zone === zone)) return undefined;
  const types = openTypes(ctx.r, { zone, purchase }, ctx.now);
  return types.length > 0 ? { kind: 'ask', zone, purchase, types, away: zone !== homeZone(ctx) } : undefined;
};

type Pools = [zone: string, purchase: Purchase];

/** The first of these with a type that may be asked. */
const firstOpen = (ctx: View, order: readonly Pools[]): Choice | undefined => {
  for (const [zone, purchase] of order) {
    const choice = ask(ctx, zone, purchase);
    if (choice) return choice;
  }
  return undefined;
};

/** When one of these may be asked again. */
const opening = ({ r, now }: View, order: readonly Pools[]): Instant => {
  const openings = order
    .map(([zone, purchase]) => nextOpening(r, { zone, purchase }))
    .filter((at) => at !== undefined);
  return later(earliestOf(openings) ?? add(now, NO_OPENING_KNOWN), add(now, LOOK_AGAIN));
};

const paused = ({ r, now }: View): Choice | undefined =>
  r.launchPause && r.launchPause.until > now
    ? { kind: 'wait', step: 'launch-pause', until: r.launchPause.until, what: r.launchPause.why }
    : undefined;

/** Where an instance is sought first. */
export interface SoughtPlace {
  zone: string;
  /** Only there: a migration is past the point where leaving helps, or the data must not move now. */
  stay: boolean;
  /** Since when every pool of it has refused, where that counts: on-demand comes after a while. */
  refusedSince: Instant | undefined;
}

export const atHome = (ctx: View, stay: boolean): SoughtPlace => ({
  zone: homeZone(ctx),
  stay,
  refusedSince: ctx.r.refusedSince,
});

/**
 * For a move whose instance is gone before the data has come: where it was to go, then home (the move is given up), then,
 * while the copy is not made yet, wherever else there is one. Home has refused for long already: its pools are not waited for again.
 */
export const chooseForMove = (ctx: View, { toZone, requested, newVolumeId, phase }: Migration): Choice => {
  const { zone: home, refusedSince } = atHome(ctx, true);
  const isOpen =
    !requested && newVolumeId === undefined && (phase === 'freezing' || phase === 'snapshotting');
  const elsewhere = isOpen ? otherZones(ctx, home).filter((zone) => zone !== toZone) : [];
  const order = [toZone, home, ...elsewhere].map((zone): Pools => [zone, 'spot']);
  if (onDemandAllowed(ctx, { refusedSince }))
    order.push(...[home, toZone, ...elsewhere].map((zone): Pools => [zone, 'on-demand']));
  return (
    paused(ctx) ??
    firstOpen(ctx, order) ?? {
      kind: 'wait',
      step: 'capacity',
      until: opening(ctx, order),
      what: `capacity in ${toZone}`,
    }
  );
};

/** The next pool set to ask. */
export const choose = (ctx: View, place: SoughtPlace): Choice => {
  const { r, now } = ctx;
  const { zone: home, stay, refusedSince } = place;
  const pause = paused(ctx);
  if (pause) return pause;
  // Before there is data any zone is as good: the first one that gives an instance gets the volume.
  const free = r.volume === undefined && ctx.definition.volume.kind === 'new';
  const away = !stay && (free ? refusedSince !== undefined : mayLeave(ctx));
  const order: Pools[] = [[home, 'spot']];
  // A zone that an operator asked for comes first, but the start does not wait for it: a start that it refuses is made at home.
  const asked = askedZone(ctx);
  if (asked && !stay) order.unshift([asked, 'spot']);
  if (away) order.push(...otherZones(ctx, home).map((zone): Pools => [zone, 'spot']));
  if (onDemandAllowed(ctx, place)) {
    const others = away ? otherZones(ctx, home) : [];
    order.push(...[home, ...others].map((zone): Pools => [zone, 'on-demand']));
  }
  const choice = firstOpen(ctx, order);
  if (choice) return choice;
  const until = opening(ctx, order);
  return {
    kind: 'wait',
    step: 'capacity',
    until: away ? until : soonerOf(place, until, now),
    what: `capacity in ${home}`,
  };
};

/** Leaving the zone or on-demand may be allowed before the next pool opens. */
const soonerOf = ({ refusedSince }: SoughtPlace, until: Instant, now: Instant): Instant => {
  if (refusedSince === undefined) return until;
  const leave = add(refusedSince, LEAVE_ZONE_AFTER);
  return leave > now && leave < until ? leave : until;
};

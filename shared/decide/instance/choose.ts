// Where to ask for an instance now: the volume's zone first, for ever; another zone only after this one refused for a
// while (a move costs minutes of downtime: no chasing); on-demand as the definition allows.

import { add, earliestOf, type Instant, later, minutes, since } from '../../base/time.ts';
import type { Purchase } from '../../port/cloud.ts';
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
  VOLUMES_PER_DATASET,
} from '../turn/limits.ts';
import { known } from '../turn/reading.ts';
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

/** A move makes one more volume: at the cap the data stays until the sweep has deleted an old one. */
export const hasRoom = ({ r }: View): boolean =>
  r.lineage.filter((one) => one.role !== 'deleted').length + 2 <= VOLUMES_PER_DATASET;

/**
 * A move waits for the proof that every owner ended. One that no listing shows may never be proved: while there is one, no
 * move is begun.
 */
export const mayBeEmptied = (ctx: View): boolean => {
  const { owner, leaving } = ctx.r;
  const owners = leaving.filter((one) => one.wasOwner);
  return ![owner, ...owners].some((one) => one && seeInstance(ctx, one.instanceId).kind === 'absent');
};

const mayLeave = (ctx: View): boolean => {
  const { r, now, wanted } = ctx;
  if (!hasRoom(ctx) || !mayBeEmptied(ctx) || isAdoptionUnread(ctx)) return false;
  if (r.refusedSince === undefined) return false;
  const again = r.lastMoveAt !== undefined && since(r.lastMoveAt, now) < MOVE_AGAIN_AFTER;
  if (since(r.refusedSince, now) < (again ? LEAVE_AGAIN_AFTER : LEAVE_ZONE_AFTER)) return false;
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
  if (!zone || !r.volume || zone === r.volume.zone || !hasRoom(ctx) || !mayBeEmptied(ctx)) return undefined;
  return definition.capacity.zones.some((one) => one.zone === zone) ? zone : undefined;
};

const onDemandAllowed = (ctx: View, { refusedSince }: SoughtPlace): boolean => {
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

/** The next pool set to ask. */
export const choose = (ctx: View, place: SoughtPlace): Choice => {
  const { r, now } = ctx;
  const { zone: home, stay, refusedSince } = place;
  if (r.launchPause && r.launchPause.until > now) {
    return { kind: 'wait', step: 'launch-pause', until: r.launchPause.until, what: r.launchPause.why };
  }
  // Before there is data any zone is as good: the first one that gives an instance gets the volume.
  const free = r.volume === undefined && ctx.definition.volume.kind === 'new';
  const away = !stay && (free ? refusedSince !== undefined : mayLeave(ctx));
  const order: [string, Purchase][] = [[home, 'spot']];
  // A zone that an operator asked for comes first, but the start does not wait for it: a start that it refuses is made at home.
  const asked = askedZone(ctx);
  if (asked && !stay) order.unshift([asked, 'spot']);
  if (away) order.push(...otherZones(ctx, home).map((zone): [string, Purchase] => [zone, 'spot']));
  if (onDemandAllowed(ctx, place)) {
    const others = away ? otherZones(ctx, home) : [];
    order.push(...[home, ...others].map((zone): [string, Purchase] => [zone, 'on-demand']));
  }
  for (const [zone, purchase] of order) {
    const choice = ask(ctx, zone, purchase);
    if (choice) return choice;
  }
  const openings = order
    .map(([zone, purchase]) => nextOpening(r, { zone, purchase }))
    .filter((at) => at !== undefined);
  const first = earliestOf(openings) ?? add(now, NO_OPENING_KNOWN);
  const until = later(first, add(now, LOOK_AGAIN));
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

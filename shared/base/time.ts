// Instants and durations carry their unit in the type, so that epoch milliseconds never meet plain seconds.

declare const brand: unique symbol;
type Brand<T, B> = T & { readonly [brand]: B };

/** Epoch milliseconds, UTC. */
export type Instant = Brand<number, 'Instant'>;
/** A duration in milliseconds. */
export type Ms = Brand<number, 'Ms'>;

export const instant = (epochMs: number): Instant => epochMs as Instant;
export const ms = (n: number): Ms => n as Ms;
export const seconds = (n: number): Ms => (n * 1000) as Ms;
export const minutes = (n: number): Ms => (n * 60_000) as Ms;
export const hours = (n: number): Ms => (n * 3_600_000) as Ms;
export const days = (n: number): Ms => (n * 86_400_000) as Ms;
/** Whole ones, for people. */
export const inMinutes = (duration: Ms): number => Math.round(duration / 60_000);

export const add = (at: Instant, by: Ms): Instant => (at + by) as Instant;
export const since = (from: Instant, to: Instant): Ms => (to - from) as Ms;
export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
export const iso = (at: Instant): string => new Date(at).toISOString();

/** The earliest of some instants; undefined of none. */
export const earliestOf = (instants: readonly Instant[]): Instant | undefined =>
  instants.length === 0 ? undefined : (Math.min(...instants) as Instant);

// What the record's fields are made of.

import * as z from 'zod/mini';
import type { Instant } from '../base/time.ts';

export const at = z.custom<Instant>((value) => typeof value === 'number' && Number.isFinite(value));
export const id = z.string().check(z.minLength(1), z.maxLength(200));

/** Fields that a later version writes are kept, but only those named here compile: a reader of another is found by tsc. */
export const kept = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.looseObject(shape) as unknown as z.ZodMiniObject<T, z.core.$strip>;

/** Complete listings in a row that lack something: since when, how many, and when it was counted last. */
export const missingField = z.optional(z.object({ since: at, lastAt: at, readings: z.int() }));

export type Missing = NonNullable<z.infer<typeof missingField>>;

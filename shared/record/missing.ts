// How often complete listings in a row lacked a volume or a snapshot, as the record keeps it.

import * as z from 'zod/mini';
import { at } from './fields.ts';

/** Complete listings in a row that lack something: since when, how many, and when it was counted last. */
export const missingField = z.optional(z.object({ since: at, lastAt: at, readings: z.int() }));

export type Missing = NonNullable<z.infer<typeof missingField>>;

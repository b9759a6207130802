// What the record's fields are made of.

import * as z from 'zod/mini';
import type { Instant } from '../base/time.ts';

export const at = z.custom<Instant>((value) => typeof value === 'number' && Number.isFinite(value));
export const id = z.string().check(z.minLength(1), z.maxLength(200));

// What the commands that change a workload answer.

import * as z from 'zod/mini';

export const doneShape = z.looseObject({
  ok: z.literal(true),
  changed: z.boolean(),
  workload: z.string(),
  state: z.string(),
  says: z.string(),
  until: z.optional(z.string()),
});

export type Done = z.infer<typeof doneShape>;

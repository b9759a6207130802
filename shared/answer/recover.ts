// What recover answers without a name: each workload's own answer, as done.ts has it. With a name it answers that one.

import * as z from 'zod/mini';

export const recoverAllShape = z.looseObject({
  /** False: at least one was refused. */
  ok: z.boolean(),
  workloads: z.array(z.looseObject({ workload: z.string(), ok: z.boolean(), says: z.string() })),
});

export type RecoverAll = z.infer<typeof recoverAllShape>;

// `spotkeep list`: one line a workload.

import type { Action } from '../action.ts';
import { listText } from '../text/workload-text.ts';
import { listWorkloads } from '../workload.ts';

export const run: Action = async (session) => {
  const workloads = await listWorkloads(session);
  const { clock, style } = session.outside;
  return { json: workloads, lines: listText(workloads, clock.now(), style) };
};

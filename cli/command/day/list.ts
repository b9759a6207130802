// `spotkeep list`: one line a workload.

import type { Action } from '../../session/action.ts';
import { listWorkloads } from '../../session/workload.ts';
import { listText } from '../../wording/workload-text.ts';

export const run: Action = async (session) => {
  const workloads = await listWorkloads(session);
  const { clock, style } = session.outside;
  return { json: workloads, lines: listText(workloads, clock.now(), style) };
};

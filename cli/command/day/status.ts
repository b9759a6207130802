// `spotkeep status [NAME] [--watch]`: show the state of a workload and the reason; without NAME, list all.

import { type Ms, seconds } from '../../../shared/base/time.ts';
import { type Action, flag, type Output } from '../../session/action.ts';
import { EXIT } from '../../session/exit.ts';
import type { Session } from '../../session/session.ts';
import { listWorkloads, readName, readWorkload } from '../../session/workload.ts';
import { listText, statusText } from '../../wording/workload-text.ts';

const WATCH_EVERY: Ms = seconds(2);

export const run: Action = async (session, typed) => {
  const [given] = typed.args;
  const name = given === undefined ? undefined : readName(given);
  if (!flag(typed, 'watch')) return look(session, name);
  return watch(session, () => look(session, name));
};

async function look(session: Session, name: string | undefined): Promise<Output> {
  const { clock, style } = session.outside;
  if (name === undefined) {
    const workloads = await listWorkloads(session);
    return { json: workloads, lines: listText(workloads, clock.now(), style) };
  }
  const workload = await readWorkload(session, name);
  return {
    json: workload,
    lines: statusText(workload, clock.now(), style),
    exit: workload.hold ? EXIT.held : EXIT.ok,
  };
}

/** Redrawn on a terminal; elsewhere, and as JSON, printed again when something changed. Ctrl-C is its ordinary end. */
async function watch({ outside, globals }: Session, read: () => Promise<Output>): Promise<Output> {
  let stopped = false;
  const release = outside.onInterrupt(() => {
    stopped = true;
  });
  let last = '';
  try {
    while (!stopped) {
      const { json, lines } = await read();
      const text = JSON.stringify(json);
      if (globals.json) {
        if (text !== last) outside.out(`${text}\n`);
      } else if (outside.live) {
        outside.out(
          `\u001b[H\u001b[J${lines.join('\n')}\n\nPress Ctrl-C to stop watching. The service is not affected.\n`,
        );
      } else if (text !== last) outside.out(`${lines.join('\n')}\n`);
      last = text;
      for (let waited = 0; waited < WATCH_EVERY && !stopped; waited += 100)
        await outside.clock.sleep(seconds(0.1));
    }
  } finally {
    release();
  }
  return { json: undefined, lines: [] };
}

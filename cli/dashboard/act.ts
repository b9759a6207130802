// What the page may do: the very commands of the command line, asked not to wait.

import * as z from 'zod/mini';
import type { Action, Typed } from '../session/action.ts';
import { badInput, CommandError, EXIT, failureLine } from '../session/exit.ts';
import type { Session } from '../session/session.ts';
import { readName, readWorkload } from '../session/workload.ts';
import { failureOf } from './problem.ts';

export interface AskedAction {
  name: string;
  action: string;
  /** The request's body, as it came. */
  text: string;
}

export interface Answered {
  status: 200 | 400 | 403 | 404 | 409 | 502;
  body: { ok: boolean; says: string; code?: string };
}

const body = z.strictObject({
  until: z.optional(z.string().check(z.maxLength(40))),
  /** resume: the hold whose evidence the person has seen. */
  hold: z.optional(z.strictObject({ code: z.string(), at: z.string() })),
});
type Body = z.infer<typeof body>;

const ACTIONS: Record<string, (session: Session, name: string, given: Body) => Promise<Action>> = {
  start: async () => (await import('../command/day/start.ts')).run,
  stop: async () => (await import('../command/day/stop.ts')).run,
  async resume(session, name, { hold: seen }) {
    const { hold } = await readWorkload(session, name);
    if (hold !== undefined && (seen?.code !== hold.code || seen.at !== hold.at))
      throw new CommandError({
        exit: EXIT.held,
        code: 'other-evidence',
        says: `${name} is on hold for another reason than the one you saw`,
        next: 'read the evidence again, then resume',
      });
    return (await import('../command/day/resume.ts')).run;
  },
};

/** Never rejects for what the user, a function or AWS did. */
export async function carryOut(session: Session, { name, action, text }: AskedAction): Promise<Answered> {
  const choose = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!choose) return { status: 404, body: { ok: false, code: 'unknown', says: `there is no ${action}` } };
  try {
    const given = readBody(text);
    const workload = readName(name);
    // As with --json: nothing is printed in the terminal that the server runs in.
    const silent = { ...session, globals: { ...session.globals, json: true } };
    const run = await choose(silent, workload, given);
    const { lines } = await run({ ...silent, outside: quiet(session) }, typedOf(workload, given));
    return { status: 200, body: { ok: true, says: lines.join(' ') } };
  } catch (error) {
    const { failure } = failureOf(error);
    return {
      status: STATUSES[failure.exit] ?? 502,
      body: { ok: false, code: failure.code, says: failureLine(failure) },
    };
  }
}

const STATUSES: Partial<Record<CommandError['failure']['exit'], Answered['status']>> = {
  [EXIT.input]: 400,
  [EXIT.credentials]: 403,
  [EXIT.held]: 409,
};

const quiet = ({ outside }: Session): Session['outside'] => ({
  ...outside,
  out: () => undefined,
  err: () => undefined,
  interactive: false,
  live: false,
});

/** The person at the page has confirmed there. */
const typedOf = (name: string, { until }: Body): Typed => ({
  args: [name],
  options: { wait: false, yes: true, ...(until !== undefined && until !== '' && { until }) },
});

function readBody(text: string): Body {
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badInput('expected a request in JSON');
  }
  const parsed = body.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(`expected only until and hold (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
}

// `spotkeep local interrupt …`: tells a running local region, and says which one it reached.

import process from 'node:process';
import * as z from 'zod/mini';
import { LocalError } from './process/local-error.ts';
import { type TypedOption, troubleAddress } from './trouble-address.ts';

interface Given {
  name: string;
  target: string | undefined;
  flags: Record<string, unknown>;
  port: TypedOption;
  endpointUrl: TypedOption;
}

/** What a region answers (serve/control.ts); one of an earlier version does not say where it is. */
const answerShape = z.object({ says: z.string(), region: z.optional(z.string()) });
const refusalShape = z.object({ message: z.string() });

const ANSWERS_WITHIN_MS = 15_000;
const EXIT = { ok: 0, other: 1, input: 2 };

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const numberOf = (value: unknown): number | undefined => {
  const text = textOf(value);
  return text === undefined ? undefined : Number(text);
};

const present = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

interface Told {
  exit: number;
  says: string;
  endpoint?: string;
  region?: string | undefined;
}

const post = async (
  endpoint: string,
  body: unknown,
): Promise<{ ok: boolean; answer: unknown } | undefined> => {
  try {
    const response = await fetch(new URL('/_spotkeep/trouble', endpoint), {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const text = await response.text();
    return { ok: response.ok, answer: parsed(text) };
  } catch {
    return undefined;
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const tell = async ({ name, target, flags, port, endpointUrl }: Given): Promise<Told> => {
  const endpoint = troubleAddress({ port, endpointUrl });
  const body = present({
    do: name,
    target,
    noticeSeconds: numberOf(flags.notice),
    forSeconds: numberOf(flags.for),
    launches: numberOf(flags.launches),
    zone: textOf(flags.zone),
    types: textOf(flags.types)?.split(','),
    purchase: textOf(flags.purchase),
    code: textOf(flags.code),
    container: textOf(flags.container),
    state: textOf(flags.to),
    restart: textOf(flags.restart),
    byHand: flags.byHand === true ? true : undefined,
  });
  const reply = await post(endpoint, body);
  if (reply === undefined)
    return {
      exit: EXIT.other,
      endpoint,
      says: `no local region answers at ${endpoint}; start one with: spotkeep local`,
    };
  const done = answerShape.safeParse(reply.answer).data;
  if (reply.ok && done) return { exit: EXIT.ok, endpoint, region: done.region, says: done.says };
  const refusal = refusalShape.safeParse(reply.answer).data;
  return refusal
    ? { exit: EXIT.input, endpoint, says: refusal.message }
    : { exit: EXIT.other, endpoint, says: `${endpoint} answers, but it is no local region of spotkeep` };
};

const told = async (given: Given): Promise<Told> => {
  try {
    return await tell(given);
  } catch (error) {
    if (error instanceof LocalError) return { exit: EXIT.input, says: error.message };
    throw error;
  }
};

const whereOf = ({ endpoint, region }: Told): string =>
  region === undefined ? `${endpoint}` : `${region} at ${endpoint}`;

/** Resolves with the exit code. */
export const runTrouble = async (given: Given): Promise<number> => {
  const answer = await told(given);
  const { exit, ...rest } = answer;
  if (given.flags.json === true)
    process.stdout.write(`${JSON.stringify({ ok: exit === EXIT.ok, ...rest }, undefined, 2)}\n`);
  else if (exit === EXIT.ok) process.stdout.write(`${answer.says} (${whereOf(answer)})\n`);
  if (exit !== EXIT.ok) {
    const where = exit === EXIT.input && answer.endpoint !== undefined ? ` (${answer.endpoint})` : '';
    process.stderr.write(`spotkeep local ${given.name}: ${answer.says}${where}\n`);
  }
  return exit;
};

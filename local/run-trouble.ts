// `spotkeep local interrupt …`: tells a running local region.

import process from 'node:process';

interface Given {
  name: string;
  target: string | undefined;
  flags: Record<string, unknown>;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const numberOf = (value: unknown): number | undefined => {
  const text = textOf(value);
  return text === undefined ? undefined : Number(text);
};

const present = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** Resolves with the exit code. */
export const runTrouble = async ({ name, target, flags }: Given): Promise<number> => {
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
  });
  const endpoint = `http://127.0.0.1:${textOf(flags.port) ?? ''}`;
  let response: Response;
  try {
    response = await fetch(`${endpoint}/_spotkeep/trouble`, { method: 'POST', body: JSON.stringify(body) });
  } catch {
    process.stderr.write(
      `spotkeep local ${name}: no local region answers at ${endpoint}; start one with: spotkeep local\n`,
    );
    return 1;
  }
  const answer: unknown = await response.json();
  const says =
    typeof answer === 'object' && answer !== null ? Object.values(answer).join(' ') : String(answer);
  (response.ok ? process.stdout : process.stderr).write(`${says}\n`);
  return response.ok ? 0 : 2;
};

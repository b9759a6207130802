// From a command line to an exit code. Nothing here knows the real machine: see outside.ts.

import type { Chosen } from './command-line.ts';
import { CommandError, EXIT, type ExitCode, failureLine, oneLine } from './session/exit.ts';
import type { Outside } from './session/outside.ts';
import type { Globals } from './session/session.ts';
import { VERSION } from './session/version.ts';

/** Never rejects for anything the user or AWS did; the exit codes are those of exit.ts. */
export async function run(argv: readonly string[], outside: Outside): Promise<ExitCode> {
  const json = argv.includes('--json');
  try {
    if (isVersion(argv)) {
      outside.out(json ? `${JSON.stringify({ version: VERSION })}\n` : `${VERSION}\n`);
      return EXIT.ok;
    }
    const { parse } = await import('./command-line.ts');
    const chosen = await parse(argv, outside);
    if (chosen === undefined) return EXIT.ok;
    return await carryOut(chosen, outside);
  } catch (error) {
    return tell(error, outside, json);
  }
}

const isVersion = (argv: readonly string[]): boolean =>
  argv.some((one) => one === '--version' || one === '-V') && argv.every((one) => one.startsWith('-'));

async function carryOut({ load, command }: Chosen, outside: Outside): Promise<ExitCode> {
  const options: Record<string, unknown> = command.optsWithGlobals();
  const globals = readGlobals(options, outside.env);
  // Parsers and clients are loaded with the command that was asked for, not at every start.
  const [{ run: action }, { createSession }] = await Promise.all([load(), import('./session/session.ts')]);
  const { json, lines, exit } = await action(createSession(outside, globals), {
    args: command.args,
    options,
  });
  if (globals.json) {
    if (json !== undefined) outside.out(`${JSON.stringify(json, undefined, 2)}\n`);
  } else if (lines.length > 0) outside.out(`${lines.join('\n')}\n`);
  return exit ?? EXIT.ok;
}

function readGlobals(options: Record<string, unknown>, env: Outside['env']): Globals {
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const stage = text(options.stage) ?? text(env.SPOTKEEP_STAGE) ?? 'dev';
  check('--stage', stage, { pattern: /^[a-z][a-z0-9-]{0,30}$/, expected: 'a stage name of a-z, 0-9 and -' });
  const region = text(options.region) ?? text(env.AWS_REGION) ?? text(env.AWS_DEFAULT_REGION);
  if (region !== undefined)
    check('--region', region, {
      pattern: /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/,
      expected: 'a region name such as eu-west-1',
    });
  const endpointUrl = text(options.endpointUrl) ?? text(env.AWS_ENDPOINT_URL);
  if (endpointUrl !== undefined && !URL.canParse(endpointUrl))
    throw usage('--endpoint-url', 'an address such as http://127.0.0.1:4599', endpointUrl);
  return { stage, region, endpointUrl, profile: text(options.profile), json: options.json === true };
}

function check(
  option: string,
  value: string,
  { pattern, expected }: { pattern: RegExp; expected: string },
): void {
  if (!pattern.test(value)) throw usage(option, expected, value);
}

const usage = (option: string, expected: string, found: string): CommandError =>
  new CommandError({
    exit: EXIT.input,
    code: 'invalid',
    says: `${option}: expected ${expected}, found ${JSON.stringify(found)}`,
  });

/** One line for people; for a program the same as JSON. */
function tell(error: unknown, outside: Outside, json: boolean): ExitCode {
  const failure: CommandError['failure'] =
    error instanceof CommandError
      ? error.failure
      : {
          exit: EXIT.other,
          code: 'unexpected',
          says: `unexpected: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
          next: 'SPOTKEEP_DEBUG=1 shows where',
        };
  if (json) {
    const { code, says, next, detail } = failure;
    outside.out(`${JSON.stringify({ ok: false, code, says: oneLine(says), next, ...detail })}\n`);
  }
  outside.err(`spotkeep: ${failureLine(failure)}\n`);
  if (outside.env.SPOTKEEP_DEBUG && error instanceof Error) outside.err(`${error.stack ?? ''}\n`);
  return failure.exit;
}

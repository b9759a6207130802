// One run of the command: the global options, the connection made when it is first needed, and calls of the functions
// with their answers parsed. The command never touches the table: everything goes through the functions.

import * as z from 'zod/mini';
import { refusalShape } from '../../shared/answer/done.ts';
import { awsFailure, hasCode } from './aws-error.ts';
import { badInput, CommandError, EXIT } from './exit.ts';
import type { Aws, Connection, Outside } from './outside.ts';

export interface Globals extends Connection {
  stage: string;
  json: boolean;
}

export interface Session {
  outside: Outside;
  globals: Globals;
  /** Connects the first time. */
  aws(): Promise<Aws>;
  /** Invokes `spotkeep-<stage>-<name>`. Rejects with CommandError; what comes back is JSON, not yet parsed further. */
  call(name: string, payload: Record<string, unknown>): Promise<unknown>;
}

const failure = z.looseObject({
  errorType: z.optional(z.string()),
  errorMessage: z.optional(z.string()),
});

export function createSession(outside: Outside, globals: Globals): Session {
  let connected: Promise<Aws> | undefined;
  const aws = (): Promise<Aws> => {
    connected ??= outside.connect(globals);
    return connected;
  };
  return {
    outside,
    globals,
    aws,
    async call(name, payload) {
      const functionName = `spotkeep-${globals.stage}-${name}`;
      const client = await aws();
      try {
        return read(functionName, await client.invoke(functionName, JSON.stringify(payload)));
      } catch (error) {
        if (error instanceof CommandError) throw error;
        if (hasCode(error, 'ResourceNotFoundException'))
          throw await notDeployed(client, globals, functionName);
        throw awsFailure(error, `invoking ${functionName}`, globals.endpointUrl) ?? error;
      }
    },
  };
}

function read(functionName: string, { payload, functionError }: Awaited<ReturnType<Aws['invoke']>>): unknown {
  const value = payload === undefined || payload === '' ? undefined : parseJson(functionName, payload);
  if (functionError === undefined) return value;
  const { errorType = functionError, errorMessage = '' } = failure.safeParse(value).data ?? {};
  // Lambda Developer Guide, "Lambda function states and errors": a call that ran out of its time.
  const timedOut = errorType === 'Sandbox.Timedout';
  throw new CommandError({
    exit: timedOut ? EXIT.timeOut : EXIT.other,
    code: timedOut ? 'function-timed-out' : 'function-failed',
    says: `${functionName} ${timedOut ? 'timed out' : `failed (${errorType}: ${errorMessage})`}`,
    next: `see log group /aws/lambda/${functionName}; it is safe to run the command again`,
  });
}

function parseJson(functionName: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandError({
      exit: EXIT.other,
      code: 'bad-answer',
      says: `${functionName} answered something that is not JSON`,
      next: 'is this the right account and region?',
    });
  }
}

/** Says where was looked: a wrong account, region or stage shows here first. */
async function notDeployed(
  client: Aws,
  { stage, endpointUrl }: Globals,
  functionName: string,
): Promise<CommandError> {
  const account = await client.identity().then(
    (identity) => `account ${identity.account}`,
    (error: unknown) => {
      if (awsFailure(error, 'asking who you are') === undefined) throw error;
      return 'this account';
    },
  );
  return new CommandError({
    exit: EXIT.input,
    code: 'not-deployed',
    says: `there is no ${functionName} in ${account}, region ${client.region}`,
    next:
      endpointUrl === undefined
        ? `another --profile, --region or --stage? Or deploy it: npm run deploy -- --stage ${stage} --region ${client.region}`
        : 'another --stage? Or a newer `spotkeep local`: npm run package, then start it again',
  });
}

const NEXT: Record<string, string> = {
  'not-found': 'run spotkeep list to see all workloads',
  held: 'spotkeep resume shows the evidence and ends the hold',
  busy: 'run it again, that is safe',
  destroyed: 'choose another name; names of destroyed workloads cannot be reused',
};

const EXITS: Record<string, CommandError['failure']['exit']> = {
  invalid: EXIT.input,
  'not-found': EXIT.input,
  held: EXIT.held,
  // What the state does not allow, or a name that is used up: nothing was changed.
  refused: EXIT.input,
  destroyed: EXIT.input,
};

/** Throws the refusal as a CommandError; otherwise the answer, of the wanted shape. */
export function accept<T extends z.ZodMiniType>(name: string, shape: T, answer: unknown): z.infer<T> {
  const refused = refusalShape.safeParse(answer);
  if (refused.success) throw refusedError(refused.data);
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new CommandError({
    exit: EXIT.other,
    code: 'bad-answer',
    says: `${name} returned an answer this CLI version cannot read (${parsed.error.issues[0]?.path.join('.') ?? ''})`,
    next: 'compare versions with: spotkeep doctor',
  });
}

function refusedError(refused: z.infer<typeof refusalShape>): CommandError {
  const { code, path, expected, problems } = refused;
  const [first] = problems ?? [];
  if (code === 'invalid' && first) {
    const more = (problems?.length ?? 1) - 1;
    const found = first.found === undefined ? '' : `, found ${first.found}`;
    return badInput(
      `${first.path}: expected ${first.expected}${found}${more > 0 ? ` (and ${more} more)` : ''}`,
    );
  }
  const says = refused.says ?? (path === undefined ? code : `${path}: expected ${expected}`);
  const next = NEXT[code];
  return new CommandError({
    exit: EXITS[code] ?? EXIT.other,
    code,
    says,
    ...(next !== undefined && { next }),
    detail: { ...(path !== undefined && { path, expected }) },
  });
}

// Runs in a process of its own, one per Lambda container: loads a packaged bundle as Lambda's runtime does and runs its
// handler for one event at a time ("Building a custom runtime"). Events come and answers go over the process's channel;
// the bundle sees Lambda's environment, event, context and nothing of the region.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

interface Invoke {
  requestId: string;
  /** JSON text, as Lambda hands it over. */
  event: string;
  deadline: number;
  functionArn: string;
}

type Handler = (event: unknown, context: unknown) => unknown;

const env = (name: string): string => process.env[name] ?? '';

const send = (message: unknown): void => {
  process.send?.(message);
};

const errorOf = (error: unknown) => {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
};

const load = (): Handler => {
  const [file = '', name = ''] = env('_HANDLER').split(/\.(?=[^.]*$)/);
  const root = env('LAMBDA_TASK_ROOT');
  const require = createRequire(path.join(root, 'index.js'));
  const found = ['.js', '.cjs', '.mjs']
    .map((extension) => path.join(root, `${file}${extension}`))
    .find((candidate) => existsSync(candidate));
  if (!found)
    throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  const module: unknown = require(found);
  const handler: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
  if (typeof handler !== 'function')
    throw Object.assign(new Error(`${env('_HANDLER')} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  return (event, context): unknown => Reflect.apply(handler, undefined, [event, context]);
};

const contextOf = ({ requestId, deadline, functionArn }: Invoke) => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: env('AWS_LAMBDA_FUNCTION_NAME'),
  functionVersion: env('AWS_LAMBDA_FUNCTION_VERSION'),
  invokedFunctionArn: functionArn,
  memoryLimitInMB: env('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
  awsRequestId: requestId,
  logGroupName: env('AWS_LAMBDA_LOG_GROUP_NAME'),
  logStreamName: env('AWS_LAMBDA_LOG_STREAM_NAME'),
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

const isInvoke = (message: unknown): message is Invoke =>
  typeof message === 'object' && message !== null && 'requestId' in message && 'event' in message;

const run = async (handler: Handler, invoke: Invoke): Promise<void> => {
  try {
    const answer = await handler(JSON.parse(invoke.event), contextOf(invoke));
    // An answer that is no JSON is an error of the function, not of the container.
    const payload = JSON.stringify(answer) ?? 'null';
    send({ requestId: invoke.requestId, payload });
  } catch (error) {
    send({ requestId: invoke.requestId, error: errorOf(error) });
  }
};

try {
  const handler = load();
  process.on('message', (message) => {
    if (isInvoke(message)) void run(handler, message);
  });
  // The region is gone: so is the container.
  process.on('disconnect', () => process.exit(0));
  if (!process.connected) process.exit(0);
  send({ ready: true });
} catch (error) {
  send({ initError: errorOf(error) });
}

// Lambda's contract, tried with functions that misbehave and with templates that lack something: the package of the
// product with one function's bundle replaced, or one line of its template gone.

import { strict as assert } from 'node:assert';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { templateShape } from '../../local/policy/template.ts';
import type { LocalProcess } from './local-process.ts';
import { clientsOf } from './sdk-cases.ts';
import type { Case } from './suite.ts';
import { zipOf } from './zip.ts';

/** Does what its event says. */
const BUNDLE = `
let calls = 0;
exports.handler = async (event, context) => {
  calls += 1;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  if (event.do === 'throw') throw Object.assign(new TypeError('on purpose'), {});
  if (event.do === 'exit') process.exit(7);
  if (event.do === 'hang') await wait(60000);
  if (event.do === 'spin') for (;;) ;
  if (event.do === 'wait') await wait(event.ms);
  if (event.do === 'odd') return { big: 10n };
  console.log('said by the bundle');
  return { calls, pid: process.pid, left: context.getRemainingTimeInMillis(), name: context.functionName,
    arn: context.invokedFunctionArn, id: context.awsRequestId, env: process.env, argv: process.argv.length };
};`;

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

/** A copy of the package with another template, and this bundle as `tick`. */
export const tamperedPackage = (
  from: string,
  into: string,
  change: (resources: Resources) => void,
): string => {
  cpSync(from, into, { recursive: true });
  const file = path.join(into, 'cloudformation-template-update-stack.json');
  const template = templateShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  change(template.Resources);
  writeFileSync(file, JSON.stringify(template));
  writeFileSync(path.join(into, 'tick.zip'), zipOf('functions/entry/loop/tick.cjs', BUNDLE));
  return into;
};

/** What these cases change of the template. */
export const tamper = (resources: Resources): void => {
  Object.assign(resources.TickLambdaFunction?.Properties ?? {}, {
    Timeout: 2,
    ReservedConcurrentExecutions: 2,
  });
  Object.assign(resources.TickLambdaEvConf?.Properties ?? {}, {
    MaximumRetryAttempts: 2,
    MaximumEventAgeInSeconds: 600,
  });
  const status = resources.StatusLambdaFunction?.Properties?.Environment;
  if (typeof status === 'object' && status !== null && 'Variables' in status)
    Reflect.deleteProperty(Object(status.Variables), 'SPOTKEEP_TABLE');
  delete resources.ReconcileRequestedRulePermission;
  delete resources.TickSchedule;
};

export const lambdaCases = (region: LocalProcess): Case[] => {
  const send = (payload: unknown, more: { name?: string; InvocationType?: 'Event' } = {}) => {
    const { name = 'tick', ...rest } = more;
    const Payload = Buffer.from(JSON.stringify(payload));
    return clientsOf(region.endpoint).lambda.send(
      new InvokeCommand({ FunctionName: `spotkeep-dev-${name}`, Payload, ...rest }),
    );
  };
  const invoke = async (payload: unknown, name?: string) => {
    const answer = await send(payload, name === undefined ? {} : { name });
    const value: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString());
    return { error: answer.FunctionError, value: Object(value) as Record<string, unknown> };
  };
  return [
    {
      name: 'lambda: a bundle sees Lambda’s environment and context, nothing of the person’s, and keeps its container',
      async run() {
        const first = await invoke({});
        const env = Object(first.value.env) as Record<string, string>;
        assert.equal(first.value.name, 'spotkeep-dev-tick');
        assert.equal(first.value.arn, 'arn:aws:lambda:eu-west-1:123456789012:function:spotkeep-dev-tick');
        assert.ok(Number(first.value.left) > 1_000 && Number(first.value.left) <= 2_000);
        assert.deepEqual(
          [env.AWS_REGION, env.AWS_LAMBDA_FUNCTION_NAME, env.SPOTKEEP_TABLE, env.TZ, env.AWS_ENDPOINT_URL],
          ['eu-west-1', 'spotkeep-dev-tick', 'spotkeep-dev', ':UTC', region.endpoint],
        );
        assert.match(env.AWS_ACCESS_KEY_ID ?? '', /^ASIA/);
        assert.equal(env.USER, undefined);
        const second = await invoke({});
        assert.deepEqual(
          [second.value.pid, second.value.calls],
          [first.value.pid, Number(first.value.calls) + 1],
        );
        assert.notEqual(second.value.id, first.value.id);
      },
    },
    {
      name: 'lambda: what is thrown, exits, hangs or spins is an error of the function; hung ones are killed at the time-out',
      async run() {
        const thrown = await invoke({ do: 'throw' });
        assert.deepEqual(
          [thrown.error, thrown.value.errorType, thrown.value.errorMessage],
          ['Unhandled', 'TypeError', 'on purpose'],
        );
        assert.ok(Array.isArray(thrown.value.trace));
        const exited = await invoke({ do: 'exit' });
        assert.match(String(exited.value.errorMessage), /exit status 7/);
        for (const how of ['hang', 'spin']) {
          const began = Date.now();
          const hung = await invoke({ do: how });
          assert.equal(hung.value.errorType, 'Sandbox.Timedout');
          assert.match(String(hung.value.errorMessage), /Task timed out after 2\.00 seconds/);
          assert.ok(Date.now() - began < 10_000);
        }
        const odd = await invoke({ do: 'odd' });
        assert.equal(odd.value.errorType, 'TypeError');
        assert.equal((await invoke({})).error, undefined);
      },
    },
    {
      name: 'lambda: reserved concurrency throttles the third caller, with AWS’s own error',
      async run() {
        const calls = Array.from({ length: 3 }, () =>
          send({ do: 'wait', ms: 1_000 }).then(
            () => 'ok',
            (error: Error) => error.name,
          ),
        );
        assert.deepEqual((await Promise.all(calls)).sort(), ['TooManyRequestsException', 'ok', 'ok']);
      },
    },
    {
      name: 'lambda: an asynchronous call that fails is tried three times and ends in the destination',
      async run() {
        const before =
          (await region.state()).functions.find(({ name }) => name === 'spotkeep-dev-tick')?.errors ?? 0;
        assert.equal((await send({ do: 'throw' }, { InvocationType: 'Event' })).StatusCode, 202);
        const after = await region.until(
          'it ends in the dead letters',
          30,
          ({ deadLetters }) => Object.keys(deadLetters).length > 0,
        );
        assert.equal(
          (after.functions.find(({ name }) => name === 'spotkeep-dev-tick')?.errors ?? 0) - before,
          3,
        );
        const [queue = '', letters = []] = Object.entries(after.deadLetters)[0] ?? [];
        assert.match(queue, /spotkeep-dev-function-dead-letters$/);
        const text = JSON.stringify(letters[0]);
        assert.match(text, /"condition":"RetriesExhausted","approximateInvokeCount":3/);
      },
    },
    {
      name: 'template: an environment variable that it lacks shows when the function runs',
      async run() {
        const answer = await invoke({}, 'status');
        assert.equal(answer.error, 'Unhandled');
        assert.match(String(answer.value.errorMessage), /SPOTKEEP_TABLE is missing/);
      },
    },
    {
      name: 'template: a rule’s missing permission shows, and its event is a dead letter',
      async run() {
        const text = JSON.stringify({ workload: 'nobody' });
        const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
        const entry = {
          EventBusName: 'spotkeep-dev',
          Source: 'spotkeep',
          DetailType: 'Reconcile Requested',
          Detail: text,
        };
        await clientsOf(region.endpoint).events.send(new PutEventsCommand({ Entries: [entry] }));
        const state = await region.until('it is told', 10, ({ problems }) =>
          problems.some((one) => one.includes('NO_PERMISSIONS')),
        );
        assert.ok(
          Object.keys(state.deadLetters).some((arn) => arn.endsWith('spotkeep-dev-event-dead-letters')),
        );
      },
    },
  ];
};

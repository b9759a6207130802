// The packaged functions on a local region, from the example's definition to its service, through an interruption, the
// death of a bundle's process and of the region itself. What the containers acknowledged must all be there at the end.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { parseDefinition } from '../../shared/definition/read/parse.ts';
import type { LocalProcess, RegionState } from './local-process.ts';
import { clientsOf } from './sdk-cases.ts';
import type { Case } from './suite.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

const workloadOf = (state: RegionState) => {
  const [found] = state.workloads;
  if (!found) throw new Error('there is no workload');
  return found;
};

const serves = (state: RegionState): boolean => {
  const [found] = state.workloads;
  return found?.state === 'serving' && found.writing !== undefined;
};

/** What never may be, whatever happened. */
const assertSound = (state: RegionState): void => {
  const { acknowledged, found } = workloadOf(state);
  assert.deepEqual(state.violations, [], 'the judge has nothing against it');
  assert.deepEqual(state.problems, [], 'every rule, role and permission of the template is there');
  assert.ok(found >= acknowledged, `${found} records of ${acknowledged} acknowledged are there`);
};

const invoke = async (region: LocalProcess, name: string, payload: unknown): Promise<unknown> => {
  const answer = await clientsOf(region.endpoint).lambda.send(
    new InvokeCommand({
      FunctionName: `spotkeep-dev-${name}`,
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  assert.equal(answer.FunctionError, undefined, text);
  return JSON.parse(text);
};

/** The example, at any hour: a person starts it. */
export const bringUp = async (region: LocalProcess): Promise<RegionState> => {
  const text = readFileSync(path.join(EXAMPLES, 'gitlab.yml'), 'utf8');
  const parsed = parseDefinition(text, {
    readFile: (name) => readFileSync(path.join(EXAMPLES, name), 'utf8'),
  });
  const applied = await invoke(region, 'apply-workload', {
    definition: parsed.definition,
    setupScript: parsed.setupScript,
  });
  assert.deepEqual(Reflect.get(Object(applied), 'ok'), true, JSON.stringify(applied));
  const started = await invoke(region, 'start-now', { workload: 'gitlab' });
  assert.deepEqual(Reflect.get(Object(started), 'ok'), true, JSON.stringify(started));
  return region.until('the example serves', 60, serves);
};

export const storyCases = (region: LocalProcess): Case[] => [
  {
    name: 'story: the packaged functions bring the example up',
    async run() {
      assertSound(await bringUp(region));
    },
  },
  {
    name: 'story: it survives an interruption; the first instance hands over within its two minutes',
    async run() {
      const before = workloadOf(await region.state()).writing;
      assert.equal((await region.trouble({ do: 'interrupt', target: 'gitlab' })).status, 200);
      const after = await region.until(
        'another instance serves',
        60,
        (state) => serves(state) && workloadOf(state).writing !== before,
      );
      assertSound(after);
    },
  },
  {
    name: 'story: kill -9 of a running bundle’s process is made good by Lambda’s retries and the loop',
    async run() {
      const before = workloadOf(await region.state()).writing;
      await region.trouble({ do: 'reclaim' });
      const busy = (state: RegionState) =>
        state.containers.find((one) => one.busy && one.functionName === 'spotkeep-dev-reconcile');
      const seen = await region.until('a loop is under way', 60, (state) => busy(state) !== undefined);
      const pid = busy(seen)?.pid;
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGKILL');
      const after = await region.until(
        'it serves again',
        150,
        (state) => serves(state) && workloadOf(state).writing !== before,
      );
      assertSound(after);
      assert.ok(after.functions.some((fn) => fn.name === 'spotkeep-dev-reconcile' && fn.errors > 0));
    },
  },
  {
    name: 'story: kill -9 of the region in the middle of a handover; from its state file it goes on, nothing lost',
    async run() {
      const before = await region.state();
      await region.trouble({ do: 'interrupt' });
      await region.until('a handover is under way', 30, (state) =>
        ['handing-over', 'draining', 'attaching'].includes(workloadOf(state).state),
      );
      const last = await region.state();
      await region.end('SIGKILL');
      assert.ok(await region.gone(last.containers.map(({ pid }) => pid)), 'its functions end with it');
      await region.start();
      const next = await region.state();
      assert.ok(
        workloadOf(next).acknowledged >= workloadOf(last).acknowledged,
        'no acknowledgement is forgotten',
      );
      assert.deepEqual(
        next.volumes.map(({ id }) => id),
        before.volumes.map(({ id }) => id),
      );
      const after = await region.until(
        'it serves again',
        150,
        (state) => serves(state) && workloadOf(state).writing !== workloadOf(before).writing,
      );
      assertSound(after);
    },
  },
  {
    name: 'story: Ctrl-C ends it cleanly with its functions, and a start later everything is there',
    async run() {
      const before = await region.state();
      assert.equal(await region.end('SIGINT'), 0);
      assert.ok(await region.gone(before.containers.map(({ pid }) => pid)), 'its functions end with it');
      await region.start();
      const after = await region.state();
      assert.deepEqual(workloadOf(after).writing, workloadOf(before).writing);
      assert.deepEqual(
        after.instances.map(({ id }) => id),
        before.instances.map(({ id }) => id),
      );
      assertSound(after);
    },
  },
];

/** As the tick does, only more often: what is due is done, what is not still waits. */
const wake = async (region: LocalProcess): Promise<void> => {
  const Detail = JSON.stringify({ workload: 'gitlab' });
  const entry = {
    EventBusName: 'spotkeep-dev',
    Source: 'spotkeep',
    DetailType: 'Reconcile Requested',
    Detail,
  };
  await clientsOf(region.endpoint).events.send(new PutEventsCommand({ Entries: [entry] }));
};

/** Its own region, beside the others: leaving a zone takes the product three minutes. */
export const zoneCases = (region: LocalProcess): Case[] => [
  {
    name: 'zone story: a zone without capacity is left, with all records, for another',
    async run() {
      assertSound(await bringUp(region));
      await region.trouble({ do: 'no-capacity', zone: 'eu-west-1a', forSeconds: 3_600 });
      await region.trouble({ do: 'reclaim' });
      await region.until('it is down', 30, (state) => !serves(state));
      const waking = setInterval(() => void wake(region), 5_000);
      const after = await region
        .until('it serves elsewhere', 330, serves)
        .finally(() => clearInterval(waking));
      const owner = after.instances.find(({ id }) => id === workloadOf(after).writing);
      assert.notEqual(owner?.zone, 'eu-west-1a');
      assertSound(after);
    },
  },
];

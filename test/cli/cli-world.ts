// The command on the embedded region: real handlers behind its Invoke, virtual time behind its clock, a terminal that is
// two strings. One command at a time, as at a terminal; time passes while it waits.

import { run } from '../../cli/run.ts';
import type { ExitCode } from '../../cli/session/exit.ts';
import type { Inspector } from '../../cli/session/inspector.ts';
import type { Aws, Connection, Invoked, Outside } from '../../cli/session/outside.ts';
import { portsOn } from '../../shared/aws/ports.ts';
import { type Instant, instant, seconds } from '../../shared/base/time.ts';
import { readRecord } from '../../shared/record/read.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { warnInstance } from '../../simulator/region/instances.ts';
import { CALM } from '../../simulator/region/state/faults.ts';
import { directClients } from '../../simulator/wire/clients.ts';
import { ACCOUNT, World } from '../../simulator/world.ts';
import { PLAIN } from '../../text/style.ts';
import { exampleFile } from '../definition/example.ts';

/** A Monday, 10:00 in Riga: inside the example's hours. */
export const MONDAY = instant(Date.parse('2026-03-23T08:00:00Z'));

export interface Ran {
  exit: ExitCode;
  out: string;
  err: string;
  /** Functions invoked, in order, without their prefix. */
  called: string[];
}

export interface CliWorld {
  world: World;
  files: Map<string, string>;
  /** Answers to questions, in order; a question without one fails the test. */
  answers: (string | boolean)[];
  asked: string[];
  env: Record<string, string>;
  terminal: { interactive: boolean; live: boolean };
  /** Throws in place of the next calls, as the SDK would. */
  fail: unknown[];
  /** Answered in place of the next calls. */
  replies: Invoked[];
  putRecord(change: (body: RecordBody) => RecordBody): Promise<void>;
  /** Ctrl-C once so many functions have been invoked by the present command. */
  interruptAfter: number | undefined;
  connections: Connection[];
  inspector: Inspector | undefined;
  ran(...argv: string[]): Promise<Ran>;
  pass(howLong: number): Promise<void>;
}

const ZONES = ['a', 'b', 'c'] as const;

const invokeOn = (world: World) => async (name: string, payload: string) => {
  const work = world.lambda.invoke(name, JSON.parse(payload));
  let ended: Awaited<typeof work> | undefined;
  void work.then((result) => {
    ended = result;
  });
  while (ended === undefined)
    await world.kernel.runUntil(instant(world.kernel.now() + 100), () => ended !== undefined);
  return ended.kind === 'done'
    ? { payload: JSON.stringify(ended.answer), functionError: undefined }
    : {
        payload: JSON.stringify({ errorType: 'Error', errorMessage: ended.error }),
        functionError: 'Unhandled',
      };
};

/** By hand, past the functions: what only a test may do. */
const putRecord = async (world: World, change: (body: RecordBody) => RecordBody): Promise<void> => {
  const caller = { dead: false, pending: 0 };
  const clients = directClients((operation) => world.region.handle(operation, caller));
  const names = {
    stage: 'demo',
    table: 'spotkeep-demo',
    bus: 'spotkeep-demo',
    documentPrefix: 'spotkeep-demo',
  };
  const { records } = portsOn(clients, names, { clock: world.kernel, random: () => 0.5 });
  const settle = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const watched = work.finally(() => {
      over = true;
    });
    watched.catch(() => undefined);
    while (!over) await world.kernel.runUntil(instant(world.kernel.now() + 50), () => over);
    return watched;
  };
  for (let tries = 0; tries < 10; tries += 1) {
    const stored = await settle(records.load('gitlab'));
    const read = stored && readRecord(stored);
    if (!stored || read?.kind !== 'record') throw new Error('no record');
    const next = {
      ...stored,
      version: stored.version + 1,
      lastWriteId: `by-hand-${stored.version}`,
      body: change(read.body),
    };
    if ((await settle(records.save(next, stored.lastWriteId))).kind === 'saved') return;
  }
  throw new Error('the loop is always first');
};

export const cliWorld = (start: Instant = MONDAY): CliWorld => {
  const world = new World({
    seed: 1,
    start,
    regionName: 'eu-west-1',
    zones: ZONES.map((letter) => `eu-west-1${letter}`),
    rates: CALM,
    entrance: 'direct',
  });
  ZONES.forEach((letter, index) => {
    world.region.subnets.set(`subnet-0a1b2c3d4e5f6000${index + 1}`, `eu-west-1${letter}`);
  });
  const invoke = invokeOn(world);
  const small: CliWorld = {
    world,
    files: new Map([
      ['gitlab.yml', exampleFile('gitlab.yml')],
      ['gitlab-setup.sh', exampleFile('gitlab-setup.sh')],
    ]),
    answers: [],
    asked: [],
    env: { AWS_REGION: 'eu-west-1' },
    terminal: { interactive: false, live: false },
    fail: [],
    replies: [],
    putRecord: (change) => putRecord(world, change),
    interruptAfter: undefined,
    connections: [],
    inspector: undefined,
    async ran(...argv) {
      const said: Ran = { exit: 0, out: '', err: '', called: [] };
      let interrupt: (() => void) | undefined;
      const aws: Aws = {
        region: 'eu-west-1',
        identity: async () => ({ account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/operator/me` }),
        async interrupt({ instanceId }) {
          const instance = world.region.instances.get(instanceId);
          if (!instance) throw new Error(`no instance ${instanceId}`);
          warnInstance(world.region, instance, 120);
          return 'EXP123';
        },
        inspector: async () => {
          if (!small.inspector) throw new Error('this world has no inspector');
          return small.inspector;
        },
        async invoke(functionName, payload) {
          said.called.push(functionName.replace(/^spotkeep-dev-/, ''));
          if (said.called.length === small.interruptAfter) interrupt?.();
          if (small.fail.length > 0) throw small.fail.shift();
          const reply = small.replies.shift();
          if (reply) return reply;
          return invoke(functionName.replace(/^spotkeep-dev-/, ''), payload);
        },
      };
      const outside = outsideOf(small, said, {
        aws,
        onInterrupt: (then) => {
          interrupt = then;
        },
      });
      said.exit = await run(argv, outside);
      return said;
    },
    pass: (howLong) => world.kernel.runUntil(instant(world.kernel.now() + howLong)),
  };
  return small;
};

const outsideOf = (
  small: CliWorld,
  said: Ran,
  { aws, onInterrupt }: { aws: Aws; onInterrupt: (then: () => void) => void },
): Outside => {
  const answer = (question: string): string | boolean => {
    small.asked.push(question);
    const next = small.answers.shift();
    if (next === undefined) throw new Error(`nobody answers: ${question}`);
    return next;
  };
  return {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    ...small.terminal,
    columns: 100,
    style: PLAIN,
    env: small.env,
    clock: {
      now: () => small.world.kernel.now(),
      sleep: async (duration) => {
        await small.world.kernel.runUntil(instant(small.world.kernel.now() + duration));
      },
    },
    timeZone: 'Europe/Riga',
    files: {
      read: (file) => small.files.get(file.replace(/^.*\//, '')),
      create(file, text) {
        if (small.files.has(file)) return false;
        small.files.set(file, text);
        return true;
      },
    },
    person: {
      confirm: async (question) => answer(question) === true,
      text: async (question) => String(answer(question)),
      choose: async (question) => String(answer(question)),
    },
    onInterrupt(then) {
      onInterrupt(then);
      return () => onInterrupt(() => undefined);
    },
    connect: async (connection) => {
      small.connections.push(connection);
      return { ...aws, region: connection.region ?? 'eu-west-1' };
    },
  };
};

/** With the example applied and serving. */
export const servingWorld = async (): Promise<CliWorld> => {
  const small = await appliedCli();
  await small.pass(seconds(300));
  return small;
};

export const appliedCli = async (start: Instant = MONDAY): Promise<CliWorld> => {
  const small = cliWorld(start);
  const { exit, err } = await small.ran('apply', '-f', 'gitlab.yml', '--yes');
  if (exit !== 0) throw new Error(err);
  return small;
};

export const parsedJson = ({ out }: Ran): unknown => JSON.parse(out);

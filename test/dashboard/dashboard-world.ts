// The dashboard on the embedded region: its Invoke runs the real handlers on virtual time, one call after the other; the
// feed's pauses end when a test says so.

import { createAssets } from '../../cli/dashboard/assets.ts';
import { createFeed, type Feed } from '../../cli/dashboard/feed.ts';
import { createReader } from '../../cli/dashboard/read.ts';
import { createPage } from '../../cli/dashboard/routes.ts';
import type { Aws, Outside } from '../../cli/session/outside.ts';
import { createSession, type Session } from '../../cli/session/session.ts';
import { instant, type Ms } from '../../shared/base/time.ts';
import { ACCOUNT } from '../../simulator/world.ts';
import { PLAIN } from '../../text/style.ts';
import type { CliWorld } from '../cli/cli-world.ts';

export const TOKEN = 'a-token-of-the-tests';
export const PORT = 4568;
export const HOST = `127.0.0.1:${PORT}`;

export interface DashboardWorld {
  small: CliWorld;
  session: Session;
  feed: Feed;
  /** Functions invoked, in order, without their prefix. */
  called: string[];
  /** Thrown in place of the next calls, as the SDK would. */
  fail: unknown[];
  /** Virtual time, between calls. */
  pass(howLong: Ms): Promise<void>;
  /** After the calls before it, and before those after it: the kernel runs one thing at a time. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Ends the feed's present pause, and waits for the look after it. */
  nextLook(): Promise<void>;
  appAt(port: number): ReturnType<typeof createPage>;
  /** As the page itself asks. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

/** `sleep`: what the feed does between looks; without one it waits for `nextLook`. */
export const dashboardOn = (small: CliWorld, sleep?: (howLong: Ms) => Promise<void>): DashboardWorld => {
  const { world } = small;
  const called: string[] = [];
  const fail: unknown[] = [];
  let last: Promise<unknown> = Promise.resolve();
  // The kernel runs one thing at a time.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  const pauses: (() => void)[] = [];
  const invoke: Aws['invoke'] = (functionName, payload) =>
    inTurn(async () => {
      const name = functionName.replace(/^spotkeep-dev-/, '');
      called.push(name);
      if (fail.length > 0) throw fail.shift();
      const work = world.lambda.invoke(name, JSON.parse(payload));
      let ended: Awaited<typeof work> | undefined;
      void work.then((result) => {
        ended = result;
      });
      while (ended === undefined)
        await world.kernel.runUntil(instant(world.kernel.now() + 100), () => ended !== undefined);
      if (ended.kind === 'done') return { payload: JSON.stringify(ended.answer), functionError: undefined };
      return { payload: JSON.stringify({ errorMessage: ended.error }), functionError: 'Unhandled' };
    });
  const session = createSession(outsideOf(small, invoke), {
    stage: 'dev',
    region: 'eu-west-1',
    profile: undefined,
    endpointUrl: undefined,
    json: false,
  });
  const feed = createFeed({
    read: createReader(session),
    clock: {
      now: () => world.kernel.now(),
      sleep: sleep ?? (() => new Promise((resolve) => pauses.push(resolve))),
    },
    about: { stage: 'dev', region: 'eu-west-1', endpointUrl: undefined },
  });
  const assets = createAssets();
  const appAt = (port: number) => createPage({ token: TOKEN, port, feed, session, assets });
  const app = appAt(PORT);
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    app.request(`http://${HOST}/${TOKEN}/${path}`, {
      ...init,
      headers: { host: HOST, ...Object(init.headers) },
    });
  return {
    small,
    session,
    feed,
    called,
    fail,
    pass: (howLong) => inTurn(() => small.pass(howLong)),
    inTurn,
    async nextLook() {
      for (const resume of pauses.splice(0)) resume();
      await Promise.resolve();
      await feed.look();
    },
    appAt,
    ask,
    post: (path, body) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { origin: `http://${HOST}`, 'content-type': 'application/json' },
      }),
  };
};

const outsideOf = (small: CliWorld, invoke: Aws['invoke']): Outside => {
  const unused = (): never => {
    throw new Error('the dashboard asks nobody in the terminal');
  };
  const aws: Aws = {
    region: 'eu-west-1',
    invoke,
    identity: async () => ({ account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/operator/me` }),
    interrupt: unused,
    inspector: unused,
  };
  return {
    out: unused,
    err: unused,
    interactive: false,
    live: false,
    columns: 100,
    style: PLAIN,
    env: {},
    clock: { now: () => small.world.kernel.now(), sleep: unused },
    timeZone: 'Europe/Riga',
    files: { read: () => undefined, create: () => false },
    person: { confirm: unused, text: unused, choose: unused },
    onInterrupt: () => () => undefined,
    connect: async () => aws,
  };
};

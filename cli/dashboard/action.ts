// Runs the page's server until Ctrl-C. The address with its token is said once, on standard output: who can read that may
// do what this command's credentials may do.

import { randomBytes } from 'node:crypto';
import { type Action, option, type Typed } from '../session/action.ts';
import { badInput } from '../session/exit.ts';
import { createAssets } from './assets.ts';
import { createFeed } from './feed.ts';
import { createReader } from './read.ts';
import { createPage } from './routes.ts';
import { listen } from './server.ts';

/** 256 bits: not to be guessed, however long the page is open. */
const TOKEN_BYTES = 32;

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const wanted = readPort(typed);
  // A wrong region or a missing profile is said here, in the terminal, and not first on the page.
  const { region } = await session.aws();
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const feed = createFeed({
    read: createReader(session),
    clock: outside.clock,
    about: { stage: globals.stage, region, endpointUrl: globals.endpointUrl },
  });
  const server = await listen(wanted, (port) =>
    createPage({ token, port, feed, session, assets: createAssets() }),
  );
  const url = `http://127.0.0.1:${server.port}/${token}/`;
  const ended = new Promise<void>((resolve) => {
    const release = outside.onInterrupt(() => {
      release();
      resolve();
    });
  });
  // Said once Ctrl-C is listened for: whoever starts it by a program may end it at once.
  outside.out(
    globals.json
      ? `${JSON.stringify({ url, port: server.port })}\n`
      : `The dashboard is at\n\n  ${url}\n\nThe address is a key: whoever has it can start and stop. Ctrl-C ends the page; the services are left alone.\n`,
  );
  await ended;
  await server.close();
  return { json: undefined, lines: [] };
};

function readPort(typed: Typed): number {
  const text = option(typed, 'port') ?? '';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535)
    throw badInput(`--port: expected a whole number from 0 to 65535, found ${JSON.stringify(text)}`);
  return port;
}

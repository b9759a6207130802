// The page's server on this machine's own address. Nothing here knows what is served.

import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { CommandError, EXIT } from '../session/exit.ts';

export interface Listening {
  port: number;
  /** Ends viewers' connections too. */
  close(): Promise<void>;
}

/** Never on another address than 127.0.0.1. `appOf` is called once the port is known, before the first request. */
export async function listen(wanted: number, appOf: (port: number) => Hono): Promise<Listening> {
  let app: Hono | undefined;
  const server = createAdaptorServer({
    fetch: (request) => app?.fetch(request) ?? new Response(null, { status: 503 }),
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(taken(error, wanted)));
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  app = appOf(address.port);
  return {
    port: address.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function taken(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const why = error.code === 'EACCES' ? 'may not be used' : 'is in use';
  return new CommandError({
    exit: EXIT.input,
    code: 'port-taken',
    says: `port ${port} of 127.0.0.1 ${why}`,
    next: 'give another --port, or --port 0 for any that is free',
  });
}

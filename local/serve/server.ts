// The HTTP side: requests as text, answers as text, on 127.0.0.1 only. A page in a browser cannot reach it: a request
// that names another host, or comes from a page, is refused before it is read.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { RawRequest, RawResponse } from '../../simulator/wire/protocol.ts';
import { MOST_BODY_BYTES } from './aws.ts';

export interface ServerDeps {
  aws: (request: RawRequest, tooLarge: boolean) => Promise<RawResponse>;
  /** Requests under `/_spotkeep/`. */
  control: (request: RawRequest) => Promise<RawResponse>;
  onDefect: (error: unknown) => void;
}

const HOSTS = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** Undefined when it is larger than may be. */
const readBody = (incoming: IncomingMessage): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // Read to the end anyway, so that the client sees the answer.
      if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
    });
    incoming.on('end', () =>
      resolve(bytes > MOST_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8')),
    );
    incoming.on('error', reject);
    incoming.on('aborted', () => reject(new Aborted()));
  });

/** The client went away: no answer can be sent. */
class Aborted extends Error {}

const headersOf = (incoming: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(',')]),
  );

const plain = (statusCode: number, message: string): RawResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

const answer = async (deps: ServerDeps, incoming: IncomingMessage): Promise<RawResponse> => {
  const body = await readBody(incoming);
  const headers = headersOf(incoming);
  if (!HOSTS.test(headers.host ?? '') || headers.origin !== undefined)
    return plain(403, 'the local region answers programs on this machine only');
  const request = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers, body: body ?? '' };
  if (request.path.startsWith('/_spotkeep/'))
    return body === undefined ? plain(413, 'the body is too large') : deps.control(request);
  return deps.aws(request, body === undefined);
};

const respond = (response: ServerResponse, { statusCode, headers, body }: RawResponse): void => {
  const bytes = Buffer.from(body);
  // 204 and 304 carry no body.
  response.writeHead(statusCode, { ...headers, 'content-length': String(bytes.length) });
  response.end(bytes);
};

export const startServer = (deps: ServerDeps, port: number): Promise<Server> => {
  const server = createServer((incoming, response) => {
    answer(deps, incoming).then(
      (raw) => respond(response, raw),
      (error: unknown) => {
        if (error instanceof Aborted) return;
        deps.onDefect(error);
        respond(response, plain(500, 'An internal error has occurred'));
      },
    );
  });
  // A client may keep its connection; a request that never ends is dropped after Node's own five minutes.
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(server);
    });
  });
};

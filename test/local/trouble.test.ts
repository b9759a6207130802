// Trouble goes to the region that was named, and nowhere else: each case has a second region listening on the usual port's
// behalf, which must hear nothing.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { interruptByFis } from '../../cli/real/interrupt.ts';
import { troubleAddress } from '../../local/trouble-address.ts';

interface Listening {
  url: string;
  port: string;
  heard: { path: string; body: string }[];
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listen = async (
  answer: { status: number; body: string } = {
    status: 200,
    body: '{"says":"i-1 is reclaimed in 120 s","region":"eu-west-3"}',
  },
): Promise<Listening> => {
  const heard: Listening['heard'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      heard.push({ path: request.url ?? '', body });
      response.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' });
      response.end(answer.body);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening TCP server has a port
  const port = String((server.address() as AddressInfo).port);
  return { url: `http://127.0.0.1:${port}`, port, heard };
};

const SPOTKEEP = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const ALONE = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

const ran = async (main: string, argv: string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...argv], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  await once(child, 'close');
  return { exit: child.exitCode, out, err };
};

describe('trouble', () => {
  it.each([
    ['spotkeep, --endpoint-url', SPOTKEEP, ['local'], 'flag'],
    ['spotkeep, AWS_ENDPOINT_URL', SPOTKEEP, ['local'], 'environment'],
    ['the region alone, --endpoint-url', ALONE, [], 'flag'],
    ['the region alone, AWS_ENDPOINT_URL', ALONE, [], 'environment'],
  ])('by %s reaches that region and says which one', async (_, main, before, how) => {
    const meant = await listen();
    const argv = [...before, 'no-capacity', '--zone', 'eu-west-3a', '--for', '60'];
    const given = how === 'flag' ? [...argv, '--endpoint-url', meant.url] : argv;
    const answer = await ran(main, given, how === 'flag' ? {} : { AWS_ENDPOINT_URL: meant.url });
    expect(answer).toEqual({
      exit: 0,
      out: `i-1 is reclaimed in 120 s (eu-west-3 at ${meant.url})\n`,
      err: '',
    });
    expect(meant.heard).toEqual([
      { path: '/_spotkeep/trouble', body: '{"do":"no-capacity","forSeconds":60,"zone":"eu-west-3a"}' },
    ]);
  });

  it('of a container names it, and not the file of the region', async () => {
    const { url, heard } = await listen();
    const argv = ['local', 'container', 'gitlab', '--to', 'exited', '--restart', 'always', '--by-hand'];
    expect(await ran(SPOTKEEP, [...argv, '--endpoint-url', url])).toMatchObject({ exit: 0, err: '' });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
      do: 'container',
      target: 'gitlab',
      state: 'exited',
      restart: 'always',
      byHand: true,
    });
  });

  it('typed with --port goes there, whatever the environment names', async () => {
    const [meant, other] = [await listen(), await listen()];
    const answer = await ran(SPOTKEEP, ['local', 'interrupt', 'gitlab', '--port', meant.port], {
      AWS_ENDPOINT_URL: other.url,
    });
    expect(answer.exit).toBe(0);
    expect(meant.heard).toHaveLength(1);
    expect(other.heard).toEqual([]);
  });

  it('as JSON names the region and its address', async () => {
    const { url } = await listen();
    const { exit, out } = await ran(SPOTKEEP, ['local', 'reboot', '--json', '--endpoint-url', url]);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ok: true,
      endpoint: url,
      region: 'eu-west-3',
      says: 'i-1 is reclaimed in 120 s',
    });
  });

  it('that names two regions is refused, and neither hears of it', async () => {
    const [one, other] = [await listen(), await listen()];
    const argv = ['local', 'halt', '--port', one.port, '--endpoint-url', other.url];
    const answer = await ran(SPOTKEEP, argv);
    expect(answer).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('name two regions') });
    expect([...one.heard, ...other.heard]).toEqual([]);
  });

  it('is told from a refusal, from a server of another kind, and from nobody', async () => {
    const refuses = await listen({ status: 409, body: '{"message":"nothing runs"}' });
    expect(await ran(ALONE, ['interrupt', '--endpoint-url', refuses.url])).toEqual({
      exit: 2,
      out: '',
      err: `spotkeep local interrupt: nothing runs (${refuses.url})\n`,
    });
    const other = await listen({ status: 200, body: '<html>hello</html>' });
    expect(await ran(ALONE, ['interrupt', '--endpoint-url', other.url])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('it is no local region'),
    });
    expect(await ran(ALONE, ['interrupt', '--endpoint-url', 'http://127.0.0.1:9'])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('no local region answers at http://127.0.0.1:9'),
    });
  });
});

describe('the address', () => {
  const port = { value: '4567', from: 'default' } as const;
  const none = { value: undefined, from: 'default' } as const;
  it('is the usual port where nobody names one, an empty variable included', () => {
    expect(troubleAddress({ port, endpointUrl: none })).toBe('http://127.0.0.1:4567');
    expect(troubleAddress({ port, endpointUrl: { value: '', from: 'env' } })).toBe('http://127.0.0.1:4567');
  });

  it('may be given twice where both say the same', () => {
    const typed = { value: '4599', from: 'cli' } as const;
    const endpointUrl = { value: 'http://localhost:4599/', from: 'cli' } as const;
    expect(troubleAddress({ port: typed, endpointUrl })).toBe('http://127.0.0.1:4599');
  });

  it.each(['nonsense', 'ftp://127.0.0.1:1', '127.0.0.1:4567'])('is never guessed from %s', (value) => {
    expect(() => troubleAddress({ port, endpointUrl: { value, from: 'env' } })).toThrow('--endpoint-url');
  });

  it.each(['0', '70000', 'x', ''])('has no port %s', (value) => {
    expect(() => troubleAddress({ port: { value, from: 'cli' }, endpointUrl: none })).toThrow('--port');
  });
});

describe('a drill', () => {
  it('asks the Fault Injection Service where every service is said to be', async () => {
    const there = await listen({
      status: 200,
      body: '{"experimentTemplate":{"id":"EXT1"},"experiment":{"id":"EXP1"}}',
    });
    const access = {
      region: 'eu-west-1',
      endpointUrl: there.url,
      account: '123456789012',
      credentials: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' }),
      now: () => 0,
    };
    const wanted = { instanceId: 'i-1', workload: 'gitlab', stage: 'dev' };
    expect(await interruptByFis(access, wanted)).toBe('EXP1');
    expect(there.heard.map(({ path }) => path)).toEqual([
      '/experimentTemplates',
      '/experiments',
      '/experimentTemplates/EXT1',
    ]);
  });
});

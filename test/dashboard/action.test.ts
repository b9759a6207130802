// The command itself: what it prints, where it listens, how it ends. Over this machine's own address, port 0.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/dashboard/action.ts';
import { createSession } from '../../cli/session/session.ts';
import { appliedCli } from '../cli/cli-world.ts';
import { dashboardOn } from './dashboard-world.ts';

const begin = async (options: Record<string, unknown>, json = false) => {
  const { session } = dashboardOn(await appliedCli());
  const pressed = Promise.withResolvers<() => void>();
  const printed = Promise.withResolvers<string>();
  const outside = {
    ...session.outside,
    out: (text: string) => printed.resolve(text),
    clock: { ...session.outside.clock, sleep: () => new Promise<void>(() => undefined) },
    onInterrupt: (then: () => void) => {
      pressed.resolve(then);
      return () => undefined;
    },
  };
  const ended = run(createSession(outside, { ...session.globals, json }), { args: [], options });
  ended.catch(() => undefined);
  return { ended, printed: printed.promise, ctrlC: async () => (await pressed.promise)() };
};

describe('spotkeep dashboard', () => {
  it('prints an address with a key of its own, serves it, and ends at Ctrl-C, viewers or not', async () => {
    const { ended, printed, ctrlC } = await begin({ port: '0' });
    const [url = ''] = /http:\S+/.exec(await printed) ?? [];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
    expect(await (await fetch(url)).text()).toContain('<title>Spotkeep</title>');
    expect((await fetch(new URL('/', url))).status).toBe(403);
    const viewer = await fetch(new URL('api/live', url));
    await ctrlC();
    expect(await ended).toEqual({ json: undefined, lines: [] });
    await expect(viewer.text()).rejects.toThrow();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('has another key each time, and tells it as JSON on wish', async () => {
    const keys: string[] = [];
    for (let times = 0; times < 2; times += 1) {
      const { ended, printed, ctrlC } = await begin({ port: '0' }, true);
      const { url, port }: { url: string; port: number } = JSON.parse(await printed);
      expect(new URL(url).port).toBe(String(port));
      keys.push(new URL(url).pathname);
      await ctrlC();
      await ended;
    }
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('says that a port is in use, and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { ended } = await begin({ port: String(port) });
    await expect(ended).rejects.toMatchObject({
      failure: { exit: 2, code: 'port-taken', says: `port ${port} of 127.0.0.1 is in use` },
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it.each(['70000', '-1', 'http', '', '4568.5'])('refuses a port that is none: %j', async (port) => {
    const { ended } = await begin({ port });
    await expect(ended).rejects.toMatchObject({ failure: { exit: 2, code: 'invalid' } });
  });
});

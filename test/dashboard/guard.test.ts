// Who may talk to the page: nobody without the token, the right name and, to change anything, the page's own origin.

import { describe, expect, it } from 'vitest';
import { appliedCli } from '../cli/cli-world.ts';
import { dashboardOn, HOST, PORT, TOKEN } from './dashboard-world.ts';

const ORIGIN = `http://${HOST}`;

const fresh = async () => {
  const dashboard = dashboardOn(await appliedCli());
  const app = dashboard.appAt(PORT);
  const at = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await app.request(`${ORIGIN}${path}`, { method, headers: { host: HOST, ...headers } });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  return { dashboard, at };
};

describe('without the token', () => {
  it.each([
    '/',
    '/api/view',
    `/${TOKEN}x/`,
    `/${TOKEN.slice(1)}/api/view`,
    '/wrong/api/live',
    '/wrong/page.css',
    `/x/${TOKEN}/`,
    `/?token=${TOKEN}`,
  ])('%s is refused, and nothing is shown or asked', async (path) => {
    const { dashboard, at } = await fresh();
    expect(await at(path)).toMatchObject({ status: 403, text: '' });
    expect(dashboard.called).toEqual([]);
  });

  it('nothing is done either', async () => {
    const { dashboard, at } = await fresh();
    const refused = await at('/wrong/api/workloads/gitlab/stop', { origin: ORIGIN }, 'POST');
    expect(refused).toMatchObject({ status: 403, text: '' });
    expect(dashboard.called).toEqual([]);
  });
});

describe('with the token', () => {
  it.each([
    ['another name that leads here', { host: `evil.example:${PORT}` }],
    ['another port', { host: '127.0.0.1:9' }],
    ['no name', { host: '' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page without an origin of its own', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('%s is refused', async (_, headers) => {
    const { dashboard, at } = await fresh();
    expect(await at(`/${TOKEN}/api/view`, headers)).toMatchObject({ status: 403, text: '' });
    expect(dashboard.called).toEqual([]);
  });

  it('localhost is this machine too, and a link from elsewhere opens the page', async () => {
    const { at } = await fresh();
    expect((await at(`/${TOKEN}/`, { host: `localhost:${PORT}` })).status).toBe(200);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await at(`/${TOKEN}/`, link)).status).toBe(200);
  });

  it('nothing changes without an origin, or by another method', async () => {
    const { dashboard, at } = await fresh();
    const path = `/${TOKEN}/api/workloads/gitlab/start`;
    expect((await at(path, {}, 'POST')).status).toBe(403);
    expect((await at(path, { origin: ORIGIN })).status).toBe(404);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await at(path, { origin: ORIGIN }, method)).status).toBe(405);
    expect(dashboard.called).toEqual([]);
  });

  it.each(['', 'api/view', 'main.js', 'lib/preact.js', 'nothing-here'])(
    '%s is kept nowhere, framed nowhere, and runs no script but the page’s files',
    async (path) => {
      const { at } = await fresh();
      const { headers } = await at(`/${TOKEN}/${path}`);
      expect(headers.get('cache-control')).toBe('no-store');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it.each(['../package.json', '..%2fpackage.json', 'lib/../../action.ts', 'lib/', 'page/main.js', '%00'])(
    'no file but the listed ones: %s',
    async (path) => {
      const { at } = await fresh();
      expect([403, 404]).toContain((await at(`/${TOKEN}/${path}`)).status);
    },
  );
});

// The page's addresses, all below the token: files, what is to be seen, changes as they come, and the three things a user
// may do.

import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { failureLine } from '../session/exit.ts';
import type { Session } from '../session/session.ts';
import { carryOut } from './act.ts';
import type { Assets } from './assets.ts';
import type { Feed } from './feed.ts';
import { guard } from './guard.ts';
import { live } from './live.ts';
import { failureOf } from './problem.ts';

/** A request is a name and a time. */
const MOST_BODY_BYTES = 4_096;

export interface PageDeps {
  token: string;
  port: number;
  feed: Feed;
  session: Session;
  assets: Assets;
}

export function createPage({ token, port, feed, session, assets }: PageDeps): Hono {
  const app = new Hono();
  app.use(guard({ token, port }));
  // Leaves streams of events alone.
  app.use(compress());
  const below = app.basePath(`/${token}`);
  below.get('/api/view', async (context) => context.json(await feed.now()));
  below.get('/api/live', () => live(feed));
  below.post('/api/workloads/:name/:action', async (context) => {
    const text = await context.req.text();
    if (text.length > MOST_BODY_BYTES) return context.json({ ok: false, says: 'too long' }, 413);
    const { name, action } = context.req.param();
    const done = await carryOut(session, { name, action, text });
    // What it changed is seen at once, by every viewer.
    if (done.status === 200) await feed.look();
    return context.json(done.body, done.status);
  });
  below.get('/*', (context) => {
    const name = context.req.path.slice(token.length + 2);
    const asset = assets(name === '' ? 'page.html' : name);
    if (!asset) return context.body(null, 404);
    return context.body(asset.body, 200, { 'content-type': asset.type });
  });
  app.notFound((context) => context.body(null, 404));
  app.onError((error, context) => {
    const { failure } = failureOf(error);
    return context.json({ ok: false, code: failure.code, says: failureLine(failure) }, 500);
  });
  return app;
}

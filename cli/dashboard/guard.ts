// Who may talk to the page's server: whoever has the token, by this machine's own name, from the page itself. A web
// site open in the same browser has none of the three (DNS rebinding: Host; cross-site requests: Origin).

import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** No inline script or style, nothing from elsewhere, in no frame. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: Record<string, string> = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // The address holds the token: it must not leave with a link.
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const CHANGING = new Set(['POST']);
const READING = new Set(['GET', 'HEAD']);

export interface Guarded {
  token: string;
  port: number;
}

/** Refuses with a status and nothing else: 403 for strangers, 405 for methods that the page does not use. */
export function guard({ token, port }: Guarded): MiddlewareHandler {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return async (context, next) => {
    const { req: request } = context;
    const host = request.header('host') ?? '';
    const origin = request.header('origin');
    const refuse = (status: 403 | 405): Response => new Response(null, { status, headers: HEADERS });
    if (!hosts.includes(host)) return refuse(403);
    const changing = CHANGING.has(request.method);
    if (origin === undefined ? changing : origin !== `http://${host}`) return refuse(403);
    if (!isNavigation(request.header('sec-fetch-mode')) && isForeign(request.header('sec-fetch-site')))
      return refuse(403);
    if (!same(request.path.split('/')[1] ?? '', token)) return refuse(403);
    if (!changing && !READING.has(request.method)) return refuse(405);
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
    return undefined;
  };
}

/** A link that is followed; what it leads to is only shown. */
const isNavigation = (mode: string | undefined): boolean => mode === 'navigate';

/** Browsers of today say where a request comes from; others say nothing. */
const isForeign = (site: string | undefined): boolean =>
  site !== undefined && site !== 'same-origin' && site !== 'none';

/** Takes the same time wherever the difference is. */
function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

// A page in Chromium on a simulated world of its own. What a case opens is closed after it; what the console said is kept.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Listening, listen } from '../../cli/dashboard/server.ts';
import { minutes } from '../../shared/base/time.ts';
import { warnInstance } from '../../simulator/region/instances.ts';
import type { CliWorld } from '../cli/cli-world.ts';
import { type DashboardWorld, dashboardOn, TOKEN } from './dashboard-world.ts';

/** The feed's pause, in real time: what is two seconds for a person need not be for a test. */
const PAUSE_MS = 200;

export interface Opened extends DashboardWorld {
  page: Page;
  url: string;
  port: number;
  /** Errors and warnings of the console, and what no handler caught. */
  complaints: string[];
  /** Full loads of the page. */
  loads: () => number;
  interrupt(): void;
  hold(): Promise<void>;
  closeServer(): Promise<void>;
  openServer(): Promise<void>;
}

export interface Bench {
  open(small: CliWorld, options?: BrowserContextOptions): Promise<Opened>;
  closeAll(): Promise<void>;
}

export function createBench(browser: Browser): Bench {
  const closers: (() => Promise<void>)[] = [];
  return {
    async open(small, options = {}) {
      const dashboard = dashboardOn(small, () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)));
      let server: Listening | undefined = await listen(0, (port) => dashboard.appAt(port));
      const { port } = server;
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const complaints: string[] = [];
      let loads = 0;
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('load', () => {
        loads += 1;
      });
      const closeServer = async (): Promise<void> => {
        await server?.close();
        server = undefined;
      };
      closers.push(async () => {
        await context.close();
        await closeServer();
      });
      const url = `http://127.0.0.1:${port}/${TOKEN}/`;
      await page.goto(url);
      return {
        ...dashboard,
        page,
        url,
        port,
        complaints,
        loads: () => loads,
        interrupt: () => interrupt(small),
        hold: () => dashboard.inTurn(() => hold(small)),
        closeServer,
        async openServer() {
          server = await listen(port, (same) => dashboard.appAt(same));
        },
      };
    },
    async closeAll() {
      for (const close of closers.splice(0)) await close();
    },
  };
}

export function interrupt({ world }: CliWorld): void {
  const instance = [...world.region.instances.values()].find(({ state }) => state === 'running');
  if (!instance) throw new Error('nothing runs');
  warnInstance(world.region, instance, minutes(2) / 1000);
}

const hold = (small: CliWorld): Promise<void> =>
  small.putRecord((body) => ({
    ...body,
    state: 'held',
    stateSince: small.world.kernel.now(),
    hold: {
      code: 'volume-held-by-other' as const,
      at: small.world.kernel.now(),
      evidence: 'the volume is attached to i-0123456789abcdef0, which is none of ours',
    },
  }));

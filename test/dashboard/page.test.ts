// What the page is given and what it may ask, against the real functions on the embedded region.

import { beforeAll, describe, expect, it } from 'vitest';
import type { News } from '../../cli/dashboard/feed.ts';
import type { KnownView, WorkloadView } from '../../cli/dashboard/view/view.ts';
import { hours, minutes, seconds } from '../../shared/base/time.ts';
import { warnInstance } from '../../simulator/region/instances.ts';
import { appliedCli, cliWorld, servingWorld } from '../cli/cli-world.ts';
import { type DashboardWorld, dashboardOn } from './dashboard-world.ts';

const views = async (dashboard: DashboardWorld): Promise<WorkloadView[]> =>
  JSON.parse(await (await dashboard.ask('api/view')).text()).workloads;

const gitlab = async (dashboard: DashboardWorld): Promise<KnownView> => {
  const [one] = await views(dashboard);
  if (one?.kind !== 'known') throw new Error('no gitlab');
  return one;
};

const interrupt = ({ small: { world } }: DashboardWorld): void => {
  const instance = [...world.region.instances.values()].find(({ state }) => state === 'running');
  if (!instance) throw new Error('nothing runs');
  warnInstance(world.region, instance, 120);
};

const holdRecord = ({ small }: DashboardWorld) =>
  small.putRecord((body) => ({
    ...body,
    state: 'held',
    stateSince: small.world.kernel.now(),
    hold: {
      code: 'newer-volume' as const,
      at: small.world.kernel.now(),
      evidence: 'vol-1 and vol-2 both say so',
    },
  }));

describe('the view', () => {
  it('of a serving workload has its state, its instance, and why', async () => {
    const dashboard = dashboardOn(await servingWorld());
    expect(await gitlab(dashboard)).toMatchObject({
      name: 'gitlab',
      state: 'serving',
      timeZone: 'Europe/Riga',
      wanted: { kind: 'run', until: '2026-03-23T16:00:00.000Z' },
      owner: { zone: 'eu-west-1a', purchase: 'spot' },
      data: { sizeGiB: 20, snapshots: [{ kind: 'base' }] },
      zones: [{ zone: 'eu-west-1a', data: true, pools: 12, refused: [] }, {}, {}],
    });
  });

  it('of an incident has its phases, and of one under way no end', async () => {
    const dashboard = dashboardOn(await servingWorld());
    interrupt(dashboard);
    await dashboard.pass(seconds(20));
    expect((await gitlab(dashboard)).incidents).toMatchObject([{ kind: 'warned', number: 1 }]);
    expect((await gitlab(dashboard)).incidents[0]?.endedAt).toBeUndefined();
    await dashboard.pass(minutes(3));
    const [incident] = (await gitlab(dashboard)).incidents;
    expect(incident).toMatchObject({ outcome: 'serving', zoneTo: 'eu-west-1a' });
    expect(incident?.phases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['noticed', 'draining', 'attaching', 'serving']),
    );
  });

  it('of zones has the pools that refused, until when', async () => {
    const dashboard = dashboardOn(await servingWorld());
    const until = dashboard.small.world.kernel.now() + minutes(7);
    await dashboard.small.putRecord((body) => ({
      ...body,
      unavailablePools: [{ pool: 'm7i.large|eu-west-1b|spot', until, refusals: 1 }] as never,
    }));
    const { zones } = await gitlab(dashboard);
    expect(zones[1]?.refused).toEqual([
      { type: 'm7i.large', purchase: 'spot', until: new Date(until).toISOString() },
    ]);
  });

  it('of a hold has code and evidence; of no workload nothing', async () => {
    const dashboard = dashboardOn(await servingWorld());
    await holdRecord(dashboard);
    expect(await gitlab(dashboard)).toMatchObject({ state: 'held', hold: { code: 'newer-volume' } });
    expect(await views(dashboardOn(cliWorld()))).toEqual([]);
  });

  it('never asks for anything but what reads', async () => {
    const dashboard = dashboardOn(await servingWorld());
    await gitlab(dashboard);
    expect(new Set(dashboard.called)).toEqual(new Set(['status', 'history', 'plan']));
  });

  it('says in plain words what keeps it from being seen', async () => {
    const dashboard = dashboardOn(await servingWorld());
    dashboard.fail.push(Object.assign(new Error('x'), { name: 'ExpiredTokenException' }));
    const view = JSON.parse(await (await dashboard.ask('api/view')).text());
    expect(view.problem).toMatchObject({
      code: 'credentials-expired',
      says: expect.stringContaining('expired'),
      next: expect.stringContaining('refresh them'),
    });
    expect(await gitlab(dashboard)).toMatchObject({ state: 'serving' });
  });
});

describe('changes', () => {
  it('come to every viewer by one look, and nobody is asked when nobody watches', async () => {
    const dashboard = dashboardOn(await servingWorld());
    const [seen, also]: [News[], News[]] = [[], []];
    const leave = [
      dashboard.feed.watch((news) => seen.push(news)),
      dashboard.feed.watch((news) => also.push(news)),
    ];
    await dashboard.feed.look();
    expect(dashboard.called.filter((name) => name === 'status')).toHaveLength(1);
    expect(seen.map(({ event }) => event)).toEqual(['view']);
    await dashboard.nextLook();
    expect(seen.map(({ event }) => event)).toEqual(['view', 'beat']);
    interrupt(dashboard);
    await dashboard.pass(seconds(10));
    await dashboard.nextLook();
    expect(seen.at(-1)).toMatchObject({ event: 'view', data: { workloads: [{ state: 'handing-over' }] } });
    expect(also).toEqual(seen);
    for (const end of leave) end();
    await dashboard.nextLook();
    const asked = dashboard.called.length;
    await dashboard.pass(minutes(1));
    expect(dashboard.called).toHaveLength(asked);
  });

  it('come as server-sent events', async () => {
    const dashboard = dashboardOn(await servingWorld());
    const answer = await dashboard.ask('api/live');
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body?.getReader();
    await dashboard.feed.look();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(first).toMatch(/^event: view\ndata: \{"about":.*"state":"serving".*\}\n\n$/);
    await reader?.cancel();
  });

  it('of history and plan are asked only when the status changed, or a minute passed', async () => {
    const dashboard = dashboardOn(await servingWorld());
    const plans = (): number => dashboard.called.filter((name) => name === 'plan').length;
    await dashboard.feed.look();
    await dashboard.feed.look();
    expect(plans()).toBe(1);
    await dashboard.pass(minutes(2));
    await dashboard.feed.look();
    expect(plans()).toBe(2);
  });

  it('that cannot be seen leave what was seen, and say so', async () => {
    const dashboard = dashboardOn(await servingWorld());
    const seen: News[] = [];
    const leave = dashboard.feed.watch((news) => seen.push(news));
    await dashboard.feed.look();
    dashboard.fail.push(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    await dashboard.nextLook();
    expect(seen.at(-1)).toMatchObject({
      event: 'beat',
      data: { problem: { code: 'unreachable' }, seenAt: expect.any(String) },
    });
    await dashboard.nextLook();
    expect(seen.at(-1)?.data.problem).toBeUndefined();
    leave();
  });
});

describe('a person at the page', () => {
  const answerOf = async (response: Response) => {
    const body: { ok: boolean; says: string; code?: string } = JSON.parse(await response.text());
    return { status: response.status, ...body };
  };

  it('starts it until a time of the workload’s zone', async () => {
    const dashboard = dashboardOn(await appliedCli());
    const answer = await answerOf(await dashboard.post('api/workloads/gitlab/start', { until: '22:00' }));
    expect(answer).toEqual({ status: 200, ok: true, says: 'gitlab: runs until 22:00 (Europe/Riga)' });
    expect(dashboard.called.slice(0, 2)).toEqual(['status', 'start-now']);
    expect(await gitlab(dashboard)).toMatchObject({
      override: { kind: 'run', until: '2026-03-23T20:00:00.000Z' },
    });
  });

  it('stops it, and everybody who watches sees it at once', async () => {
    const dashboard = dashboardOn(await servingWorld());
    const seen: News[] = [];
    const leave = dashboard.feed.watch((news) => seen.push(news));
    await dashboard.feed.look();
    expect(await answerOf(await dashboard.post('api/workloads/gitlab/stop', {}))).toMatchObject({ ok: true });
    expect(seen.at(-1)).toMatchObject({
      event: 'view',
      data: { workloads: [{ override: { kind: 'stop' } }] },
    });
    leave();
    await dashboard.pass(minutes(5));
    expect(await gitlab(dashboard)).toMatchObject({ state: 'parked' });
  });

  it('resumes the hold whose evidence was seen, and no other', async () => {
    const dashboard = dashboardOn(await servingWorld());
    await holdRecord(dashboard);
    const { hold } = await gitlab(dashboard);
    const path = 'api/workloads/gitlab/resume';
    expect(await answerOf(await dashboard.post(path, {}))).toMatchObject({ status: 409, ok: false });
    const other = { hold: { code: 'other' as const, at: hold?.at } };
    expect(await answerOf(await dashboard.post(path, other))).toMatchObject({ code: 'other-evidence' });
    expect(dashboard.called).not.toContain('resume');
    const seen = { hold: { code: hold?.code, at: hold?.at } };
    expect(await answerOf(await dashboard.post(path, seen))).toMatchObject({ status: 200, ok: true });
  });

  it('is told that it is on hold when it shall start', async () => {
    const dashboard = dashboardOn(await servingWorld());
    await holdRecord(dashboard);
    const answer = await answerOf(await dashboard.post('api/workloads/gitlab/start', {}));
    expect(answer).toMatchObject({ status: 409, ok: false, code: 'held' });
    expect(answer.says).toContain('vol-1 and vol-2 both say so');
  });

  it.each([
    ['a time that is none', 'gitlab/start', { until: 'later' }, 400],
    ['a time that is past', 'gitlab/stop', { until: '2020-01-01T10:00' }, 400],
    ['a time without end', 'gitlab/stop', { until: '1'.repeat(41) }, 400],
    ['another field', 'gitlab/start', { zone: 'eu-west-1a' }, 400],
    ['a name that is none', 'Not%20a%20name/start', {}, 400],
    ['a name of nothing', 'nothing/start', {}, 400],
    ['something it cannot do', 'gitlab/destroy', {}, 404],
    ['something everything has', 'gitlab/constructor', {}, 404],
    ['too much', 'gitlab/start', { until: 'x'.repeat(5_000) }, 413],
  ])('is refused %s, in words', async (_, path, body, status) => {
    const dashboard = dashboardOn(await appliedCli());
    const answer = await answerOf(await dashboard.post(`api/workloads/${path}`, body));
    expect(answer).toMatchObject({ status, ok: false, says: expect.stringMatching(/^[^\n]+$/) });
    expect(dashboard.called.filter((name) => name !== 'status')).toEqual([]);
  });
});

/** Monday 10:05 to Tuesday 16:05, an interruption in between: made once, only read. */
const twoDays = async (): Promise<DashboardWorld> => {
  const dashboard = dashboardOn(await servingWorld());
  interrupt(dashboard);
  await dashboard.pass(hours(30));
  return dashboard;
};

describe('after two days', () => {
  let made: Promise<DashboardWorld>;
  beforeAll(() => {
    made = twoDays();
  });

  it('of the week has the planned hours and what really ran, day by day', async () => {
    const { week } = await gitlab(await made);
    expect(week.days.map(({ label }) => label)).toEqual([
      'Wed 18 Mar',
      'Thu 19 Mar',
      'Fri 20 Mar',
      'Sat 21 Mar',
      'Sun 22 Mar',
      'Mon 23 Mar',
      'Tue 24 Mar',
      'Wed 25 Mar',
    ]);
    // Hours before it was made are nobody's.
    expect(week.days[0]).toMatchObject({ windows: [], ran: [], notes: ['not created yet'] });
    const [monday, tuesday, wednesday] = week.days.slice(-3);
    expect(monday?.windows).toEqual([{ from: '2026-03-23T07:00:00.000Z', to: '2026-03-23T16:00:00.000Z' }]);
    const served = monday?.ran.filter(({ kind }) => kind === 'serving') ?? [];
    // To the interruption, until the hand-over, after it.
    expect(served).toHaveLength(3);
    expect(served[0]?.from.slice(0, 16)).toBe('2026-03-23T08:02');
    expect(served.at(-1)?.to?.slice(0, 16)).toBe('2026-03-23T16:00');
    expect(tuesday).toMatchObject({ today: true });
    const [last] = tuesday?.ran.slice(-1) ?? [];
    expect(last).toMatchObject({ kind: 'serving' });
    expect(last?.to).toBeUndefined();
    expect(wednesday).toMatchObject({ ran: [], windows: [{ from: '2026-03-25T07:00:00.000Z' }] });
    expect(week.knownFrom?.cut).toBe(false);
  });

  it('of the cost has hours as they were and money below on-demand’s', async () => {
    const { cost } = await gitlab(await made);
    // Monday 10:00 to 18:00 and Tuesday 09:00 to 16:05, and the minutes of starts and stops.
    expect(cost.hours.spot).toBeGreaterThan(15);
    expect(cost.hours.spot).toBeLessThan(15.6);
    expect(cost.hours.onDemand).toBe(0);
    expect(cost.usd.here).toBeLessThan(cost.usd.sameHours);
    expect(cost.usd.sameHours).toBeLessThan(cost.usd.always);
    expect(cost.points.here.at(-1)).toBeCloseTo(cost.usd.here, 3);
    expect(cost.points.here).toEqual(cost.points.here.toSorted((a, b) => a - b));
  });

  it('the first view is at most 100 KB in all, and everything it asks for is there', async () => {
    const dashboard = await made;
    const sizes = new Map<string, number>();
    const load = async (path: string): Promise<void> => {
      if (sizes.has(path)) return;
      const answer = await dashboard.ask(path, { headers: { 'accept-encoding': 'gzip' } });
      expect([path, answer.status]).toEqual([path, 200]);
      sizes.set(path, (await answer.clone().arrayBuffer()).byteLength);
      const text = await (await dashboard.ask(path)).text();
      const folder = path.includes('/') ? path.replace(/[^/]*$/, '') : '';
      const named = [...text.matchAll(/(?:from '\.\/|(?:src|href)[=:] ?["'])([\w/]+\.(?:js|css|svg))['"]/g)];
      for (const [, file = ''] of path.endsWith('uplot.js') ? [] : named) await load(`${folder}${file}`);
    };
    await load('');
    const view = await (await dashboard.ask('api/view')).text();
    sizes.set('events', Buffer.byteLength(view) + 30);
    expect([...sizes.keys()]).toEqual(
      expect.arrayContaining(['main.js', 'page.css', 'lib/preact.js', 'lib/uplot.js']),
    );
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThanOrEqual(100_000);
  });
});

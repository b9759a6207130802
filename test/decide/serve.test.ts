// A service that is up: what the probe and the listings say of it, and what is made of that.

import { describe, expect, it } from 'vitest';
import { add, type Instant, iso, type Ms, minutes, ms, seconds } from '../../shared/base/time.ts';
import type { Plan } from '../../shared/decide/plan.ts';
import { AGENT_LOST, DRAIN_BEFORE_ACTION, PROBE_EVERY } from '../../shared/decide/turn/limits.ts';
import type { HostAnswer } from '../../shared/host/answer.ts';
import type { Owner, RecordBody } from '../../shared/record/record.ts';
import { definition } from '../definition/example.ts';
import {
  ago,
  answered,
  candidate,
  decide,
  inFlight,
  instance,
  NIGHT,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  type Seen,
  SUCCESSOR,
  UNKNOWN,
} from './scene.ts';

const MOMENT = ms(1);
const less = (duration: Ms): Ms => ms(duration - MOMENT);
const serving = (of: Partial<Owner> = {}, more: Partial<RecordBody> = {}) =>
  record({ owner: owner(of), ...more });
const probing = (of: Partial<Owner> = {}, more: Partial<RecordBody> = {}) =>
  serving(of, {
    command: inFlight('probe', { deadline: add(NOW, minutes(2)) }),
    operationNumber: 8,
    ...more,
  });
const said = (answer: Partial<HostAnswer>, r = probing(), seen: Seen = {}): Plan =>
  decide(r, answered({ code: 'serving', dockerUp: true, ...answer }, seen));
const alerts = ({ events }: Plan) =>
  events.filter(({ detailType }) => detailType === 'Alert').map(({ detail }) => detail);
const drainOf = ({ record: r }: Plan) => r.owner?.draining;

describe('the owner in the listings', () => {
  it('is given up when it is in none for six minutes, and not a moment before', () => {
    const gone = reading({ hosts: [] });
    const at = (duration: Ms) => decide(serving({ missingSince: ago(duration) }), gone);
    expect(drainOf(at(less(minutes(6))))).toBeUndefined();
    const given = at(minutes(6));
    expect(drainOf(given)).toEqual({ since: NOW, reason: 'lost' });
    expect(given.record.incident).toMatchObject({ kind: 'lost', instanceId: OWNER, at: NOW });
    expect(given.history).toContainEqual(
      expect.objectContaining({ kind: 'drain', reason: `${OWNER} is in no listing` }),
    );
  });

  it('is not given up on a reading that failed, however long it was missing', () => {
    const seen = reading({ instances: UNKNOWN });
    expect(drainOf(decide(serving({ missingSince: ago(minutes(60)) }), seen))).toBeUndefined();
  });

  it.each([['stopping'], ['shutting-down'], ['stopped']] as const)('is drained when it is %s', (state) => {
    const planned = decide(serving(), reading({ hosts: [instance(OWNER, { state })] }));
    expect(drainOf(planned)?.reason).toBe('lost');
    expect(planned.record.incident?.kind).toBe('lost');
    expect(planned.history).toContainEqual(
      expect.objectContaining({ kind: 'drain', reason: `${OWNER} is ${state}` }),
    );
  });

  it('may be pending', () => {
    expect(
      drainOf(decide(serving(), reading({ hosts: [instance(OWNER, { state: 'pending' })] }))),
    ).toBeUndefined();
  });

  it('that was announced to go makes the incident a warned one', () => {
    const interruption = { noticedAt: ago(seconds(30)), actionAt: add(NOW, seconds(90)) };
    const planned = decide(
      serving({ interruption }),
      reading({ hosts: [instance(OWNER, { state: 'shutting-down' })] }),
    );
    expect(planned.record.incident?.kind).toBe('warned');
  });

  it('that ends in the lead has taken nothing from anybody', () => {
    const lead = record().definition.schedule;
    expect(lead.readyByMinutes).toBeGreaterThan(0);
    // Monday 08:00 in Riga is the window’s start.
    const before = (Date.parse('2026-03-23T06:00:00Z') - 60_000) as Instant;
    const planned = decide(serving(), reading({ hosts: [instance(OWNER, { state: 'stopping' })] }), before);
    expect(planned.record.incident).toBeUndefined();
  });

  it('is noted as alive every ten minutes while its agent is online', () => {
    const seenAt = (duration: Ms) =>
      decide(serving({ seenAliveAt: ago(duration) })).record.owner?.seenAliveAt;
    expect(seenAt(minutes(10))).toBe(NOW);
    expect(seenAt(less(minutes(10)))).toBe(ago(less(minutes(10))));
  });
});

describe('the agent', () => {
  const health = (reachability: 'passed' | 'failed', instanceId = OWNER): Partial<Seen> => ({
    health: { kind: 'read', value: [{ instanceId, reachability, system: 'passed' }] },
  });
  const silent = (duration: Ms, more: Partial<Seen>) =>
    decide(serving({ agentLostAt: ago(duration) }), reading({ online: [], ...more }));

  it('is missed from the first look that does not find it', () => {
    expect(decide(serving(), reading({ online: [] })).record.owner?.agentLostAt).toBe(NOW);
    const kept = silent(minutes(1), {}).record.owner?.agentLostAt;
    expect(kept).toBe(ago(minutes(1)));
  });

  it('that is back is missed no longer', () => {
    expect(decide(serving({ agentLostAt: ago(minutes(20)) })).record.owner?.agentLostAt).toBeUndefined();
  });

  it('that is silent for five minutes on an unreachable instance: it is halted', () => {
    expect(drainOf(silent(less(AGENT_LOST), health('failed')))).toBeUndefined();
    const planned = silent(AGENT_LOST, health('failed'));
    expect(drainOf(planned)?.reason).toBe('halted');
    expect(planned.record.incident).toMatchObject({ kind: 'halted', instanceId: OWNER });
    expect(planned.history).toContainEqual(
      expect.objectContaining({ kind: 'drain', reason: `${OWNER} runs but does nothing` }),
    );
  });

  it.each<[string, Partial<Seen>]>([
    ['reachable', health('passed')],
    ['one whose health is not known', {}],
    ['another one that is unreachable', health('failed', SUCCESSOR)],
  ])('that is silent on an instance that is %s: a person hears of it', (_name, seen) => {
    const planned = silent(minutes(7), seen);
    expect(drainOf(planned)).toBeUndefined();
    expect(alerts(planned)).toMatchObject([
      { code: 'agent-lost', text: `the agent of ${OWNER} has been silent for 7 minutes` },
    ]);
    expect(alerts(silent(less(AGENT_LOST), seen))).toEqual([]);
  });
});

describe('a warned owner', () => {
  const warned = (
    noticedFor: Ms,
    left: Ms,
    more: Partial<RecordBody> = {},
    seen: Seen = { hosts: [instance(OWNER), instance(SUCCESSOR)] },
  ) =>
    decide(
      serving({ interruption: { noticedAt: ago(noticedFor), actionAt: add(NOW, left) } }, more),
      reading(seen),
    );
  const coming = candidate({ onlineAt: undefined });

  it('serves on while its successor comes, until a minute after the notice', () => {
    const on = warned(less(minutes(1)), minutes(2), { candidate: coming }, { hosts: [instance(OWNER)] });
    expect(drainOf(on)).toBeUndefined();
    expect(on.record.state).toBe('handing-over');
    const due = warned(minutes(1), minutes(2), { candidate: coming }, { hosts: [instance(OWNER)] });
    expect(drainOf(due)).toEqual({ since: NOW, reason: 'warned' });
  });

  it('is drained in time for what the warning leaves', () => {
    const left = (duration: Ms) =>
      warned(seconds(5), duration, { candidate: coming }, { hosts: [instance(OWNER)] });
    expect(drainOf(left(ms(DRAIN_BEFORE_ACTION + 1)))).toBeUndefined();
    expect(drainOf(left(DRAIN_BEFORE_ACTION))?.reason).toBe('warned');
  });

  it('hands over as soon as its successor is ready in the zone of the data', () => {
    const planned = warned(seconds(5), minutes(2), { candidate: candidate() });
    expect(drainOf(planned)?.reason).toBe('warned');
    expect(planned.history).toContainEqual(
      expect.objectContaining({ kind: 'drain', reason: 'its successor is ready' }),
    );
  });

  it('does not hand over to an instance of another zone', () => {
    const planned = warned(seconds(5), minutes(2), { candidate: candidate({ zone: 'eu-west-1b' }) });
    expect(drainOf(planned)).toBeUndefined();
  });
});

describe('the probe’s answer', () => {
  it('is taken as the state of application, Docker and disk', () => {
    const { record: r } = said({ health: 'healthy', fullPercent: 42 });
    expect(r.health).toEqual({ at: NOW, docker: true, application: 'healthy', fullPercent: 42 });
    expect(r.owner).toMatchObject({ probedAt: NOW, seenAliveAt: NOW });
    expect(said({}).record.health?.application).toBe('unknown');
  });

  it('of trouble becomes a hold with its code', () => {
    const { record: r } = said({ ok: false, code: 'marker-unexpected', hold: true });
    expect(r.hold).toMatchObject({
      code: 'marker-unexpected' as const,
      evidence: `probe of ${OWNER} answered marker-unexpected`,
    });
  });

  it('alerts from 90 % of the volume', () => {
    expect(alerts(said({ fullPercent: 89 }))).toEqual([]);
    expect(alerts(said({ fullPercent: 90 }))).toMatchObject([
      { code: 'volume-full', text: 'the data volume is 90 % full' },
    ]);
    expect(alerts(said({}))).toEqual([]);
  });

  it.each<Partial<HostAnswer>>([
    { ok: false, code: 'not-mounted', dockerUp: true },
    { ok: false, code: 'docker-down', dockerUp: true },
    { dockerUp: false },
  ])('that nothing is up starts it again: %o', (answer) => {
    const planned = said({ bootId: 'boot-1', ...answer }, probing({ bootId: 'boot-1' }));
    expect(planned.record.owner?.startedAt).toBeUndefined();
    expect(planned.record.owner?.bootId).toBeUndefined();
    expect(planned.record.health?.docker).toBe(false);
    expect(planned.record.incident?.kind).toBe('lost');
    expect(planned.history).toContainEqual(
      expect.objectContaining({
        kind: 'start-again',
        reason: `probe answered ${answer.code ?? 'serving'}`,
      }),
    );
  });

  it('from another boot starts it again', () => {
    const planned = said({ bootId: 'boot-2' }, probing({ bootId: 'boot-1' }));
    expect(planned.record.owner?.startedAt).toBeUndefined();
    expect(planned.history).toContainEqual(
      expect.objectContaining({ kind: 'start-again', reason: 'the instance rebooted' }),
    );
  });

  it.each([
    [undefined, 'boot-2'],
    ['boot-1', undefined],
    ['boot-1', 'boot-1'],
  ])('of boots %s and %s starts nothing again', (before, now) => {
    const planned = said({ bootId: now }, probing({ bootId: before }));
    expect(planned.record.owner?.startedAt).toBe(ago(minutes(59)));
    expect(planned.record.owner?.bootId).toBe(before);
  });

  it('that another instance is needed replaces this one', () => {
    const planned = said({ ok: false, code: 'volume-unwritable', remedy: 'other-instance' });
    expect(drainOf(planned)).toEqual({ since: NOW, reason: 'replaced' });
    expect(drainOf(said({ ok: false, remedy: 'again' }))).toBeUndefined();
  });

  it('that EC2 takes the instance is a warning, with the time that EC2 announced', () => {
    const at = (spotNotice: string) => said({ spotNotice }).record.owner?.interruption;
    expect(at(iso(add(NOW, seconds(70))))).toEqual({ noticedAt: NOW, actionAt: add(NOW, seconds(70)) });
    expect(at(iso(add(NOW, minutes(50))))).toEqual({ noticedAt: NOW, actionAt: add(NOW, minutes(2)) });
    expect(at('soon')).toEqual({ noticedAt: NOW, actionAt: add(NOW, minutes(2)) });
    expect(at('')).toBeUndefined();
  });

  it('names binds outside the volume', () => {
    const unkeptBinds = [{ container: 'web', source: '/srv', target: '/srv' }];
    const { events, record: r } = said({ unkeptBinds });
    expect(events).toMatchObject([{ detailType: 'Unprotected Data', detail: { binds: unkeptBinds } }]);
    expect(r.unkeptBinds).toEqual(unkeptBinds);
  });

  it('that does not come: a person hears of it, and the service goes on', () => {
    const command = inFlight('probe', { deadline: NOW });
    const planned = decide(
      serving({}, { command }),
      reading({ command: { kind: 'read', value: { kind: 'pending' } } }),
    );
    expect(planned.record.owner?.probedAt).toBe(NOW);
    expect(planned.record.owner?.startedAt).toBeDefined();
    expect(alerts(planned)).toMatchObject([{ code: 'probe-silent', text: 'no answer to probe in time' }]);
  });
});

describe('a probe', () => {
  const probed = (of: Partial<Owner>, more: Partial<RecordBody> = {}, seen: Seen = {}) => {
    const { effect } = decide(serving(of, more), reading(seen));
    return effect?.kind === 'command' && effect.document === 'probe';
  };

  it('is sent every five minutes, and where none ever was', () => {
    expect(probed({ probedAt: ago(PROBE_EVERY) })).toBe(true);
    expect(probed({ probedAt: ago(less(PROBE_EVERY)) })).toBe(false);
    expect(probed({ probedAt: undefined })).toBe(true);
  });

  it('is not sent to an agent that is silent', () => {
    const due = { probedAt: undefined, agentLostAt: ago(minutes(1)) };
    expect(probed(due, {}, { online: [] })).toBe(false);
    expect(probed(due, {}, { agents: UNKNOWN })).toBe(false);
    expect(probed({ probedAt: undefined }, {}, { agents: UNKNOWN })).toBe(true);
    expect(probed(due)).toBe(true);
  });

  it('of another instance is no answer to this one', () => {
    const command = inFlight('probe', { instanceId: SUCCESSOR });
    expect(probed({ probedAt: undefined }, { command })).toBe(true);
  });

  it('is sent while a hold lasts, and nothing else is done', () => {
    const hold = { code: 'volume-error' as const, evidence: 'x', at: ago(minutes(5)) };
    expect(probed({ probedAt: undefined }, { hold })).toBe(true);
  });
});

describe('the grant', () => {
  // The window ends at 16:00 UTC; ten minutes and the grace are added.
  const window = serving();
  const end = (r: RecordBody = window): Instant => {
    const planned = decide({ ...r, owner: owner({ probedAt: undefined }) });
    return planned.record.owner?.probingGrant ?? NOW;
  };
  const renews = (grantUntil: Instant | undefined, r = window, at = NOW) =>
    decide({ ...r, owner: owner({ grantUntil, probedAt: at }) }, reading(), at).effect?.kind === 'command';

  it('lasts to the end of the window, its grace and ten minutes', () => {
    const { stopGraceSeconds } = window.definition;
    expect(iso((end() - stopGraceSeconds * 1000 - 600_000) as Instant)).toMatch(/T1[5-7]:00:00.000Z$/);
  });

  it('is asked for where there is none', () => {
    expect(renews(undefined)).toBe(true);
  });

  it('is renewed when less than half of what it could be is left', () => {
    const half = add(NOW, ((end() - NOW) / 2) as Ms);
    expect(renews(half)).toBe(true);
    const always = { ...window.definition.schedule, mode: 'always' as const };
    const around = serving({}, { definition: { ...definition(), schedule: always } });
    const day = minutes(24 * 60);
    expect(renews(add(NOW, ms(day / 2)), around)).toBe(false);
    expect(renews(add(NOW, less(ms(day / 2))), around)).toBe(true);
  });

  it('is renewed when the end of the hours moved away by more than a minute', () => {
    expect(renews(end())).toBe(false);
    expect(renews(add(end(), less(ms(0 - 60_000 + 1))))).toBe(false);
    expect(renews(add(end(), ms(-60_000)))).toBe(false);
    expect(renews(add(end(), ms(-60_001)))).toBe(true);
    expect(renews(add(end(), minutes(30)))).toBe(false);
  });

  it('is what the host has once it answered well', () => {
    const granted = (ok: boolean) =>
      said({ ok }, probing({ probingGrant: add(NOW, minutes(99)) })).record.owner?.grantUntil;
    expect(granted(true)).toBe(add(NOW, minutes(99)));
    expect(granted(false)).toBe(add(NOW, minutes(412)));
  });
});

describe('an address of its own', () => {
  const ADDRESS = 'eipalloc-0123456789abcdef0';
  const addressed = (of: Partial<Owner> = {}, more: Partial<RecordBody> = {}) =>
    serving(of, { definition: definition({ 'network.address': ADDRESS }), ...more });
  const owned = (by: string | undefined): Seen => ({ addressOwner: { kind: 'read', value: by } });

  it('is moved to the instance that serves', () => {
    const planned = decide(addressed(), reading(owned(SUCCESSOR)));
    expect(planned.effect).toEqual({
      kind: 'associate-address',
      allocationId: ADDRESS,
      instanceId: OWNER,
    });
    expect(planned.record.intent?.effect).toEqual(planned.effect);
    expect(decide(addressed(), reading(owned(undefined))).effect?.kind).toBe('associate-address');
  });

  it('is asked for again after half a minute, and keeps no probe waiting', () => {
    const asked = addressed({ addressAskedAt: ago(ms(29_999)), probedAt: ago(minutes(6)) });
    expect(decide(asked, reading(owned(SUCCESSOR))).effect).toMatchObject({ document: 'probe' });
    const again = addressed({ addressAskedAt: ago(seconds(30)), probedAt: ago(minutes(6)) });
    expect(decide(again, reading(owned(SUCCESSOR))).effect?.kind).toBe('associate-address');
    expect(decide(again, reading(owned(SUCCESSOR))).record.owner?.addressAskedAt).toBe(NOW);
  });

  it('is left where it is here already', () => {
    const here = decide(addressed(), reading(owned(OWNER)));
    expect(here.effect).toBeUndefined();
    expect(here.record.owner?.addressAt).toBe(NOW);
    expect(
      decide(addressed({ addressAt: ago(minutes(5)) }), reading(owned(SUCCESSOR))).effect,
    ).toBeUndefined();
    expect(decide(serving(), reading(owned(SUCCESSOR))).effect).toBeUndefined();
  });

  it('is not moved on a reading that failed, nor right after a refusal', () => {
    const failed = decide(addressed(), reading({ addressOwner: UNKNOWN }));
    expect(failed.effect).toBeUndefined();
    expect(failed.waits.map(({ what }) => what)).toContain('the address');
    const refusal = {
      effect: 'associate-address' as const,
      code: 'X',
      count: 1,
      until: add(NOW, seconds(5)),
    };
    expect(decide(addressed({}, { refusal }), reading(owned(SUCCESSOR))).effect).toBeUndefined();
  });
});

describe('back to spot', () => {
  const quiet = (from: string) =>
    definition({
      'capacity.onDemand': { fallbackAfterMinutes: 5 },
      'capacity.returnToSpot': { days: 'tue', from, to: '23:00' },
    });
  const back = (from: string, of = candidate({ purpose: 'return-to-spot' }), online = [OWNER, SUCCESSOR]) =>
    drainOf(
      decide(
        serving({ purchase: 'on-demand' }, { definition: quiet(from), candidate: of }),
        reading({ hosts: [instance(OWNER, { purchase: 'on-demand' }), instance(SUCCESSOR)], online }),
      ),
    );

  it('in the quiet hours, when a spot instance is ready', () => {
    expect(back('11:00')).toEqual({ since: NOW, reason: 'return-to-spot' });
    expect(back('12:00')).toBeUndefined();
    expect(
      back('11:00', candidate({ purpose: 'return-to-spot', onlineAt: undefined }), [OWNER]),
    ).toBeUndefined();
    expect(back('11:00', candidate({ purpose: 'start' }))?.reason).not.toBe('return-to-spot');
  });
});

describe('the end of the hours', () => {
  it('drains', () => {
    const planned = decide(serving(), reading(), NIGHT);
    expect(drainOf(planned)).toEqual({ since: NIGHT, reason: 'closing' });
    expect(planned.history).toContainEqual(
      expect.objectContaining({ kind: 'drain', reason: 'its hours are over' }),
    );
  });
});

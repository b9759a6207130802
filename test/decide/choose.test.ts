// Where an instance is asked for: the zone of the data first, another only after it refused for long, on-demand as allowed;
// and for what one is needed at all.

import { describe, expect, it } from 'vitest';
import { add, hours, type Instant, type Ms, minutes, ms, seconds } from '../../shared/base/time.ts';
import { applyOutcome } from '../../shared/decide/outcome.ts';
import type { Plan } from '../../shared/decide/plan.ts';
import type { Definition } from '../../shared/definition/definition.ts';
import { snapshotTags } from '../../shared/port/tags.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { definition } from '../definition/example.ts';
import {
  ago,
  attachedTo,
  candidate,
  decide,
  instance,
  migration,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  refusedPools,
  type Seen,
  VOLUME,
  volume,
} from './scene.ts';

const A = 'eu-west-1a';
const B = 'eu-west-1b';
const C = 'eu-west-1c';
const TYPES = record().definition.capacity.instanceTypes;
const REST: Seen = { hosts: [], disks: [volume()] };

const waiting = (changes: Partial<RecordBody> = {}) =>
  record({ owner: undefined, state: 'launching', ...changes });
const asks = (r: RecordBody, seen: Seen = REST, at: Instant = NOW): Plan => decide(r, reading(seen), at);
const place = ({ effect, record: r }: Plan) =>
  effect?.kind === 'launch'
    ? `${effect.request.purchase} ${effect.request.zone} for ${r.candidate?.purpose}`
    : undefined;
const refused = (zone: string, until: Ms = minutes(1), purchase = 'spot') =>
  refusedPools(zone, add(NOW, until), purchase);
const waitOf = ({ waits }: Plan) => waits.at(-1);
const defined = (changes: Record<string, unknown>): Definition => definition(changes);

describe('a start', () => {
  it('asks in the zone of the data, for every type that is open', () => {
    const planned = asks(waiting());
    expect(place(planned)).toBe(`spot ${A} for start`);
    expect(planned.record.candidate).toMatchObject({
      launchId: `fresh-${NOW}`,
      attempt: 1,
      instanceTypes: TYPES,
      requestedAt: NOW,
      deadline: add(NOW, minutes(3)),
    });
    expect(planned.effect).toMatchObject({
      request: { launchId: `fresh-${NOW}`, zone: A, purchase: 'spot' },
    });
    expect(planned.record.intent?.effect).toEqual(planned.effect);
    const [shut] = refused(A);
    const fewer = asks(waiting({ unavailablePools: shut ? [shut] : [] }));
    expect(fewer.record.candidate?.instanceTypes).toEqual(TYPES.slice(1));
    expect(fewer.reason).toBe(`launch spot in ${A} (${TYPES.length - 1} types) for start`);
  });

  it('waits for the first pool to open when all have refused', () => {
    const pools = refused(A).map((one, index) => ({ ...one, until: add(NOW, seconds(40 + index)) }));
    const planned = asks(waiting({ unavailablePools: pools, refusedSince: ago(seconds(5)) }));
    expect(planned.effect).toBeUndefined();
    expect(waitOf(planned)).toEqual({
      step: 'capacity',
      what: `capacity in ${A}`,
      until: add(NOW, seconds(40)),
    });
  });

  it('looks again when the zone may be left, if that is sooner', () => {
    const shut = (since: Ms) =>
      waitOf(asks(waiting({ unavailablePools: refused(A, minutes(4)), refusedSince: ago(since) })))?.until;
    expect(shut(minutes(2))).toBe(add(NOW, minutes(1)));
    expect(shut(seconds(179))).toBe(add(NOW, seconds(1)));
    const none = waiting({ unavailablePools: refused(A, minutes(4)) });
    expect(waitOf(asks(none))?.until).toBe(add(NOW, minutes(4)));
    const near = waiting({ unavailablePools: refused(A, seconds(30)), refusedSince: ago(minutes(2)) });
    expect(waitOf(asks(near))?.until).toBe(add(NOW, seconds(30)));
  });

  it('rests as long as launches are paused', () => {
    const paused = (until: Ms) => asks(waiting({ launchPause: { until: add(NOW, until), why: 'a test' } }));
    expect(waitOf(paused(ms(1_500)))).toEqual({
      step: 'launch-pause',
      what: 'a test',
      until: add(NOW, ms(1_500)),
    });
    expect(paused(ms(0)).effect?.kind).toBe('launch');
  });

  it('is capped at twelve launches an hour, and a person hears of it', () => {
    const launched = (count: number, oldest = ago(minutes(59))) =>
      asks(waiting({ launches: [oldest, ...Array.from({ length: count - 1 }, () => ago(minutes(5)))] }));
    const capped = launched(12);
    expect(capped.effect).toBeUndefined();
    expect(waitOf(capped)).toEqual({
      step: 'launch-limit',
      what: 'the hourly launch limit',
      until: add(NOW, minutes(1)),
    });
    expect(capped.events).toContainEqual(
      expect.objectContaining({
        detail: expect.objectContaining({
          code: 'launch-cap',
          text: '12 launches within an hour: something is broken',
        }) as unknown,
      }),
    );
    expect(launched(11).effect?.kind).toBe('launch');
    expect(launched(12, ago(hours(1))).effect?.kind).toBe('launch');
  });

  it('asks for requirements where the definition has no list of types', () => {
    const base = definition();
    const requirements = { vcpus: { min: 2 }, memoryGiB: { min: 8 } };
    const open = { ...base, capacity: { ...base.capacity, instanceTypes: [], requirements } } as never;
    const { effect } = asks(waiting({ definition: open }));
    if (effect?.kind !== 'launch') throw new Error('no launch');
    expect(effect.request).toMatchObject({ instanceTypes: [], requirements });
    const listed = asks(waiting()).effect;
    expect(listed?.kind === 'launch' && listed.request.requirements).toBeUndefined();
  });

  it('has what the definition says of network, image and tags', () => {
    const { effect } = asks(waiting());
    if (effect?.kind !== 'launch') throw new Error('no launch');
    const { capacity, network, instance: machine } = record().definition;
    expect(effect.request).toMatchObject({
      workload: 'gitlab',
      launchId: `fresh-${NOW}`,
      launchTemplate: 'lt',
      imageId: 'ami-0123456789abcdef0',
      architecture: 'x86_64',
      subnetId: capacity.zones.find(({ zone }) => zone === A)?.subnetId,
      securityGroupIds: network.securityGroupIds,
      tags: machine.tags,
    });
    const of = (image: string) => {
      const made = asks(waiting({ definition: { ...definition(), image } })).effect;
      return made?.kind === 'launch' ? made.request.launchTemplate : undefined;
    };
    expect(of('ubuntu-24.04')).toBe('lt-ubuntu');
    expect(of('flatcar')).toBe('lt-flatcar');
    expect(of('amazon-linux-2023')).toBe('lt');
  });
});

describe('before there is data', () => {
  const blank = (changes: Partial<RecordBody> = {}) =>
    waiting({
      volume: undefined,
      generation: 0,
      lastGeneration: 0,
      provedGeneration: 0,
      snapshots: [],
      ...changes,
    });
  const none: Seen = { hosts: [], disks: [] };

  it('the first zone of the definition is asked, then any other at once', () => {
    expect(place(asks(blank(), none))).toBe(`spot ${A} for start`);
    const pools = { unavailablePools: refused(A) };
    expect(place(asks(blank({ ...pools, refusedSince: NOW }), none))).toBe(`spot ${B} for start`);
    expect(place(asks(blank(pools), none))).toBeUndefined();
  });

  it('an adopted volume’s own zone is asked, and no other', () => {
    const base = definition();
    const adopted = { ...base, volume: { ...base.volume, kind: 'adopt', volumeId: VOLUME } } as never;
    const there: Seen = {
      hosts: [],
      disks: [volume({ zone: B, tags: { 'spotkeep:role': undefined as never } })],
    };
    const planned = asks(blank({ definition: adopted, refusedSince: ago(minutes(1)) }), there);
    expect([undefined, `spot ${B} for start`]).toContain(place(planned));
  });
});

describe('another zone', () => {
  const shut = (since: Ms, more: Partial<RecordBody> = {}) =>
    waiting({ unavailablePools: refused(A), refusedSince: ago(since), ...more });

  it('is asked after three minutes of refusals', () => {
    expect(place(asks(shut(minutes(3))))).toBe(`spot ${B} for migration`);
    expect(place(asks(shut(ms(179_999))))).toBeUndefined();
  });

  it('is asked later when the last move was not long ago, where on-demand comes before that', () => {
    const moved = (since: Ms, lastMoveAt: Ms, onDemand: unknown = { fallbackAfterMinutes: 10 }) => {
      const more = { lastMoveAt: ago(lastMoveAt), definition: defined({ 'capacity.onDemand': onDemand }) };
      return place(asks(shut(since, more)));
    };
    expect(moved(minutes(9), minutes(14))).toBeUndefined();
    expect(moved(minutes(10), minutes(14))).toBe(`spot ${B} for migration`);
    expect(moved(minutes(3), minutes(15))).toBe(`spot ${B} for migration`);
    expect(moved(minutes(3), minutes(14), 'never')).toBe(`spot ${B} for migration`);
    expect(moved(minutes(3), minutes(14), { fallbackAfterMinutes: 11 })).toBe(`spot ${B} for migration`);
  });

  it('is not asked for less than fifteen minutes of service', () => {
    // The hours end at 16:00 UTC.
    const end = Date.parse('2026-03-24T16:00:00Z');
    const shortBefore = (left: Ms) => {
      const at = (end - left) as Instant;
      const by = ms(at - NOW);
      const pools = refused(A).map((one) => ({ ...one, until: add(one.until, by) }));
      return place(
        asks(waiting({ unavailablePools: pools, refusedSince: add(NOW, ms(by - 240_000)) }), REST, at),
      );
    };
    expect(shortBefore(minutes(15))).toBe(`spot ${B} for migration`);
    expect(shortBefore(ms(899_999))).toBeUndefined();
  });

  it('is asked whatever is left where the hours never end', () => {
    const always = defined({ schedule: { timeZone: 'UTC', always: true } });
    expect(place(asks(shut(minutes(3), { definition: always })))).toBe(`spot ${B} for migration`);
  });

  it('is the best one by placement score', () => {
    const scored = (scores: Record<string, number>) =>
      place(asks(shut(minutes(3)), { ...REST, placement: { kind: 'read', value: scores } }));
    expect(scored({ [B]: 2, [C]: 9 })).toBe(`spot ${C} for migration`);
    expect(scored({ [B]: 3 })).toBe(`spot ${B} for migration`);
    expect(scored({ [C]: 3, [A]: 9 })).toBe(`spot ${C} for migration`);
  });

  it('is not asked while the dataset has as many volumes as it may have', () => {
    const old = (role: 'superseded' | 'deleted') => ({
      generation: 1,
      volumeId: 'vol-old',
      zone: B,
      role,
      since: NOW,
      promoted: true,
      tagged: true,
    });
    expect(place(asks(shut(minutes(3), { lineage: [old('superseded')] })))).toBe(`spot ${B} for migration`);
    expect(
      place(
        asks(shut(minutes(3), { lineage: [old('superseded'), { ...old('superseded'), volumeId: 'v' }] })),
      ),
    ).toBeUndefined();
    expect(
      place(asks(shut(minutes(3), { lineage: [old('superseded'), { ...old('deleted'), volumeId: 'v' }] }))),
    ).toBe(`spot ${B} for migration`);
  });

  it('waits for the next opening of any zone when all refuse', () => {
    const pools = [...refused(A, minutes(3)), ...refused(B, seconds(70)), ...refused(C, seconds(50))];
    const planned = asks(waiting({ unavailablePools: pools, refusedSince: ago(minutes(5)) }));
    expect(waitOf(planned)).toEqual({
      step: 'capacity',
      what: `capacity in ${A}`,
      until: add(NOW, seconds(50)),
    });
  });
});

describe('on demand', () => {
  const fallback = (after = 5) => defined({ 'capacity.onDemand': { fallbackAfterMinutes: after } });
  const shut = (since: Ms | undefined, more: Partial<RecordBody> = {}) =>
    waiting({
      definition: fallback(),
      unavailablePools: [...refused(A), ...refused(B), ...refused(C)],
      refusedSince: since === undefined ? undefined : ago(since),
      ...more,
    });

  it('is asked at home after the definition’s minutes', () => {
    expect(place(asks(shut(minutes(5))))).toBe(`on-demand ${A} for start`);
    expect(place(asks(shut(ms(299_999))))).toBeUndefined();
    expect(place(asks(shut(undefined)))).toBeUndefined();
    expect(place(asks(shut(minutes(5), { definition: definition() })))).toBeUndefined();
  });

  it('elsewhere comes last', () => {
    const pools = [...refused(A), ...refused(B), ...refused(C), ...refused(A, minutes(1), 'on-demand')];
    expect(place(asks(shut(minutes(5), { unavailablePools: pools })))).toBe(`on-demand ${B} for migration`);
    const tooSoon = shut(minutes(5), { unavailablePools: pools, lastMoveAt: ago(minutes(14)) });
    expect(place(asks(tooSoon))).toBeUndefined();
  });
});

describe('where a person wants it', () => {
  const asked = (toZone: string, more: Partial<RecordBody> = {}) =>
    waiting({ moveRequest: { toZone, at: ago(minutes(1)) }, ...more });

  it('a start asks there first, and at home when it refuses', () => {
    expect(place(asks(asked(B)))).toBe(`spot ${B} for migration`);
    expect(place(asks(asked(B, { unavailablePools: refused(B) })))).toBe(`spot ${A} for start`);
    expect(place(asks(asked(A)))).toBe(`spot ${A} for start`);
    expect(place(asks(asked('eu-west-1x')))).toBe(`spot ${A} for start`);
  });

  it('a service that runs has an instance made ready there, and waits where there is none', () => {
    const running: Seen = { hosts: [instance(OWNER)], disks: [volume({ attachments: attachedTo(OWNER) })] };
    const serving = (more: Partial<RecordBody> = {}) =>
      record({ moveRequest: { toZone: C, at: ago(minutes(1)) }, ...more });
    expect(place(asks(serving(), running))).toBe(`spot ${C} for migration`);
    const shut = asks(serving({ unavailablePools: refused(C, seconds(50)) }), running);
    expect(place(shut)).toBeUndefined();
    expect(place(asks(serving({ owner: owner({ startedAt: undefined }) }), running))).toBeUndefined();
    expect(place(asks(serving({ candidate: candidate({ zone: C }) }), running))).toBeUndefined();
  });
});

describe('a migration', () => {
  const moving = (
    phase: 'securing' | 'freezing' | 'snapshotting' | 'copying',
    more = {},
    changes: Partial<RecordBody> = {},
  ) =>
    waiting({
      state: 'snapshotting',
      migration: migration({ phase, snapshotId: 'snap-base', newVolumeId: undefined, ...more }),
      ...changes,
    });
  const pendingSnapshot: Seen = {
    ...REST,
    disks: [volume({ tags: { 'spotkeep:role': 'frozen' } })],
    snapshots: {
      kind: 'read',
      value: [
        {
          snapshotId: 'snap-base',
          volumeId: VOLUME,
          state: 'pending',
          progressPercent: 3,
          startedAt: NOW,
          encrypted: true,
          sizeGiB: 20,
          tags: snapshotTags({ 'spotkeep:migration': 'migration-1' }),
        },
      ],
    },
  };

  it('whose snapshot takes long looks for an instance at home again', () => {
    const pending = { snapshots: record().snapshots.map((one) => ({ ...one, state: 'pending' as const })) };
    const given = { candidateReleasedAt: ago(minutes(1)) };
    expect(place(asks(moving('snapshotting', given, pending), pendingSnapshot))).toBe(
      `spot ${A} for migration`,
    );
    const wished = moving('snapshotting', { ...given, requested: true }, pending);
    expect(place(asks(wished, pendingSnapshot))).toBeUndefined();
  });

  it('whose instance was lost asks where it was to go, then at home, then wherever else', () => {
    const lost = (shut: string[], more = {}) =>
      place(
        asks(
          moving('snapshotting', more, {
            unavailablePools: shut.flatMap((zone) => refused(zone)),
            refusedSince: ago(minutes(6)),
          }),
          pendingSnapshot,
        ),
      );
    expect(lost([])).toBe(`spot ${B} for migration`);
    expect(lost([B])).toBe(`spot ${A} for migration`);
    expect(lost([A, B])).toBe(`spot ${C} for migration`);
    expect(lost([A, B, C])).toBeUndefined();
    // Where an operator wants it, or at home: nowhere else.
    expect(lost([A, B], { requested: true })).toBeUndefined();
    expect(lost([B], { requested: true })).toBe(`spot ${A} for migration`);
  });

  it('whose snapshot failed after the instance was released seeks none in the target zone', () => {
    const disks = [volume({ tags: { 'spotkeep:role': 'frozen' } })];
    const pausing = { refusal: { effect: 'snapshot', until: add(NOW, minutes(9)) } };
    const of = (more: Record<string, unknown>) =>
      place(asks(moving('freezing', { snapshotId: undefined, ...more }, pausing), { ...REST, disks }));
    expect(of({})).toBe(`spot ${B} for migration`);
    expect(of({ candidateReleasedAt: ago(minutes(1)) })).toBe(`spot ${A} for migration`);
    expect(of({ candidateReleasedAt: ago(minutes(1)), requested: true })).toBeUndefined();
  });

  it('past its snapshot asks in its target zone, then at home', () => {
    const copying = moving('copying', { newVolumeId: 'vol-x', phaseAt: NOW });
    const seen: Seen = {
      ...REST,
      disks: [
        volume({ tags: { 'spotkeep:role': 'frozen' } }),
        volume({
          volumeId: 'vol-x',
          state: 'creating',
          zone: B,
          createdAt: NOW,
          tags: { 'spotkeep:role': 'migrating', 'spotkeep:generation': '2' },
        }),
      ],
    };
    expect(place(asks({ ...copying, lastGeneration: 2 }, seen))).toBe(`spot ${B} for migration`);
    const shut = (...zones: string[]) =>
      place(
        asks(
          {
            ...copying,
            lastGeneration: 2,
            unavailablePools: zones.flatMap((zone) => refused(zone, seconds(50))),
            refusedSince: ago(minutes(9)),
          },
          seen,
        ),
      );
    expect(shut(B)).toBe(`spot ${A} for migration`);
    expect(shut(A, B)).toBeUndefined();
  });
});

describe('a successor', () => {
  const running: Seen = { hosts: [instance(OWNER)], disks: [volume({ attachments: attachedTo(OWNER) })] };

  it('of a warned owner is asked for in its zone alone', () => {
    const interruption = { noticedAt: ago(seconds(1)), actionAt: add(NOW, minutes(2)) };
    const warned = (more: Partial<RecordBody> = {}) => record({ owner: owner({ interruption }), ...more });
    expect(place(asks(warned(), running))).toBe(`spot ${A} for handover`);
    const shut = warned({ unavailablePools: refused(A), refusedSince: ago(minutes(9)) });
    expect(place(asks(shut, running))).toBeUndefined();
  });

  it('of a draining owner may be in another zone once there is data', () => {
    const draining = owner({
      draining: { since: ago(seconds(5)), reason: 'warned', stopGivenUpAt: ago(seconds(1)) },
      terminateAcceptedAt: ago(seconds(1)),
      terminateSentAt: ago(seconds(1)),
    });
    const gone: Seen = { hosts: [instance(OWNER, { state: 'shutting-down' })], disks: running.disks ?? [] };
    const shut = (dataset = record().dataset) =>
      place(
        asks(
          record({
            owner: draining,
            state: 'draining',
            dataset,
            unavailablePools: refused(A),
            refusedSince: ago(minutes(9)),
          }),
          gone,
        ),
      );
    expect(shut()).toBe(`spot ${B} for migration`);
    expect(shut({ ...record().dataset, formatted: false })).toBeUndefined();
  });

  it('is asked for to return to spot, once in twenty hours and on spot alone', () => {
    const back = defined({
      'capacity.onDemand': { fallbackAfterMinutes: 5 },
      'capacity.returnToSpot': { days: 'tue', from: '11:00', to: '12:00' },
    });
    const paid: Seen = { hosts: [instance(OWNER, { purchase: 'on-demand' })], disks: running.disks ?? [] };
    const on = (more: Partial<RecordBody> = {}, of: Partial<NonNullable<RecordBody['owner']>> = {}) =>
      record({ definition: back, owner: owner({ purchase: 'on-demand', ...of }), ...more });
    const first = asks(on(), paid);
    expect(place(first)).toBe(`spot ${A} for return-to-spot`);
    expect(first.record.returnTriedAt).toBe(NOW);
    expect(place(asks(on({ returnTriedAt: ago(hours(20)) }), paid))).toBe(`spot ${A} for return-to-spot`);
    expect(place(asks(on({ returnTriedAt: ago(ms(71_999_999)) }), paid))).toBeUndefined();
    expect(place(asks(on({}, { purchase: 'spot' }), running))).toBeUndefined();
    expect(place(asks(on({ definition: definition() }), paid))).toBeUndefined();
    const shut = { unavailablePools: refused(A), refusedSince: ago(minutes(30)) };
    expect(place(asks(on(shut), paid))).toBeUndefined();
    const later = defined({
      'capacity.onDemand': { fallbackAfterMinutes: 5 },
      'capacity.returnToSpot': { days: 'tue', from: '12:00', to: '13:00' },
    });
    expect(place(asks(on({ definition: later }), paid))).toBeUndefined();
  });
});

describe('a launch that was answered', () => {
  it('is asked again at once where pools are left', () => {
    const first = asks(waiting());
    if (first.effect?.kind !== 'launch') throw new Error('no launch');
    const r = first.record;
    const [type] = TYPES;
    applyOutcome(r, {
      effect: first.effect,
      outcome: {
        kind: 'launched',
        result: {
          errors: [
            { code: 'InsufficientInstanceCapacity', kind: 'capacity', instanceType: type, message: 'x' },
          ],
        },
      },
      now: NOW,
      freshId: 'f',
    });
    expect(place(asks(r))).toBe(`spot ${A} for start`);
    expect(r.candidate).toBeUndefined();
  });
});

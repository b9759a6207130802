// No step repeats without a brake: decisions of every kind that the campaign meets are put before the planner again and again
// on a reading that does not change, whatever becomes of the calls. The same call waits for its pause, a turn without a step
// says what it waits for, and what shows no effect is told to a person.

import { describe, expect, it } from 'vitest';
import { add, type Instant, instant, minutes, ms, seconds } from '../../shared/base/time.ts';
import { applyOutcome, type Outcome } from '../../shared/decide/outcome.ts';
import { type Plan, plan } from '../../shared/decide/plan.ts';
import { draftOf } from '../../shared/decide/turn/context.ts';
import { CALL_PACES } from '../../shared/decide/turn/limits.ts';
import { callOf } from '../../shared/decide/turn/pace.ts';
import type { Reading } from '../../shared/decide/turn/reading.ts';
import type { Effect } from '../../shared/record/effect.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { createCalendar } from '../../shared/schedule/calendar.ts';
import { readDecisions } from '../golden/decisions.ts';
import {
  attachedTo,
  decide,
  effectsOf,
  former,
  instance,
  NOW,
  OWNER,
  owner,
  reading,
  record,
  VOLUME,
  volume,
} from './scene.ts';

const MODES = ['accepted', 'denied', 'throttled', 'lost'] as const;
type Mode = (typeof MODES)[number];

const accepted = (effect: Effect, n: number): Outcome => {
  if (effect.kind === 'launch') {
    const made = { instanceId: `i-${n}`, instanceType: 'm7i.large', zone: effect.request.zone };
    return { kind: 'launched', result: { instance: made, errors: [] } };
  }
  if (effect.kind === 'create-volume') return { kind: 'volume-created', volumeId: `vol-${n}` };
  if (effect.kind === 'snapshot') return { kind: 'snapshot-created', snapshotId: `snap-${n}` };
  return effect.kind === 'command'
    ? { kind: 'command-sent', commandId: `command-${n}` }
    : { kind: 'accepted' };
};

const outcomeOf = (effect: Effect, mode: Mode, n: number): Outcome => {
  if (mode === 'accepted') return accepted(effect, n);
  if (mode === 'lost') return { kind: 'lost', code: 'TimeoutError' };
  return { kind: 'refused', error: mode, code: 'X', message: 'x' };
};

/** A turn takes this long at the least: two fast calls. */
const TURN = ms(80);

interface Turn {
  at: Instant;
  planned: Plan;
}

interface Start {
  record: RecordBody;
  reading: Reading;
  now: Instant;
  mayDelete: boolean;
}

/** The loop on one reading, as fast as it lets itself be. */
const spin = (start: Start, mode: Mode, lasts = minutes(6)): Turn[] => {
  const calendar = createCalendar(start.record.definition.schedule);
  const settings = { launchTemplate: 'lt', parameterPath: '/spotkeep/test', project: 'spotkeep-demo' };
  const turns: Turn[] = [];
  let { record: r, reading: seen, now: at } = start;
  while (at < start.now + lasts && turns.length < 2_000) {
    const fresh = { id: `fresh-${turns.length}`, uuid: 'uuid' };
    const may = { delete: start.mayDelete };
    const planned = plan({ name: 'w1', record: r, reading: seen, now: at, calendar, fresh, settings, may });
    turns.push({ at, planned });
    seen = { ...seen, notices: [] };
    r = planned.record;
    const { effect } = planned;
    if (effect) {
      r = draftOf(r);
      applyOutcome(r, {
        effect,
        outcome: outcomeOf(effect, mode, turns.length),
        now: at,
        freshId: `made-${turns.length}`,
      });
    }
    // What the loop sleeps after a call (loop.ts), or until the next look.
    const rest = effect?.kind === 'command' || (effect && mode === 'lost') ? seconds(1) : TURN;
    at = effect ? add(at, rest) : instant(Math.max(at + TURN, planned.nextCheckAt));
  }
  return turns;
};

/** What is wrong with a row of turns, in words; nothing when each call has its brake. */
const unbraked = (turns: readonly Turn[]): string[] => {
  const wrong: string[] = [];
  const last = new Map<string, number>();
  let steps = 0;
  for (const { at, planned } of turns) {
    const { effect, settled, waits, reason, changed, nextCheckAt } = planned;
    const waiting = !effect && nextCheckAt > at;
    if (waiting && !settled && waits.length === 0) wrong.push(`waits without a reason after: ${reason}`);
    // Steps of the record alone, one after another from the same reading: a few, never a circle.
    steps = !effect && !waiting && changed ? steps + 1 : 0;
    if (steps > 8) wrong.push(`goes round without a call: ${reason}`);
    if (!effect) continue;
    const call = callOf(effect);
    const before = last.get(call);
    if (before !== undefined && at - before < CALL_PACES[effect.kind].first)
      wrong.push(`${effect.kind} again after ${at - before} ms: ${reason}`);
    last.set(call, at);
  }
  return [...new Set(wrong)];
};

/** The campaign's workloads have no address of their own. */
const WITH_ADDRESS: Start = (() => {
  const r = record();
  const network = { ...r.definition.network, elasticIpAllocationId: 'eipalloc-1' };
  const seen = reading({ addressOwner: { kind: 'read', value: undefined } });
  return {
    record: { ...r, definition: { ...r.definition, network } },
    reading: seen,
    now: NOW,
    mayDelete: false,
  };
})();
const decisions: Start[] = [
  WITH_ADDRESS,
  ...readDecisions().flatMap(({ ask }) => (ask.kind === 'plan' ? [ask] : [])),
];
/** All of them take a minute: each mode has a share of its own, and the rare kinds are in every one. */
const SHARE = 6;
const RARE: ReadonlySet<string> = new Set([
  'keep-volume',
  'associate-address',
  'delete-volume',
  'delete-snapshot',
]);
const kindOf = (ask: Start): string => {
  const [first] = spin(ask, 'accepted', seconds(1));
  return first?.planned.effect?.kind ?? '';
};
const kinds = decisions.map(kindOf);

describe('every step that calls out', () => {
  it('is among the decisions that are tried here', () => {
    expect([...new Set(kinds)].filter((kind) => kind !== '').toSorted()).toEqual(
      Object.keys(CALL_PACES).toSorted(),
    );
  });

  it.each(MODES.map((mode, i) => [mode, i] as const))(
    'has a pause, a reason to wait and an end when its calls are %s',
    (mode, offset) => {
      const some = decisions.filter((_, i) => i % SHARE === offset || RARE.has(kinds[i] ?? ''));
      const wrong = some.flatMap((ask) =>
        unbraked(spin(ask, mode)).map((text) => `${ask.record.state}: ${text}`),
      );
      expect([...new Set(wrong)]).toEqual([]);
    },
  );

  it('has a limit: a person is told, or the step has an end of its own', () => {
    for (const [kind, { tries, ends, first, most }] of Object.entries(CALL_PACES)) {
      expect(tries ?? ends, kind).toBeDefined();
      expect(first, kind).toBeGreaterThanOrEqual(seconds(3));
      expect(most, kind).toBeGreaterThanOrEqual(first);
    }
  });
});

describe('the volume that would go with its instance', () => {
  const doomed = reading({
    disks: [volume({ attachments: [{ instanceId: OWNER, state: 'attached', deleteOnTermination: true }] })],
  });
  const start = { record: record(), reading: doomed, now: NOW, mayDelete: false };

  it('is put right at growing intervals while two listings disagree, and a person hears of it', () => {
    const turns = spin(start, 'accepted', minutes(10));
    const calls = turns.filter(({ planned }) => planned.effect?.kind === 'keep-volume');
    expect(calls.slice(0, 5).map(({ at }) => Math.round((at - NOW) / 1000))).toEqual([0, 5, 15, 35, 75]);
    expect(calls.length).toBeLessThan(15);
    const told = turns.flatMap(({ planned }) => planned.events);
    expect(told.filter(({ detail }) => detail.code === 'no-effect')).toMatchObject([
      { detailType: 'Alert', detail: { call: `keep-volume ${OWNER}`, times: 5 } },
    ]);
    expect(turns[1]?.planned.waits).toContainEqual(expect.objectContaining({ step: 'retry' }));
  });

  it('holds up nothing else meanwhile: a probe that is due is sent', () => {
    const due = record({ owner: owner({ probedAt: undefined }) });
    const { effects } = effectsOf(due, doomed, { turns: 3, every: seconds(1) });
    expect(effects).toEqual(['keep-volume', 'command']);
  });

  const ending = { reason: 'replaced' as const, since: NOW, unmountedAt: NOW };
  it.each<[string, RecordBody]>([
    ['an owner', record({ owner: owner({ draining: { ...ending, detachRequestedAt: NOW } }) })],
    [
      'an owner whose hours are over',
      record({ owner: owner({ draining: { ...ending, reason: 'closing' } }) }),
    ],
    ['a former owner', record({ owner: undefined, leaving: [former({ terminateSentAt: undefined })] })],
  ])('is never lost by the end of %s: it is not ended before a listing shows the volume kept', (_, r) => {
    const ends = (turns: Turn[]) =>
      turns.filter(({ planned: { effect } }) => effect?.kind === 'terminate' && effect.instanceId === OWNER);
    const doomedTurns = spin({ ...start, record: r }, 'accepted', minutes(8));
    const calls = doomedTurns.flatMap(({ planned }) => planned.effect ?? []);
    expect(calls.map(({ kind }) => kind)).toContain('keep-volume');
    expect(ends(doomedTurns)).toEqual([]);
    const kept = reading({ disks: [volume({ attachments: attachedTo(OWNER) })] });
    const after = spin({ ...start, record: r, reading: kept }, 'accepted', minutes(8));
    expect(ends(after).length).toBeGreaterThan(0);
  });
});

describe('two calls that are refused in turn', () => {
  it('rest both: the second does not make the first forgotten', () => {
    const doomed = reading({
      hosts: [instance(OWNER)],
      disks: [
        volume({ attachments: [{ instanceId: OWNER, state: 'attached', deleteOnTermination: true }] }),
        volume({ volumeId: 'vol-00000000000000009', tags: { role: 'migrating' } }),
      ],
    });
    const left = { volumeId: 'vol-00000000000000009', zone: 'eu-west-1a', since: NOW, promoted: false };
    const r = record({ lineage: [{ ...left, generation: 0, role: 'superseded' }] });
    const turns = spin({ record: r, reading: doomed, now: NOW, mayDelete: false }, 'denied', seconds(14));
    const calls = turns.flatMap(({ planned }) => planned.effect ?? []).map(callOf);
    expect(calls.filter((call) => call === `keep-volume ${OWNER}`)).toHaveLength(2);
    expect(decide(r, doomed).effect).toMatchObject({ kind: 'keep-volume' });
    expect(VOLUME).not.toBe(left.volumeId);
  });
});

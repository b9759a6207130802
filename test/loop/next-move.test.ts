// What a call does with what was decided, case by case.

import { describe, expect, it } from 'vitest';
import { add, type Ms, ms, seconds } from '../../shared/base/time.ts';
import { type Move, nextMove, type Situation } from '../../shared/loop/next-move.ts';
import { NOW } from '../decide/scene.ts';

type Decided = Parameters<typeof nextMove>[0];

const soon = (after: Ms) => add(NOW, after);
/** A wait of a second, nothing written, in the first turn of a call that has ten minutes. */
const planned = (changes: Partial<Decided> = {}): Decided => ({
  effect: undefined,
  sweeps: false,
  settled: false,
  changed: false,
  waits: [],
  nextCheckAt: soon(seconds(1)),
  ...changes,
});
const run = (changes: Partial<Situation> = {}): Situation => ({
  by: 'me',
  turns: 1,
  leaveAt: soon(seconds(600)),
  mayDelete: false,
  lease: { by: 'me', until: soon(seconds(15)) },
  wakeAt: undefined,
  partial: false,
  ...changes,
});
const effect = { kind: 'terminate', instanceId: 'i-1', force: false } as const;
const settled = { settled: true, nextCheckAt: soon(seconds(300)) };
const rested = { lease: undefined, wakeAt: settled.nextCheckAt };
const OVER = { leaveAt: NOW };

describe('the next move', () => {
  it.each<[string, Partial<Decided>, Partial<Situation>, Move]>([
    ['a call is made', { effect }, {}, { kind: 'perform' }],
    ['in the first turn also when the time is up', { effect }, OVER, { kind: 'perform' }],
    ['a later one is left', { effect }, { ...OVER, turns: 2 }, { kind: 'leave-to-loop' }],
    ['the sweep leaves what is no deletion', { effect }, { mayDelete: true }, { kind: 'leave-to-loop' }],
    ['the sweep leaves a wait', {}, { mayDelete: true }, { kind: 'leave-to-loop' }],
    ['the sweep deletes', { effect, sweeps: true }, { mayDelete: true }, { kind: 'perform' }],
    ['rest that is written ends the call', settled, rested, { kind: 'end' }],
    ['rest is written', { ...settled, changed: true }, rested, { kind: 'leave', wake: false }],
    ['a lease is given back', settled, { ...rested, lease: run().lease }, { kind: 'leave', wake: false }],
    ['another date is written', settled, { ...rested, wakeAt: NOW }, { kind: 'leave', wake: false }],
    ['rest needs no wake-up', settled, { ...OVER, wakeAt: NOW }, { kind: 'leave', wake: false }],
    ['a wait past the time wakes another', {}, OVER, { kind: 'leave', wake: true }],
    ['a wait of 20 s is slept', { nextCheckAt: soon(seconds(20)) }, {}, { kind: 'look', after: seconds(5) }],
    ['a longer one is left', { nextCheckAt: soon(ms(20_001)) }, {}, { kind: 'leave', wake: false }],
    ['a short one is slept', {}, {}, { kind: 'look', after: seconds(1) }],
    ['one that is over is not', { nextCheckAt: soon(ms(-5)) }, {}, { kind: 'look', after: ms(0) }],
    ['a change is saved', { changed: true }, {}, { kind: 'save', after: seconds(1) }],
    [
      'rest of a partial reading is no rest while something waits',
      { ...settled, waits: [{ step: 'tag', what: 'x', until: NOW }], nextCheckAt: soon(seconds(1)) },
      { partial: true },
      { kind: 'look', after: seconds(1) },
    ],
    ['rest of a partial reading is rest', settled, { ...rested, partial: true }, { kind: 'end' }],
    ['without a lease one is taken', {}, { lease: undefined }, { kind: 'save', after: seconds(1) }],
    [
      'another’s lease that has ended is taken',
      {},
      { lease: { by: 'other', until: soon(seconds(15)) } },
      { kind: 'save', after: seconds(1) },
    ],
    [
      'a lease that ends soon is renewed',
      {},
      { lease: { by: 'me', until: soon(seconds(6)) } },
      { kind: 'save', after: seconds(1) },
    ],
    [
      'one that lasts is not',
      {},
      { lease: { by: 'me', until: soon(ms(6_001)) } },
      { kind: 'look', after: seconds(1) },
    ],
  ])('%s', (_name, decided, situation, move) => {
    expect(nextMove(planned(decided), run(situation), NOW)).toEqual(move);
  });
});

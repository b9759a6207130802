// Keeps the model honest at bounds that take a moment: its words are the code's, its searches reach everything they
// are meant to reach, its invariants can fail, and weakened rules do harm. The bounds that count: `npm run model`.

import { describe, expect, it } from 'vitest';
import { MIGRATION_PHASES, STATES, VOLUME_ROLES } from '../../shared/record/states.ts';
import { BASE, type ModelConfig, WEAKENINGS } from './config.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { initial } from './initial.ts';
import { broken } from './invariants.ts';
import { Layout } from './layout.ts';
import { Moves } from './moves.ts';
import { MODEL_STATES, stateOf } from './names.ts';
import { MEANINGS, traceText } from './report.ts';
import { search } from './search.ts';
import { DOCKER, I, LIFE, MODEL_PHASES, MODEL_ROLES, PHASE, R, ROLE, State, V, VOLUME, W } from './state.ts';
import { STEPS } from './step-names.ts';
import { successors } from './steps.ts';
import { StateStore } from './store.ts';
import { WEAK_RULES, weakConfig } from './weakenings.ts';

const ONE: Partial<ModelConfig> = { launches: 1, recycle: true };

describe('the words of the model', () => {
  it('are the states, phases and roles of the code', () => {
    expect(MODEL_STATES).toEqual(STATES);
    expect(MODEL_PHASES).toEqual(MIGRATION_PHASES);
    expect(MODEL_ROLES).toEqual(VOLUME_ROLES);
  });

  it('name every weakening once', () => {
    expect(WEAK_RULES.map(({ rule }) => rule).toSorted()).toEqual(WEAKENINGS.toSorted());
  });
});

describe('the search', () => {
  it('explores small worlds to the end without a violation, reaching every state and every step', () => {
    const worlds: Partial<ModelConfig>[] = [
      { ...ONE, sweep: true },
      { ...ONE, snapshots: 2, sweep: true, baseSnapshots: true, migrations: 0 },
      { ...ONE, restore: true, recover: true, migrations: 0 },
      { ...ONE, birth: 'format', migrations: 2 },
      { ...ONE, birth: 'adopt' },
      { migrations: 0 },
    ];
    const states = new Set<string>();
    const steps = new Set<string>();
    for (const world of worlds) {
      const config = { ...BASE, ...world };
      const prepares = config.birth !== 'present';
      const result = search(config, {
        visit: (state) => states.add(stateOf(state, prepares)),
        taken: (step) => steps.add(step),
      });
      expect(result).toMatchObject({ exhausted: true, violation: undefined });
    }
    expect([...states].toSorted()).toEqual(STATES.toSorted());
    // Only the weakened rule starts Docker beside the volume.
    const expected = Object.keys(STEPS).filter((step) => step !== 'start-beside');
    expect([...steps].toSorted()).toEqual(expected.toSorted());
  });

  it('says that it was cut short when the limit of states ends it', () => {
    expect(search(BASE, { maxStates: 1000 })).toMatchObject({ exhausted: false, violation: undefined });
  });

  it.each([
    ['time-out-as-death', 'S3'],
    ['stop-success-as-death', 'S3'],
    ['migrate-while-running', 'S3'],
    ['migrate-while-draining', 'S3'],
    ['reused-generation', 'S3'],
    ['early-delete', 'S5'],
    ['no-attachment-check', 'S10'],
    ['blind-garbage-collection', 'S20'],
    ['format-without-blank-check', 'S9'],
  ])('finds the harm that %s does: %s', (name, invariant) => {
    const rule = WEAK_RULES.find((weak) => weak.rule === name);
    if (!rule) throw new Error(`no weakening ${name}`);
    const result = search(weakConfig(rule));
    expect(result.violation?.invariant).toBe(invariant);
    expect(result.violation && traceText(result.config, result.violation)).toContain(MEANINGS[invariant]);
    // The same world with the rule as designed is safe.
    expect(search({ ...weakConfig(rule), weak: undefined }, { maxStates: 5000 }).violation).toBeUndefined();
  });
});

describe('the packing', () => {
  it.each(CONFIGURATIONS.map((config) => [config.name, config] as const))(
    'gives back every state of %s as it was, whole or by its changes',
    (_name, config) => {
      const layout = new Layout(config);
      const here = new Uint32Array(layout.words);
      const whole = new Uint32Array(layout.words);
      const changed = new Uint32Array(layout.words);
      const back = new State();
      const next: State[] = [];
      const moves = new Moves(config, (state) => {
        layout.pack(state, whole);
        layout.packChange(moves.now, here, state, changed);
        expect(changed).toEqual(whole);
        layout.unpack(whole, back);
        expect(back.bytes).toEqual(state.bytes);
        const copy = new State();
        copy.copy(state);
        next.push(copy);
      });
      moves.now.copy(initial(config));
      for (let step = 0; step < 40; step++) {
        layout.pack(moves.now, here);
        next.length = 0;
        successors(moves);
        const chosen = next[(step * 7) % Math.max(1, next.length)];
        if (!chosen) break;
        moves.now.copy(chosen);
      }
    },
  );
});

describe('the set of states', () => {
  it('knows every state it was given, and no other, while it grows', () => {
    const store = new StateStore(2);
    const state = (n: number): Uint32Array => Uint32Array.of(n, Math.imul(n, 2_654_435_761) >>> 0);
    for (let n = 0; n < 70_000; n++) expect(store.add(state(n), n)).toBe(n);
    for (let n = 0; n < 70_000; n += 997) expect(store.add(state(n), 0)).toBe(-1);
    expect(store.add(Uint32Array.of(5, 5), 0)).toBe(70_000);
    expect(store.parent(66_000)).toBe(66_000);
  });
});

describe('the invariants', () => {
  /** A serving owner on the first volume, two places of each kind. */
  function serving(): State {
    const state = initial(BASE);
    state.setRec(R.owner, 1);
    state.setInst(0, I.life, LIFE.running);
    state.setInst(0, I.docker, DOCKER.up);
    state.setInst(0, I.owned, 1);
    state.setVol(0, V.attached, 1);
    return state;
  }
  function copyOf(state: State): void {
    state.setVol(1, V.life, VOLUME.exists);
    state.setVol(1, V.generation, 2);
    state.setVol(1, V.full, 1);
  }
  function mountSecond(state: State): void {
    state.setInst(1, I.life, LIFE.running);
    state.setInst(1, I.docker, DOCKER.up);
    state.setVol(1, V.attached, 2);
    state.setVol(1, V.marker, 2);
  }
  const judge = (spoil: (state: State) => void): string => {
    const state = serving();
    spoil(state);
    return broken(state, new Moves(BASE, () => undefined));
  };

  it('accept a serving owner', () => {
    expect(judge(() => undefined)).toBe('');
  });

  it.each<[string, ...((state: State) => void)[]]>([
    ['S1', (s) => s.setWorld(W.table, 1), copyOf, (s) => mountSecond(s)],
    ['S2', (s) => s.setRec(R.owner, 0)],
    ['S3', (s) => s.setVol(0, V.full, 0)],
    ['S4', (s) => s.setInst(0, I.docker, DOCKER.down), (s) => s.setVol(0, V.life, VOLUME.deleted)],
    ['S5', (s) => s.setVol(0, V.up, 0), (s) => s.setVol(0, V.from, 1)],
    ['S6', copyOf, (s) => s.setVol(1, V.generation, 1), (s) => s.setVol(1, V.tag, ROLE.superseded)],
    ['S8', (s) => s.setRec(R.phase, PHASE.freezing)],
    ['S10', (s) => s.setVol(0, V.attached, 0)],
    ['S12', (s) => s.setInst(1, I.life, LIFE.running), (s) => s.setInst(1, I.owned, 2)],
    ['S13', (s) => s.setInst(0, I.zone, 1)],
    ['S14', (s) => s.setVol(0, V.marker, 2)],
  ])('call %s broken when it is', (invariant, ...spoil) => {
    const spoiled = judge((state) => {
      for (const change of spoil) change(state);
    });
    expect(spoiled).toBe(invariant);
  });
});

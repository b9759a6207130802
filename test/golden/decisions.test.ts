// The planner decides as it did. A difference is a change of behaviour: if it is meant, `npm run golden` writes the file
// anew; what this test shows is read like any other change.

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { STATES } from '../../shared/record/states.ts';
import { freezeAll } from '../../shared/base/copy.ts';
import { answerTo, readDecisions } from './decisions.ts';

const decisions = readDecisions();
// What the planner is given is others' too: it may not change it.
freezeAll(decisions);

describe('decisions found good', () => {
  for (const state of STATES)
    it.each(['plan', 'outcome'] as const)(`are decided so again in ${state} (%s)`, (kind) => {
      const some = decisions.filter(({ ask }) => ask.record.state === state && ask.kind === kind);
      for (const { ask, answer } of some) {
        const today = answerTo(ask);
        // Asked first for its speed: each mutant of the planner is tried with all of these.
        if (isDeepStrictEqual(today, answer)) continue;
        expect(today, JSON.stringify(ask).slice(0, 200)).toEqual(answer);
      }
    });

  it('are of every state', () => {
    const states = new Set(decisions.map(({ ask }) => ask.record.state));
    expect(STATES.filter((state) => !states.has(state))).toEqual([]);
  });
});

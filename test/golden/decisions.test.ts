// The planner decides as it did. A difference is a change of behaviour: if it is meant, `npm run golden` writes the file
// anew; what this test shows is read like any other change.

import { describe, expect, it } from 'vitest';
import { STATES } from '../../shared/decide/states.ts';
import { answerTo, readDecisions } from './decisions.ts';

const decisions = readDecisions();
const PARTS = 10;

describe('decisions found good', () => {
  it.each(Array.from({ length: PARTS }, (_, part) => part))('are decided so again (part %i)', (part) => {
    for (const { ask, answer } of decisions.filter((_, index) => index % PARTS === part))
      expect(answerTo(ask), JSON.stringify(ask).slice(0, 200)).toEqual(answer);
  });

  it('are of every state', () => {
    const states = new Set(decisions.map(({ ask }) => ask.record.state));
    expect(STATES.filter((state) => !states.has(state))).toEqual([]);
  });
});

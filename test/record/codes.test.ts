// Whoever meets a code looks it up in the runbook.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../shared/port/bus.ts';
import { ALERT_CODES, HOLD_CODES } from '../../shared/record/codes.ts';
import { STATE_BUDGET } from '../../shared/record/states.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const missing = (codes: readonly string[]): string[] =>
  codes.filter((code) => !runbook.includes(`\`${code}\``));

/** Between the functions alone. */
const INTERNAL = ['Reconcile Requested'];

describe('the runbook', () => {
  it('has every hold', () => {
    expect(missing(HOLD_CODES)).toEqual([]);
  });

  it('has every alert, and the state behind each `budget-…`', () => {
    expect(missing(ALERT_CODES)).toEqual([]);
    expect(
      missing(
        Object.entries(STATE_BUDGET).flatMap(([state, budget]) => (budget === undefined ? [] : [state])),
      ),
    ).toEqual([]);
  });

  it('has every event', () => {
    expect(missing(EVENT_TYPES.filter((type) => !INTERNAL.includes(type)))).toEqual([]);
  });
});

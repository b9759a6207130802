import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../shared/host/answer.ts';
import table from '../../shared/host/decision.json' with { type: 'json' };
import {
  ANSWER_CODES,
  DOCUMENTS,
  ObservationError,
  rowFor,
  STAGES,
  stagesOf,
} from '../../shared/host/decision.ts';
import { badParameters, PARAMETERS } from '../../shared/host/parameters.ts';

const rows = [...STAGES].flatMap(([stage, list]) => list.map((row) => ({ stage, row })));
const observations = new Map<string, readonly string[]>(
  Object.entries(table.observations).map(([name, { values }]) => [name, values]),
);

describe('the host decision table', () => {
  it('asks only for observations and values that it names', () => {
    for (const { row } of rows)
      for (const [name, wanted] of Object.entries(row.when))
        for (const value of [wanted].flat())
          expect(observations.get(name), `${row.id}: ${name}`).toContain(value);
  });

  it('uses every observation, every effect and every answer code', () => {
    const asked = new Set(rows.flatMap(({ row }) => Object.keys(row.when)));
    expect([...asked].sort()).toEqual([...observations.keys()].sort());
    const effects = new Set(rows.flatMap(({ row }) => row.effects));
    expect([...effects].sort()).toEqual(Object.keys(table.effects).sort());
    const codes = new Set(rows.map(({ row }) => row.answer).filter((code) => code !== 'continue'));
    expect([...codes].sort()).toEqual([...ANSWER_CODES]);
  });

  it('gives every row an id of its own', () => {
    expect(new Set(rows.map(({ row }) => row.id)).size).toBe(rows.length);
  });

  it('ends every stage with a row that matches everything', () => {
    for (const list of STAGES.values()) expect(list.at(-1)?.when).toEqual({});
  });

  it('ends every document with an answer', () => {
    for (const { stages } of Object.values(DOCUMENTS)) {
      const last = stages.at(-1);
      for (const row of (last && STAGES.get(last)) ?? []) expect(row.answer).not.toBe('continue');
    }
  });

  it('can make a file system only in format, on a blank volume', () => {
    const making = rows.filter(({ row }) => row.effects.includes('mkfs'));
    expect(making.map(({ row }) => row.id)).toEqual(['blank-go']);
    expect(
      Object.entries(DOCUMENTS)
        .filter(([, plan]) => plan.stages.includes('blankness'))
        .map(([d]) => d),
    ).toEqual(['format']);
    expect(rowFor('blankness', { deviceUse: 'free', fsUuid: 'none', blank: 'no' }).answer).toBe('not-blank');
  });

  it('lets no refusal write to the volume', () => {
    const writing = new Set([
      'mkfs',
      'write-marker',
      'mount',
      'grow',
      'check-file-system',
      'move-aside',
      'start-docker',
    ]);
    for (const { row } of rows)
      if (row.answer !== 'continue')
        expect(
          row.effects.filter((effect) => writing.has(effect)),
          row.id,
        ).toEqual([]);
  });

  it('starts Docker only for an accepted marker, and never for another', () => {
    for (const marker of observations.get('marker') ?? [])
      expect(rowFor('marker', { marker }).answer === 'continue', marker).toBe(
        marker === 'equal' || marker === 'parent-first-mount',
      );
  });

  it('asks whether it was overtaken before each step after the first', () => {
    expect(stagesOf('start').filter((stage) => stage === 'step')).toHaveLength(
      DOCUMENTS.start.stages.length - 1,
    );
    expect(stagesOf('stop')).not.toContain('step');
  });

  it('refuses to decide on an observation that is missing or unknown', () => {
    expect(() => rowFor('marker', {})).toThrow(ObservationError);
    expect(() => rowFor('marker', { marker: 'perhaps' })).toThrow(ObservationError);
  });

  it('has every answer code in the runbook, with what a person should do, and no code that is none', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const chapter = runbook.slice(runbook.indexOf('## What a host answers'));
    const told = chapter.split('\n').flatMap((line) => {
      const [, codes = '', meaning = '', deed = ''] =
        line.split(' | ').length === 3 ? ['', ...line.split(' | ')] : [];
      if (!codes.startsWith('| `') || meaning.trim().length < 3 || deed.trim().length < 3) return [];
      return [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code);
    });
    expect([...new Set(told)].sort()).toEqual([...ANSWER_CODES]);
    expect(told).toHaveLength(ANSWER_CODES.length);
    expect(chapter).toContain('`internal`');
  });

  it('gives every hold an answer that is not ok', () => {
    for (const { row } of rows) if (row.hold) expect(row.ok, row.id).toBe(false);
  });
});

describe('the parameters of the documents', () => {
  it('are anchored patterns that no shell text passes', () => {
    const hostile = [
      '',
      ' ',
      '$(id)',
      '`id`',
      ';id',
      '1;id',
      "'",
      '"',
      '1\n2',
      '../..',
      '-rf',
      '1 2',
      '\u0000',
    ];
    for (const [document, parameters] of Object.entries(PARAMETERS))
      for (const [name, { pattern }] of Object.entries(parameters)) {
        expect(pattern.startsWith('^') && pattern.endsWith('$')).toBe(true);
        for (const text of hostile)
          expect(new RegExp(pattern).test(text), `${document} ${name} ${text}`).toBe(false);
      }
  });

  it('names what is missing, wrong or unknown', () => {
    const good = {
      operationNumber: '7',
      operationId: '01J00000000000000000000000',
      volumeId: 'vol-0123456789abcdef0',
      stopBudgetSeconds: '60',
    };
    expect(badParameters('stop', good)).toEqual([]);
    expect(badParameters('stop', { ...good, operationNumber: '0' })).toEqual(['operationNumber']);
    expect(badParameters('stop', { ...good, command: 'id' })).toEqual(['command']);
  });
});

describe('an answer', () => {
  it('is the last line of the output', () => {
    const answer = parseAnswer(
      'noise\n{"ok":true,"code":"stopped","operation":{"number":7,"id":"X"},"unmounted":true}\n',
    );
    expect(answer).toMatchObject({ ok: true, code: 'stopped', unmounted: true });
  });

  it('is nothing when it was cut, is no JSON or has a code nobody knows', () => {
    for (const text of [
      '',
      'hello',
      '{"ok":true,"co',
      '{"ok":true,"code":"fine","operation":{"number":1,"id":""}}',
    ])
      expect(parseAnswer(text)).toBeUndefined();
  });
});

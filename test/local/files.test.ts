import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readZip, unpack } from '../../local/lambda/unpack.ts';
import { isFresh } from '../../local/package-first.ts';
import { decodeLines, encodeLine, openJournal } from '../../local/region/journal.ts';
import { zipOf } from './zip.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'spotkeep-files-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a packaged zip', () => {
  it('is unpacked whole, stored or deflated, once', () => {
    for (const deflated of [true, false]) {
      const file = path.join(directory, `a${deflated}.zip`);
      writeFileSync(file, zipOf('functions/tick.cjs', 'exports.handler = 1;', deflated));
      const into = unpack(file, directory);
      expect(readFileSync(path.join(into, 'functions/tick.cjs'), 'utf8')).toBe('exports.handler = 1;');
      expect(unpack(file, directory)).toBe(into);
    }
  });

  it('that is none, or reaches outside, is refused', () => {
    expect(() => readZip(Buffer.alloc(100))).toThrow('package again');
    const file = path.join(directory, 'evil.zip');
    writeFileSync(file, zipOf('../../evil.cjs', 'x', false));
    expect(() => unpack(file, directory)).toThrow('outside');
  });
});

describe('the package', () => {
  it('is fresh while nothing that it is made of is newer', () => {
    const root = path.join(directory, 'root');
    const made = path.join(root, 'made');
    mkdirSync(path.join(root, 'functions'), { recursive: true });
    mkdirSync(made);
    const source = path.join(root, 'functions', 'tick.ts');
    writeFileSync(source, '');
    expect(isFresh(made, root)).toBe(false);
    const state = path.join(made, 'serverless-state.json');
    writeFileSync(state, '{}');
    utimesSync(source, 1_000, 1_000);
    utimesSync(state, 2_000, 2_000);
    expect(isFresh(made, root)).toBe(true);
    utimesSync(source, 3_000, 3_000);
    expect(isFresh(made, root)).toBe(false);
  });
});

describe('a journal', () => {
  it('keeps dates and bytes', () => {
    const line = {
      t: 1,
      input: { at: new Date(5), bytes: new Uint8Array([1, 255]), list: [new Date(6)], no: null },
    };
    expect(decodeLines(encodeLine(line), 'x').lines).toEqual([line]);
  });

  it('loses a line that was never finished, and no other', () => {
    expect(decodeLines('{"a":1}\n{"a":2}\n{"a":', 'x')).toEqual({ lines: [{ a: 1 }, { a: 2 }], bytes: 16 });
    expect(() => decodeLines('{"a":1}\n{"a"\n{"a":2}\n', 'FILE')).toThrow('FILE: line 2 is damaged');
  });

  it('is continued where it was cut, in the order of its lines, by one region at a time', async () => {
    const file = path.join(directory, 'state');
    writeFileSync(file, '{"a":1}\n{"torn');
    const { lines, journal } = await openJournal(file);
    expect(lines).toEqual([{ a: 1 }]);
    writeFileSync(`${file}.lock`, '1');
    await expect(openJournal(file)).rejects.toThrow('in use by process 1');
    await Promise.all([2, 3, 4].map((a) => journal.append({ a })));
    await journal.close();
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"a":2}\n{"a":3}\n{"a":4}\n');
  });
});

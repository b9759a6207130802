import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../infra/package/osls.ts';
import rooms from './rooms.json' with { type: 'json' };

const PRODUCT = [...Object.keys(rooms), 'infra', 'shared/host/part', 'examples', '.'];
const READ = /\.(ts|js|mjs|cjs|sh|yml|json)$/;
/** Locks and lists that name everything. */
const PASSED_OVER = /^(package-lock\.json|package\.json)$/;

interface Recipe {
  heading: string;
  pattern: RegExp;
  listed: string[];
}

const recipes = (): Recipe[] =>
  readFileSync(path.join(ROOT, 'HACKING.md'), 'utf8')
    .split(/^## /m)
    .flatMap((section) => {
      const pattern = /<!-- example: (.+) -->/.exec(section)?.[1];
      if (pattern === undefined) return [];
      const listed = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, room = '']) => room);
      return [{ heading: section.split('\n')[0] ?? '', pattern: new RegExp(pattern), listed }];
    });

const roomsThatName = (pattern: RegExp): string[] =>
  PRODUCT.filter((room) =>
    readdirSync(path.join(ROOT, room), { withFileTypes: true })
      .filter((entry) => entry.isFile() && READ.test(entry.name) && !PASSED_OVER.test(entry.name))
      .some((entry) => pattern.test(readFileSync(path.join(ROOT, room, entry.name), 'utf8'))),
  );

describe('HACKING.md', () => {
  it('has a recipe for each of the four usual changes', () => {
    expect(recipes()).toHaveLength(4);
  });

  for (const { heading, pattern, listed } of recipes())
    it(`names every room that its example touches, and no other: ${heading}`, () => {
      expect(roomsThatName(pattern).toSorted()).toEqual(listed.toSorted());
    });
});

describe('ARCHITECTURE.md', () => {
  it('has a row for every room, and no other', () => {
    const text = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    const layout = text.slice(text.indexOf('## Layout'), text.indexOf('## One interruption'));
    const named = [...layout.matchAll(/^\| `([^`]+)` \|/gm)].map(([, room = '']) => room);
    expect(named.toSorted()).toEqual(Object.keys(rooms).toSorted());
  });
});

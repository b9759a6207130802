// Wording that a reader trips over: actors without a name, and turns of phrase that are not the field's. CONTRIBUTING.md
// has the rules; this is their mechanical part. Quotes of others may say what they like.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../infra/package/osls.ts';

const AVOIDED =
  /\b(a person|somebody|nobody|hears|anew|mended|of then|without a word|all the same|is told|so long|but for)\b/i;
const PLACES = ['*.md', 'cli', 'shared', 'simulator', 'demo', 'local', 'text', 'infra', 'functions'];
/** Decisions and the changelog are history: they keep the words of their day. */
const HISTORY = [':!docs/decision', ':!CHANGELOG.md'];
const TEXT = /\.(md|ts|js|mjs|cjs|sh|yml|json|html|css)$/;

const found = (name: string, text: string): string[] =>
  text
    .split('\n')
    .flatMap((line, index) =>
      AVOIDED.test(line) ? [`${name}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
    );

describe('wording', () => {
  it('names the actor and uses the field’s words', () => {
    const files = execFileSync('git', ['ls-files', '--', ...PLACES, ...HISTORY], {
      cwd: ROOT,
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .filter((name) => TEXT.test(name) && !name.startsWith('test/'));
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap((name) => found(name, readFileSync(path.join(ROOT, name), 'utf8')))).toEqual([]);
  });

  it('is found wherever it stands', () => {
    expect(found('x.md', 'fine\nNobody hears of it.\n')).toEqual(['x.md:2: Nobody hears of it.']);
  });
});

// The template as a whole, so that no change of it goes unseen. `UPDATE_GOLDEN=1 npm test` writes it anew: read the
// difference before committing it. Masked: what changes with every packaging, and the scripts, which have tests of
// their own.

import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { expect, it } from 'vitest';
import type { Template } from '../../local/policy/template.ts';

const GOLDEN = new URL('../golden/template.json', import.meta.url);

export function goldenSuite(template: () => Template): void {
  it('is the reviewed one', async () => {
    const text = `${JSON.stringify(mask(template()), null, 1)}\n`;
    if (process.env.UPDATE_GOLDEN) await writeFile(GOLDEN, text);
    expect(JSON.parse(text)).toEqual(JSON.parse(await readFile(GOLDEN, 'utf8')));
  });
}

function mask(value: unknown, key = ''): unknown {
  if (key === 'S3Key') return '<artifact>';
  if (key === 'runCommand') return '<script>';
  if (key === 'UserData') return '<user data>';
  if (Array.isArray(value)) return value.map((item) => mask(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, mask(item, name)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

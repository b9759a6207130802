// Lambda's ways in: what importing them does not do, what the first call does, and which clients each one brings.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionFiles } from '../../infra/package/bundles.ts';
import { ROOT } from '../../infra/package/osls.ts';

const entries = functionFiles();
const functionOf = (entry: string): string => `functions/${path.basename(entry)}`;

/** Imports files in a process of its own, and tells which variables of the environment were read meanwhile. */
const importing = (files: readonly string[]): { read: string[]; exports: Record<string, string[]> } => {
  const script = `
    const read = new Set();
    let listening = false;
    process.env = new Proxy(process.env, {
      get(env, name) { if (listening) read.add(String(name)); return Reflect.get(env, name); },
      has(env, name) { if (listening) read.add(String(name)); return Reflect.has(env, name); },
    });
    const exports = {};
    for (const file of ${JSON.stringify(files.map((file) => path.join(ROOT, file)))}) {
      listening = true;
      const module = await import(file);
      listening = false;
      exports[file] = Object.keys(module);
    }
    console.log(JSON.stringify({ read: [...read], exports }));`;
  const done = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
};

describe('importing', () => {
  it('a function reads nothing of the environment and makes no handler', () => {
    const { read, exports } = importing(entries.map(functionOf));
    // Node's own loader asks for one.
    expect(read.filter((name) => name !== 'WATCH_REPORT_DEPENDENCIES')).toEqual([]);
    expect(Object.keys(exports)).toHaveLength(entries.length);
    for (const names of Object.values(exports)) expect(names).toEqual(['createHandler']);
  });

  it('an entry reads none of our variables and exports its handler', () => {
    const { read, exports } = importing(entries);
    expect(read.filter((name) => name.startsWith('SPOTKEEP_') || name === 'AWS_REGION')).toEqual([]);
    for (const names of Object.values(exports)) expect(names).toEqual(['handler']);
  });
});

describe('an entry', () => {
  it.each(entries)(
    '%s rejects without its environment and names the variable that is missing',
    async (entry) => {
      const { handler } = await import(path.join(ROOT, entry));
      const call = { getRemainingTimeInMillis: () => 1_000 };
      await expect(handler({}, call)).rejects.toThrow(/environment: (AWS_REGION|SPOTKEEP_\w+) is missing/);
    },
  );
});

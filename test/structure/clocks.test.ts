import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts';

/** Time, chance, clients and the environment come in through deps, so that the same code runs on virtual time. */
const FORBIDDEN: readonly { what: string; pattern: RegExp }[] = [
  {
    what: 'the wall clock',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)|\bperformance\.now\b|\bhrtime\b/g,
  },
  { what: 'Temporal.Now', pattern: /\bTemporal\.Now\b/g },
  {
    what: 'unseeded chance',
    pattern: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\brandomInt\b|\bgetRandomValues\b/g,
  },
  { what: 'a timer', pattern: /\bset(Timeout|Interval)\s*\(|\bsetTimeout as\b/g },
  { what: 'a client of its own', pattern: /\bnew \w+Client\(/g },
  { what: 'the environment', pattern: /\bprocess\.env\b/g },
];

/** Where they come in, and why. */
const EDGES: readonly RegExp[] = [
  // The adapters make the clients.
  /^shared\/aws\//,
  // Lambda's runtime: wall clock, randomness, environment.
  /^functions\/runtime\/lambda\.ts$/,
  // The edge at which a simulated run meets a person's clock and terminal.
  /^demo\/main\.ts$/,
  // Real instances take real time.
  /^simulator\/real-host\//,
  // Clients of the simulated region are real SDK clients.
  /^simulator\/wire\/clients\.ts$/,
];

function uses(file: SourceFile): string[] {
  return FORBIDDEN.flatMap(({ what, pattern }) =>
    [...file.code.matchAll(pattern)].map(([found]) => `${file.name} uses ${what}: ${found.trim()}`),
  );
}

describe('the product', () => {
  it('has time, chance, clients and environment given to it', () => {
    const files = sourceFiles(['shared', 'functions', 'simulator', 'demo', 'text']).filter(
      ({ name }) => !EDGES.some((edge) => edge.test(name)),
    );
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(uses)).toEqual([]);
  });

  it('has adapters that keep no clock and no chance of their own either; ports.ts gives them theirs', () => {
    const clocks = FORBIDDEN.filter(({ what }) => what === 'the wall clock' || what === 'unseeded chance');
    const adapters = sourceFiles(['shared/aws']).filter(({ name }) => name !== 'shared/aws/ports.ts');
    const found = adapters.flatMap(({ name, code }) =>
      clocks.flatMap(({ pattern }) => [...code.matchAll(pattern)].map(([use]) => `${name}: ${use}`)),
    );
    expect(found).toEqual([]);
  });

  it('is read without its comments, and an instant made from a number is no clock', () => {
    const clean = sourceFile(
      'shared/decide/x.ts',
      '// Date.now() lies\n/* Math.random() */\nconst a = new Date(at).toISOString();\n',
    );
    expect(uses(clean)).toEqual([]);
    const dirty = sourceFile(
      'shared/decide/x.ts',
      'const a = new Date();\nconst b = Date.now() + Math.random();\nsetTimeout(f, 1);\n',
    );
    expect(uses(dirty)).toHaveLength(4);
  });
});

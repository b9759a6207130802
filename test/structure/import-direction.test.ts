import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts';

/** What each part may import besides itself. Longer folders come first; a part that is not here may import nothing. */
const MAY_IMPORT: readonly { part: string; from: readonly string[]; packages: readonly string[] }[] = [
  { part: 'shared/port', from: ['shared/definition'], packages: ['node:crypto'] },
  {
    part: 'shared/definition',
    from: ['shared/port'],
    packages: ['zod/mini', 'yaml', 'node:crypto', 'temporal-polyfill'],
  },
  { part: 'shared/event', from: ['shared/port', 'shared/definition'], packages: ['zod/mini', 'node:crypto'] },
  {
    part: 'shared/decide',
    // host: the parameters and answers of the documents are data that decisions are made of.
    from: ['shared/port', 'shared/definition', 'shared/host'],
    packages: ['zod/mini', 'temporal-polyfill', 'node:crypto'],
  },
  {
    part: 'shared/host',
    from: ['shared/port'],
    packages: ['zod/mini', 'node:fs', 'node:zlib', 'node:crypto'],
  },
  {
    part: 'shared/act',
    from: ['shared/decide', 'shared/event', 'shared/port', 'shared/definition', 'shared/host'],
    packages: ['zod/mini', 'node:crypto'],
  },
  {
    part: 'shared/aws',
    from: ['shared/port', 'shared/definition'],
    packages: ['@aws-sdk/', '@smithy/', 'node:', 'zod/mini'],
  },
  {
    part: 'simulator/demo',
    from: ['simulator', 'functions', 'shared'],
    packages: ['node:', 'yaml', 'zod/mini'],
  },
];

function partOf(name: string): string | undefined {
  return MAY_IMPORT.map(({ part }) => part).find((part) => name.startsWith(`${part}/`));
}

function wrongImports(file: SourceFile): string[] {
  const rule = MAY_IMPORT.find(({ part }) => part === partOf(file.name));
  if (!rule) return [];
  return file.imports
    .filter((imported) => {
      if (/^(functions|shared|simulator|cli|infra|scripts|test)\//.test(imported)) {
        return ![rule.part, ...rule.from].some((part) => imported.startsWith(`${part}/`));
      }
      return !rule.packages.some(
        (name) => imported === name || (/[:/]$/.test(name) && imported.startsWith(name)),
      );
    })
    .map((imported) => `${file.name} imports ${imported}`);
}

describe('imports', () => {
  it('run one way: event and decide know no adapter, adapters know no decision', () => {
    expect(sourceFiles(['shared']).flatMap(wrongImports)).toEqual([]);
  });

  it('of the simulated region reach the product only through its ports, except where both are put together', () => {
    const wrong = sourceFiles(['simulator']).flatMap(({ name, imports }) => {
      // Where the whole product is put onto the region: its world, its Lambda, the demo.
      if (/^simulator\/((world|lambda)\.ts$|demo\/|run\/|campaign\/)/.test(name)) return [];
      return imports
        .filter((imported) => /^(functions|cli|shared\/(act|aws|decide\/plan))/.test(imported))
        .map((imported) => `${name} imports ${imported}`);
    });
    expect(wrong).toEqual([]);
  });

  it('are found in every form and told apart', () => {
    const file = sourceFile(
      'shared/decide/x.ts',
      [
        "import type { A } from '../port/time.ts';",
        "import {\n  b,\n} from '../aws/clients.ts';",
        "export { c } from '../../functions/tick.ts';",
        "// import { d } from '../aws/tags.ts';",
        "const e = await import('@aws-sdk/client-ec2');",
      ].join('\n'),
    );
    expect(wrongImports(file)).toEqual([
      'shared/decide/x.ts imports shared/aws/call/clients.ts',
      'shared/decide/x.ts imports functions/tick.ts',
      'shared/decide/x.ts imports @aws-sdk/client-ec2',
    ]);
  });

  it('never lead through a barrel', () => {
    const names = sourceFiles([
      'functions',
      'shared',
      'simulator',
      'demo',
      'local',
      'cli',
      'text',
      'infra',
    ]).map(({ name }) => name);
    expect(names.filter((name) => /\/(index|utils?|helpers?|manager|common)\.ts$/.test(name))).toEqual([]);
  });
});

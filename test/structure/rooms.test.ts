import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ROOT } from '../../infra/package/osls.ts';
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts';

/** What each room may import besides itself. A file that lies in no room may not exist. */
const rooms = z.parse(
  z.record(z.string(), z.object({ from: z.array(z.string()), packages: z.array(z.string()) })),
  JSON.parse(readFileSync(path.join(ROOT, 'test', 'structure', 'rooms.json'), 'utf8')),
);

const TOP = ['functions', 'shared', 'simulator', 'demo', 'local', 'cli', 'text', 'infra', 'scripts'] as const;
/** One screen of names. The handlers are one row of a list each. */
const FILES_IN_A_ROOM = 16;
const WITHOUT_A_LIMIT: readonly string[] = ['functions'];
const DEPTH = 3;

/** What the page's server serves under its own folder from packages: no file of the repository. */
const SERVED = 'cli/dashboard/page/lib/';

const files = sourceFiles(TOP, /\.(ts|mjs|cjs|js)$/);
const folderOf = (name: string): string => path.posix.dirname(name);
const roomOf = (name: string): string | undefined =>
  Object.hasOwn(rooms, folderOf(name)) ? folderOf(name) : undefined;
const isOwn = (imported: string): boolean =>
  /^(functions|shared|simulator|demo|local|cli|text|infra|scripts|test)\//.test(imported);
const allows = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

function wrongImports({ name, imports }: SourceFile): string[] {
  const room = roomOf(name);
  if (room === undefined) return [`${name} lies in no room of test/structure/rooms.json`];
  const { from = [], packages = [] } = rooms[room] ?? {};
  return imports
    .filter((imported) => !imported.startsWith(SERVED))
    .filter((imported) =>
      isOwn(imported)
        ? ![room, ...from].includes(folderOf(imported))
        : !packages.some((pattern) => allows(pattern, imported)),
    )
    .map((imported) => `${name} imports ${imported}`);
}

/** The first circle found from each start, as the names along it. */
function circles(arrows: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (at: string, trail: readonly string[]): void => {
    if (trail.includes(at)) {
      found.push([...trail.slice(trail.indexOf(at)), at].join(' → '));
      return;
    }
    if (done.has(at)) return;
    for (const next of arrows.get(at) ?? []) walk(next, [...trail, at]);
    done.add(at);
  };
  for (const start of arrows.keys()) walk(start, []);
  return found;
}

describe('rooms', () => {
  it('are where every source file lies, and import what rooms.json allows', () => {
    expect(files.length).toBeGreaterThan(380);
    expect(files.flatMap(wrongImports)).toEqual([]);
  });

  it('allow nothing that no file needs', () => {
    const used = new Set(
      files.flatMap(({ name, imports }) =>
        imports.filter(isOwn).map((imported) => `${folderOf(name)} < ${folderOf(imported)}`),
      ),
    );
    const unused = Object.entries(rooms).flatMap(([room, { from, packages }]) => [
      ...from.filter((other) => !used.has(`${room} < ${other}`)).map((other) => `${room} < ${other}`),
      ...packages
        .filter(
          (pattern) =>
            !files.some(
              ({ name, imports }) =>
                folderOf(name) === room &&
                imports.some((imported) => !isOwn(imported) && allows(pattern, imported)),
            ),
        )
        .map((pattern) => `${room} < ${pattern}`),
    ]);
    expect(unused).toEqual([]);
  });

  it('lead round in no circle, neither rooms nor files', () => {
    const between = new Map(Object.entries(rooms).map(([room, { from }]) => [room, from]));
    expect(circles(between)).toEqual([]);
    const names = new Set(files.map(({ name }) => name));
    const among = new Map(
      files.map(({ name, imports }) => [name, imports.filter((imported) => names.has(imported))]),
    );
    expect(circles(among)).toEqual([]);
  });

  it(`hold at most ${FILES_IN_A_ROOM} files and lie at most ${DEPTH} below the top`, () => {
    const full = Object.keys(rooms)
      .filter((room) => !WITHOUT_A_LIMIT.includes(room))
      .map((room) => ({ room, files: files.filter(({ name }) => folderOf(name) === room).length }))
      .filter((one) => one.files > FILES_IN_A_ROOM);
    expect(full).toEqual([]);
    expect(
      files.map(({ name }) => folderOf(name)).filter((folder) => folder.split('/').length - 1 > DEPTH),
    ).toEqual([]);
  });

  it('keep the product’s core from everything built on it', () => {
    const reaches = (top: string, others: readonly string[]): string[] =>
      files
        .filter(({ name }) => name.startsWith(`${top}/`))
        .flatMap(({ name, imports }) =>
          imports
            .filter((one) => others.some((other) => one.startsWith(`${other}/`)))
            .map((one) => `${name} ${one}`),
        );
    expect(reaches('shared', ['local', 'demo', 'simulator', 'cli', 'functions'])).toEqual([]);
    expect(reaches('cli', ['simulator', 'demo'])).toEqual([]);
  });
});

describe('imports', () => {
  it('are found in every form and told apart', () => {
    const file = sourceFile(
      'shared/decide/turn/x.ts',
      [
        "import type { A } from '../../base/time.ts';",
        "import {\n  b,\n} from '../../aws/call/clients.ts';",
        "export { c } from '../../../functions/tick.ts';",
        "// import { d } from '../../aws/call/tags.ts';",
        "const e = await import('@aws-sdk/client-ec2');",
      ].join('\n'),
    );
    expect(wrongImports(file)).toEqual([
      'shared/decide/turn/x.ts imports shared/aws/call/clients.ts',
      'shared/decide/turn/x.ts imports functions/tick.ts',
      'shared/decide/turn/x.ts imports @aws-sdk/client-ec2',
    ]);
  });

  it('never lead through a barrel', () => {
    expect(
      files
        .map(({ name }) => name)
        .filter((name) => /\/(index|utils?|helpers?|manager|common)\.ts$/.test(name)),
    ).toEqual([]);
  });
});

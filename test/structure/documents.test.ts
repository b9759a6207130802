import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../infra/package/osls.ts';
import manifest from '../../package.json' with { type: 'json' };
import { LOCAL_SECTION } from '../local/readme-cases.ts';
import { commandLines, readme, readmeSection } from './readme.ts';

const WORDS = 1200;
/** Precedes a block of commands that no test can run, with the reason. */
const NOT_EXECUTED = /<!-- not executed by tests: [^>]+ -->/;

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const documents = (): string[] => [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('docs', name)),
];

describe('README', () => {
  it(`has at most ${WORDS} words`, () => {
    expect(readme().split(/\s+/).length).toBeLessThanOrEqual(WORDS);
  });

  it('has only commands that CI runs, that the local suite runs, or that are marked as not executed', () => {
    const ci = read('.ci/run');
    const local = new Set(commandLines(readmeSection(LOCAL_SECTION)));
    const unchecked = readme()
      .split(/^## /m)
      .filter((section) => !NOT_EXECUTED.test(section))
      .flatMap(commandLines)
      .filter((line) => !local.has(line) && !ci.includes(`README: ${line}'`));
    expect(unchecked).toEqual([]);
  });
});

describe('documents', () => {
  it('link only to files that exist', () => {
    const broken = documents().flatMap((name) =>
      [...read(name).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)]
        .map(([, target = '']) => path.join(path.dirname(name), target))
        .filter((target) => !existsSync(path.join(ROOT, target)))
        .map((target) => `${name} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('list every dependency with a reason and a licence, and no other', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const listed = [...read('CONTRIBUTING.md').matchAll(/^\| `([^`]+)` \| [^|]+ \| [\w. -]+ \|$/gm)].map(
      ([, name = '']) => name,
    );
    expect(listed.filter((name) => !/^(npm|\.ci)\b/.test(name)).sort()).toEqual(
      Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort(),
    );
  });
});

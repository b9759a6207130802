// The README as data: its sections and the command lines in them.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../infra/package/osls.ts';

export const readme = (): string => readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/** The text below a heading of the second level. Throws when there is none. */
export const readmeSection = (heading: string): string => {
  const section = readme()
    .split(/^## /m)
    .find((one) => one.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`README.md has no section “${heading}”`);
  return section;
};

/** The commands of indented blocks, without their trailing comments. */
export const commandLines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => /^ {4}(npm|npx|node|export|git|aws) /.test(line))
    .map((line) => line.replace(/\s+# .*$/, '').trim());

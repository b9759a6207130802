// The product's own files, with what they import. Line comments and block comments are blanked, strings kept, so that
// prose about a clock is no clock.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../infra/package/osls.ts';

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  name: string;
  text: string;
  /** Without comments. */
  code: string;
  /** As written: `node:fs`, `zod/mini`, or for relative imports the file's name. */
  imports: string[];
}

export function sourceFiles(folders: readonly string[], ending = /\.ts$/): SourceFile[] {
  return folders
    .flatMap((folder) => filesBelow(folder, ending))
    .map((name) => sourceFile(name, readFileSync(path.join(ROOT, name), 'utf8')));
}

export function sourceFile(name: string, text: string): SourceFile {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|[\s;{}(),])\/\/.*$/gm, '$1');
  const specifiers = [
    ...code.matchAll(/^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/^import\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g),
  ];
  const imports = specifiers.map(([, specifier = '']) =>
    specifier.startsWith('.') ? path.posix.join(path.posix.dirname(name), specifier) : specifier,
  );
  return { name, text, code, imports };
}

function filesBelow(folder: string, ending: RegExp): string[] {
  let entries: string[];
  try {
    entries = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  } catch (error) {
    // A part of the product that does not exist yet has no files.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => ending.test(entry))
    .map((entry) => path.posix.join(folder, entry.split(path.sep).join('/')))
    .sort();
}

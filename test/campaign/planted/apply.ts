// A copy of the product with one bug in it, in a temporary folder; node_modules is shared.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bug, Patch } from './bug.ts';

export const ROOT = path.dirname(path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url)))));

const COPIED = [
  'shared',
  'functions',
  'simulator',
  'demo',
  'text',
  'local',
  'test',
  'examples',
  'infra',
  'scripts',
  'docs',
];
const FILES = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'serverless.yml'];

/** The text with the bug in it. Throws when what it replaces is not there exactly once. */
export const patched = (text: string, { file, find, replace }: Patch, bug: Bug): string => {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`planted bug ${bug.id} (${bug.name}): ${file} has its text ${parts.length - 1} times`);
  return parts.join(replace);
};

export const patchedFiles = (bug: Bug): Map<string, string> => {
  const files = new Map<string, string>();
  for (const patch of bug.patches) {
    const text = files.get(patch.file) ?? readFileSync(path.join(ROOT, patch.file), 'utf8');
    files.set(patch.file, patched(text, patch, bug));
  }
  return files;
};

export interface Copy {
  folder: string;
  remove(): void;
}

export const copyWith = (bug: Bug): Copy => {
  const files = patchedFiles(bug);
  const folder = mkdtempSync(path.join(tmpdir(), `spotkeep-planted-${bug.id}-`));
  for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  for (const name of FILES) cpSync(path.join(ROOT, name), path.join(folder, name));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [file, text] of files) writeFileSync(path.join(folder, file), text);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

// Packages the service when the package is missing or older than what it is made of, so that what runs here is what
// would be deployed.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageService, ROOT } from '../infra/package/osls.ts';
import { type Template, templateShape } from './policy/template.ts';
import { LocalError } from './process/local-error.ts';
import { takeLock } from './process/pid-lock.ts';

/** What the package is made of. */
const SOURCES = [
  'functions',
  'shared',
  'infra',
  'serverless.yml',
  'esbuild-plugins.cjs',
  'package-lock.json',
  'package.json',
];
const LOOK_AGAIN_MS = 500;

/** Written last by the framework: there only when all the rest is. */
const LAST = 'serverless-state.json';
const TEMPLATE = 'cloudformation-template-update-stack.json';

const newest = (entry: string): number => {
  const stat = statSync(entry);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(entry).reduce((latest, name) => Math.max(latest, newest(path.join(entry, name))), 0);
};

export const isFresh = (directory: string, root: string = ROOT): boolean => {
  const state = path.join(directory, LAST);
  if (!existsSync(state)) return false;
  const made = statSync(state).mtimeMs;
  return SOURCES.every((name) => {
    const source = path.join(root, name);
    return !existsSync(source) || newest(source) <= made;
  });
};

export interface Packaged {
  template: Template;
  region: string;
  madeAt: Date;
  zip: (name: string) => string;
}

/** `mayPackage` false: takes what is there. */
export const packageFirst = async (options: {
  directory: string;
  mayPackage: boolean;
  tell: (text: string) => void;
}): Promise<Packaged> => {
  const { directory, mayPackage, tell } = options;
  if (mayPackage && !isFresh(directory)) await packageAlone(directory, tell);
  const file = path.join(directory, TEMPLATE);
  if (!existsSync(file)) throw new LocalError(`${directory} holds no package; leave out --no-package`);
  const state: unknown = JSON.parse(readFileSync(path.join(directory, LAST), 'utf8'));
  return {
    template: templateShape.parse(JSON.parse(readFileSync(file, 'utf8'))),
    region: regionIn(state),
    madeAt: statSync(file).mtime,
    zip: (name) => path.join(directory, name),
  };
};

/** One at a time: the framework works in a directory of its own beside the sources. */
const packageAlone = async (directory: string, tell: (text: string) => void): Promise<void> => {
  const lock = path.join(ROOT, '.cache', 'packaging.lock');
  for (let taken = takeLock(lock); ; taken = takeLock(lock)) {
    if (typeof taken !== 'function') {
      await pause(LOOK_AGAIN_MS);
      continue;
    }
    try {
      // Another one may have packaged meanwhile.
      if (isFresh(directory)) return;
      tell('Packaging the functions (half a minute) …');
      await packageService(ROOT, directory);
      return;
    } catch (error) {
      throw new LocalError(`packaging failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      taken();
    }
  }
};

/** The framework notes the region that it packaged for. */
const regionIn = (state: unknown): string => {
  const found = ['service', 'provider', 'region'].reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    state,
  );
  if (typeof found !== 'string') throw new LocalError('the package names no region: package again');
  return found;
};

// The files of the page: its own beside this one, and those of its libraries as their packages ship them. A fixed list:
// no path of a request ever reaches the file system.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface Asset {
  type: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Undefined: there is no such file. */
export type Assets = (name: string) => Asset | undefined;

const OWN = [
  'page.html',
  'page.css',
  'icon.svg',
  'main.js',
  'frame.js',
  'store.js',
  'html.js',
  'words.js',
  'workload.js',
  'week.js',
  'incidents.js',
  'data.js',
  'cost.js',
  'dialog.js',
] as const;

/** Name on the page, package, and the file beside the package's entry point. */
const LIBRARIES: readonly (readonly [name: string, of: string, file: string])[] = [
  ['lib/preact.js', 'preact', 'preact.mjs'],
  ['lib/htm.js', 'htm', 'htm.module.js'],
  ['lib/uplot.js', 'uplot', 'uPlot.iife.min.js'],
  ['lib/uplot.css', 'uplot', 'uPlot.min.css'],
];

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Read once each, when first asked for. */
export function createAssets(): Assets {
  const { resolve } = createRequire(import.meta.url);
  const files = new Map<string, () => string>([
    ...OWN.map((name) => [name, () => path.join(import.meta.dirname, 'page', name)] as const),
    ...LIBRARIES.map(([name, of, file]) => [name, () => path.join(path.dirname(resolve(of)), file)] as const),
  ]);
  const read = new Map<string, Asset>();
  return (name) => {
    const known = read.get(name);
    const file = files.get(name);
    if (known !== undefined || file === undefined) return known;
    const asset = {
      type: TYPES[path.extname(name)] ?? 'application/octet-stream',
      body: new Uint8Array(readFileSync(file())),
    };
    read.set(name, asset);
    return asset;
  };
}

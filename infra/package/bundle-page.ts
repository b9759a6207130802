// docs/bundles.md: what the functions weigh. The page is not written again for every line that a function gains, and
// never says what is no longer about right.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LIMIT_BYTES } from './bundles.ts';
import { ROOT } from './osls.ts';

/** How far a size on the page may be off, as a share of the real one. */
const DRIFT = 0.05;

const FILE = path.join(ROOT, 'docs', 'bundles.md');

export interface Weight {
  name: string;
  bytes: number;
}

const ROW = /^\| ([a-z-]+) \| (\d+) \| (\d+) \|$/gm;

/** What is wrong on the page, a line each: functions missing, gone, or of another weight; other words. */
export function stale(weights: readonly Weight[]): string[] {
  const page = readFileSync(FILE, 'utf8');
  const rows = new Map([...page.matchAll(ROW)].map(([, name = '', written]) => [name, Number(written)]));
  const known = new Set(weights.map(({ name }) => name));
  const words = (text: string) => text.replaceAll(ROW, '').replace(/\n{2,}/g, '\n');
  return [
    ...(words(page) === words(pageWith(weightTable([]))) ? [] : ['its words are others']),
    ...[...rows.keys()].filter((name) => !known.has(name)).map((name) => `${name} is no function`),
    ...weights.flatMap(({ name, bytes }) => {
      const written = rows.get(name);
      if (written === undefined) return [`${name} is missing`];
      if (Math.abs(bytes - written * 1000) <= DRIFT * bytes) return [];
      return [`${name} has ${kilobytes(bytes)} KB, the page says ${written}`];
    }),
  ];
}

export function weightTable(weights: readonly (Weight & { zipBytes: number })[]): string {
  const rows = weights.map(
    ({ name, bytes, zipBytes }) => `| ${name} | ${kilobytes(bytes)} | ${kilobytes(zipBytes)} |`,
  );
  return ['| function | bundle KB | zip KB |', '|---|--:|--:|', ...rows].join('\n');
}

export function writePage(table: string): void {
  writeFileSync(FILE, pageWith(table));
}

function pageWith(table: string): string {
  return `# What the functions weigh

Written by \`npm run package\` where a size is off by more than ${DRIFT * 100} % (1 KB = 1000 bytes, minified, the AWS SDK
included). The largest may have ${kilobytes(LIMIT_BYTES)} KB.

${table}

\`esbuild-plugins.cjs\` keeps them small: the SDK's schema tables get plain keys, so that only the operations in use
remain; credentials come from the environment alone, as Lambda gives them; and parts that no call of ours reaches (endpoint
discovery, signing for several regions, event streams) are left out.
`;
}

export function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}

// `npm run package`: packages the service offline into .serverless/, prints what each function weighs, writes the
// table to docs/bundles.md where that is no longer about right, and fails when a bundle is heavier than it may be or a zip holds more than its one bundle.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { kilobytes, stale, type Weight, weightTable, writePage } from '../infra/package/bundle-page.ts';
import { LIMIT_BYTES } from '../infra/package/bundles.ts';
import { packageService, ROOT } from '../infra/package/osls.ts';
import { zipEntries } from '../infra/package/zip-entries.ts';

interface Bundle extends Weight {
  zipBytes: number;
  strays: string[];
}

await packageService(ROOT, '.serverless');
const bundles = read(path.join(ROOT, '.serverless'));
const table = weightTable(bundles);
console.log(table);
if (stale(bundles).length > 0) {
  writePage(table);
  console.log('docs/bundles.md is written again');
}

const wrong = bundles.flatMap(({ name, bytes, strays }) => [
  ...(bytes > LIMIT_BYTES
    ? [`${name}: ${kilobytes(bytes)} KB, the limit is ${kilobytes(LIMIT_BYTES)} KB`]
    : []),
  ...strays.map((stray) => `${name}: its zip also holds ${stray}`),
]);
for (const line of wrong) console.error(line);
process.exitCode = wrong.length > 0 ? 1 : 0;

function read(directory: string): Bundle[] {
  const zips = readdirSync(directory).filter((file) => file.endsWith('.zip'));
  return zips
    .map((file) => {
      const zip = readFileSync(path.join(directory, file));
      const entries = zipEntries(zip);
      const bundle = entries.find(({ name }) => name.startsWith('functions/') && name.endsWith('.cjs'));
      if (!bundle) throw new Error(`${file} holds no bundle`);
      return {
        name: path.basename(bundle.name, '.cjs'),
        bytes: bundle.bytes,
        zipBytes: zip.length,
        strays: entries.filter((entry) => entry !== bundle).map(({ name }) => name),
      };
    })
    .sort((a, b) => b.bytes - a.bytes || a.name.localeCompare(b.name));
}

// `npm run package`: packages the service offline into .serverless/, prints what each function weighs, writes the same
// table to docs/bundles.md, and fails when a bundle is heavier than it may be or a zip holds more than its one bundle.
// Cold starts pay for every kilobyte twice, in download and in parsing.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { packageService, ROOT } from '../infra/package/osls.ts';
import { zipEntries } from '../infra/package/zip-entries.ts';

const LIMIT_BYTES = 600_000;

interface Bundle {
  name: string;
  bytes: number;
  zipBytes: number;
  strays: string[];
}

await packageService(ROOT, '.serverless');
const bundles = read(path.join(ROOT, '.serverless'));
const table = asTable(bundles);
console.log(table);
writeFileSync(path.join(ROOT, 'docs', 'bundles.md'), page(table));

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

function asTable(list: Bundle[]): string {
  const rows = list.map(
    ({ name, bytes, zipBytes }) => `| ${name} | ${kilobytes(bytes)} | ${kilobytes(zipBytes)} |`,
  );
  return ['| function | bundle KB | zip KB |', '|---|--:|--:|', ...rows].join('\n');
}

function page(sizes: string): string {
  return `# What the functions weigh

Written by \`npm run package\` (1 KB = 1000 bytes, minified, the AWS SDK included). The largest may have ${kilobytes(LIMIT_BYTES)} KB.

${sizes}

Two things in \`esbuild-plugins.cjs\` keep them small: the SDK's schema tables get plain keys, so that only the operations
in use remain, and credentials come from the environment alone, as Lambda gives them.
`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}

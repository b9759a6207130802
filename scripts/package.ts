// `npm run package [-- --stage S --region R --json]`: packages the service offline, prints what each function weighs, and
// with --json also the size of each policy and document and what CloudWatch bills. It writes docs/bundles.md where that is
// no longer about right. Exit code 1 where something is larger than AWS or we allow, 2 for bad input.
// The package of serverless.yml's own stage and region is written to .serverless/, any other to .package/<stage>-<region>/.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { kilobytes, stale, type Weight, weightTable, writePage } from '../infra/package/bundle-page.ts';
import { LIMIT_BYTES } from '../infra/package/bundles.ts';
import { type Inventory, inventoryOf } from '../infra/package/inventory.ts';
import { packageService, ROOT } from '../infra/package/osls.ts';
import { zipEntries } from '../infra/package/zip-entries.ts';
import { templateShape } from '../local/policy/template.ts';
import { METRICS } from '../shared/loop/deps.ts';

/** "AWS Systems Manager endpoints and quotas": a document may have 64 KB. */
const DOCUMENT_LIMIT = 65_536;

const DEFAULT = { stage: 'dev', region: 'eu-west-1' };

interface Bundle extends Weight {
  zipBytes: number;
  strays: string[];
}

interface Options {
  stage: string;
  region: string;
  json: boolean;
}

function readOptions(argv: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { stage: { type: 'string' }, region: { type: 'string' }, json: { type: 'boolean' } },
    });
    const { stage = DEFAULT.stage, region = DEFAULT.region, json = false } = values;
    if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage))
      throw new Error(
        `--stage: expected 1 to 20 of a-z, 0-9 and -, beginning with a letter, found "${stage}"`,
      );
    if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region))
      throw new Error(`--region: expected an AWS region such as eu-west-1, found "${region}"`);
    return { stage, region, json };
  } catch (error) {
    console.error(`package: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

const options = readOptions(process.argv.slice(2));
const { stage, region, json } = options;
const isDefault = stage === DEFAULT.stage && region === DEFAULT.region;
const directory = isDefault ? '.serverless' : path.join('.package', `${stage}-${region}`);
await packageService(ROOT, directory, { stage, region });
const bundles = read(path.join(ROOT, directory));
const template = templateShape.parse(
  JSON.parse(readFileSync(path.join(ROOT, directory, 'cloudformation-template-update-stack.json'), 'utf8')),
);
const inventory = inventoryOf(template, { region });
if (json) {
  const functions = bundles.map(({ name, bytes }) => ({ name, kb: Math.round(bytes / 100) / 10 }));
  console.log(JSON.stringify({ functions, ...inventory, metrics: METRICS.length }, null, 1));
} else {
  const table = weightTable(bundles);
  console.log(table);
  if (!isDefault) console.log(`written to ${directory}/`);
  if (stale(bundles).length > 0) {
    writePage(table);
    console.log('docs/bundles.md is written again');
  }
}

const wrong = [...tooLarge(inventory), ...bundles.flatMap(badBundle)];
for (const line of wrong) console.error(line);
process.exitCode = wrong.length > 0 ? 1 : 0;

function badBundle({ name, bytes, strays }: Bundle): string[] {
  return [
    ...(bytes > LIMIT_BYTES
      ? [`${name}: ${kilobytes(bytes)} KB, the limit is ${kilobytes(LIMIT_BYTES)} KB`]
      : []),
    ...strays.map((stray) => `${name}: its zip also holds ${stray}`),
  ];
}

function tooLarge({ policies, documents }: Inventory): string[] {
  return [
    ...policies
      .filter(({ characters, limit }) => characters > limit)
      .map(
        ({ role, policy, characters, limit }) =>
          `${policy ?? `inline policies of ${role}`}: ${characters} characters, IAM takes ${limit}`,
      ),
    ...documents
      .filter(({ bytes }) => bytes > DOCUMENT_LIMIT)
      .map(({ name, bytes }) => `${name}: ${bytes} bytes, Systems Manager takes ${DOCUMENT_LIMIT}`),
  ];
}

function read(from: string): Bundle[] {
  const zips = readdirSync(from).filter((file) => file.endsWith('.zip'));
  return zips
    .map((file) => {
      const zip = readFileSync(path.join(from, file));
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

// The local region's own suite: real processes on 127.0.0.1, the packaged functions in them, real clients. Packages first.
// `npm run test:local [-- PART OF A NAME]`

import path from 'node:path';
import process from 'node:process';
import { ROOT } from '../../infra/package/osls.ts';
import { packageFirst } from '../../local/package-first.ts';
import { clientCases } from './client-cases.ts';
import { lambdaCases, tamper, tamperedPackage } from './lambda-cases.ts';
import { inDirectory, LocalProcess } from './local-process.ts';
import { policyCases } from './policy-cases.ts';
import { readmeCases } from './readme-cases.ts';
import { sdkCases } from './sdk-cases.ts';
import { storyCases, zoneCases } from './story-cases.ts';
import { type Case, runCases, type Tally } from './suite.ts';
import { wireCases } from './wire-cases.ts';

const filter = process.argv[2] ?? '';
const packageDirectory = path.join(ROOT, '.serverless');
const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
const began = Date.now();

await packageFirst({
  directory: packageDirectory,
  mayPackage: process.env.NO_PACKAGE === undefined,
  tell: (text) => console.log(text),
});

interface Place {
  latency?: string;
  /** Makes the package of its own that these cases need. */
  prepare?: (directory: string) => string;
}

/** Cases on a region of their own, if any of them is asked for. */
const onRegion = (
  name: string,
  casesOf: (region: LocalProcess) => Case[],
  place: Place = {},
): Promise<void> =>
  inDirectory(async (directory) => {
    const { latency = '0.1', prepare = () => packageDirectory } = place;
    const state = path.join(directory, 'state.journal');
    const region = new LocalProcess({ latency, state, packageDirectory: prepare(directory) });
    const cases = casesOf(region);
    if (!cases.some((one) => one.name.includes(filter))) return;
    try {
      await region.start();
      await runCases(cases, tally, filter);
    } catch (error) {
      tally.failed += 1;
      console.log(`FAILED   ${name}\n${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      await region.end('SIGINT');
    }
  });

const beside = async (): Promise<void> => {
  await onRegion('clients', (region) => [
    ...sdkCases(region),
    ...wireCases(region),
    ...policyCases(region, packageDirectory),
    ...clientCases(region),
  ]);
  await onRegion('lambda', lambdaCases, {
    latency: '0.01',
    prepare: (directory) => tamperedPackage(packageDirectory, path.join(directory, 'package'), tamper),
  });
  await onRegion('story', storyCases);
  await onRegion('readme', readmeCases);
};

// Leaving a zone is mostly waiting: it goes on beside the others.
await Promise.all([onRegion('zone', zoneCases), beside()]);

console.log(`${((Date.now() - began) / 1000).toFixed(0)} s`);
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed > 0 ? 1 : 0;

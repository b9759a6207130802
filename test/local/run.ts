// The local region's own suite: real processes on 127.0.0.1, the packaged functions in them, real clients. Packages first.
// `npm run test:local [-- PART OF A NAME]`

import path from 'node:path';
import process from 'node:process';
import { packageFirst } from '../../cli/local/package-first.ts';
import { ROOT } from '../../scripts/osls.ts';
import { clientCases } from './client-cases.ts';
import { inDirectory, LocalProcess } from './local-process.ts';
import { policyCases } from './policy-cases.ts';
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

/** Cases on a region of their own, if any of them is asked for. */
const onRegion = async (name: string, casesOf: (region: LocalProcess) => Case[]): Promise<void> =>
  inDirectory(async (directory) => {
    const state = path.join(directory, 'state.journal');
    const region = new LocalProcess({ latency: '0.1', state, packageDirectory });
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

await Promise.all([
  onRegion('zone', zoneCases),
  (async () => {
    await onRegion('clients', (region) => [
      ...sdkCases(region),
      ...wireCases(region),
      ...policyCases(region, packageDirectory),
      ...clientCases(region),
    ]);
    await onRegion('story', storyCases);
  })(),
]);

console.log(`${((Date.now() - began) / 1000).toFixed(0)} s`);
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed > 0 ? 1 : 0;

// `npm run test:browser`: the dashboard in real Chromium, on simulated worlds. Says what it installs, or why it is skipped;
// leaves nothing behind. Arguments: parts of names of cases; --screenshots FOLDER makes the README's pictures instead.

import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { createBench } from './bench.ts';
import { findBrowser } from './browser.ts';
import { CASES, type Case } from './cases.ts';
import { screenshots } from './screenshots.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: 'string' } },
});
const wanted = CASES.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);

const found = findBrowser((text) => console.log(text));
if (found.kind === 'none') {
  console.log(`skipped: ${found.why}`);
  console.log(`0 passed, 0 failed, ${wanted.length} skipped`);
} else {
  // As root Chromium has no sandbox; it opens nothing but our own page.
  const browser = await chromium.launch({
    executablePath: found.path,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    if (values.screenshots === undefined) await runCases(browser, wanted);
    else await screenshots(createBench(browser), values.screenshots);
  } finally {
    await browser.close();
  }
}

async function runCases(browser: Browser, cases: readonly Case[]): Promise<void> {
  let failed = 0;
  for (const { name, test } of cases) {
    const bench = createBench(browser);
    const began = performance.now();
    let note = 'ok  ';
    try {
      await test(bench);
    } catch (error) {
      failed += 1;
      note = 'FAIL';
      console.log(error instanceof Error ? error.stack : String(error));
    }
    await bench.closeAll();
    console.log(`${note} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  }
  console.log(`${cases.length - failed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

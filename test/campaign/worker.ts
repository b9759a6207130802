// One thread of the campaign: takes seeds one by one, answers with what came of each.

import { parentPort } from 'node:worker_threads';
import { runSeed, type SeedOptions } from './seed.ts';

// Injected errors come by the thousand, and nobody reads where: their traces cost more than the calls.
Error.stackTraceLimit = 4;

const port = parentPort;
if (!port) throw new Error('worker.ts is a thread of main.ts');

port.on('message', (options: SeedOptions) => {
  runSeed(options).then(
    (result) => port.postMessage({ kind: 'done', result }),
    (error: unknown) =>
      port.postMessage({
        kind: 'failed',
        seed: options.seed,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});

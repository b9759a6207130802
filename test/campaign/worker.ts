// One thread of the campaign: takes seeds one by one, answers with what came of each.

import { parentPort, workerData } from 'node:worker_threads';
import { runSeed, type SeedOptions } from './seed.ts';

// Injected errors come by the thousand, and nobody reads where: their traces cost more than the calls. A seed that is run
// alone has them.
const { traces }: { traces: boolean } = workerData;
Error.stackTraceLimit = traces ? 10 : 0;

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

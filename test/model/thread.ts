// A thread of the model check: takes one configuration after another, answers with what came of it.

import process from 'node:process';
import { parentPort } from 'node:worker_threads';
import { explore } from './explore.ts';

parentPort?.on('message', (config) => {
  const outcome = explore(
    config,
    () => performance.now(),
    (line) => void process.stderr.write(line),
  );
  parentPort?.postMessage(outcome);
});

// A thread of the model check: takes one configuration after another, answers with what came of it.

import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { parentPort } from 'node:worker_threads';
import type { ModelConfig } from './config.ts';
import { explore } from './explore.ts';

parentPort?.on('message', (config: ModelConfig) => {
  const outcome = explore(
    config,
    () => performance.now(),
    (line) => void process.stderr.write(line),
  );
  parentPort?.postMessage(outcome);
});

// Explores several configurations at a time, one thread each, and hands the outcomes back in the order asked for.

import { Worker } from 'node:worker_threads';
import type { ModelConfig } from './config.ts';
import type { Outcome } from './explore.ts';

export interface Pool {
  threads: number;
  /** Hears of each outcome as it comes. */
  done: (outcome: Outcome) => void;
}

/** Rejects when a thread fails; the other threads are ended then. */
export async function exploreAll(
  configs: readonly ModelConfig[],
  { threads, done }: Pool,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...configs.entries()];
  const workers: Worker[] = [];
  const work = (): Promise<void> => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url));
    workers.push(worker);
    return new Promise((resolve, reject) => {
      let index = 0;
      const next = (): void => {
        const task = waiting.shift();
        if (task) {
          index = task[0];
          worker.postMessage(task[1]);
        } else resolve();
      };
      worker.on('error', reject);
      worker.on('message', (outcome: Outcome) => {
        outcomes[index] = outcome;
        done(outcome);
        next();
      });
      next();
    });
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, configs.length) }, work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}

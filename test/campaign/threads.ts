// Seeds spread over threads; results come back in the order of the seeds, so that a report depends on nothing else.

import { Worker } from 'node:worker_threads';
import type { SeedOptions, SeedResult } from './seed.ts';

type Message = { kind: 'done'; result: SeedResult } | { kind: 'failed'; seed: number; error: string };

/** Most of what a turn makes is gone at its end: with little room the collector would come a hundred times a second. */
const YOUNG_MB = 64;

/** `enough` is asked after each result: true stops handing out seeds. */
export const runSeeds = (
  jobs: readonly SeedOptions[],
  threads: number,
  told: (result: SeedResult) => boolean,
): Promise<SeedResult[]> =>
  new Promise((resolve, reject) => {
    const waiting = [...jobs];
    const results: SeedResult[] = [];
    const workers = new Set<Worker>();
    let stopped = false;
    const finish = (worker: Worker): void => {
      workers.delete(worker);
      void worker.terminate();
      if (workers.size === 0) resolve(results.toSorted((a, b) => a.seed - b.seed));
    };
    const next = (worker: Worker): void => {
      const job = stopped ? undefined : waiting.shift();
      if (job) worker.postMessage(job);
      else finish(worker);
    };
    for (let i = 0; i < Math.min(threads, jobs.length); i += 1) {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
        workerData: { traces: jobs.length === 1 },
      });
      workers.add(worker);
      worker.on('message', (message: Message) => {
        if (message.kind === 'failed') {
          for (const one of workers) void one.terminate();
          reject(new Error(`seed ${message.seed}: ${message.error}`));
          return;
        }
        results.push(message.result);
        if (told(message.result)) stopped = true;
        next(worker);
      });
      worker.on('error', reject);
      next(worker);
    }
  });

// The dataset's ordinary life: format, start, write, stop, move to another instance or volume.

import { expect } from '../bench.ts';
import type { Case } from '../cases.ts';

export const LIFE: Case[] = [
  {
    name: 'formats a blank volume and starts Docker on it',
    async test(bench) {
      const instance = await bench.launch();
      const dataset = bench.dataset();
      const answer = await bench.serving(instance, dataset);
      expect('first mount', answer.firstMount === true && answer.driver === 'overlay2', answer);
      await bench.write(instance);
      await bench.untilAcknowledged(instance, 20);
      const probe = await bench.row(instance, 'probe', dataset, 'report-serving');
      console.log(JSON.stringify(probe));
      const stop = await bench.row(instance, 'stop', dataset, 'stopped-done');
      console.log(JSON.stringify(stop));
    },
  },
];

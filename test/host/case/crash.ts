// Loss of the instance in the middle of writing, again and again, on one volume. In nspawn the file system is shut
// down without flushing its log first: a mere kill would be a clean unmount.

import { expect } from '../bench.ts';
import type { Case } from '../cases.ts';
import { checkRecords } from './life.ts';

const KILLS = 45;

export const CRASH: Case[] = [
  {
    name: `${KILLS} of ${KILLS} kills under nspawn lose no acknowledged record`,
    async test(bench) {
      const dataset = bench.dataset();
      let instance = await bench.launch();
      await bench.serving(instance, dataset);
      await bench.write(instance);
      let survived = 0;
      let replayed = 0;
      let last = 0;
      for (let kill = 1; kill <= KILLS; kill++) {
        // The next instance boots while this one still writes, as the product launches it.
        const next = bench.launch();
        await bench.untilAcknowledged(instance, 5 + (kill % 7) * 3);
        await next;
        await instance.kill();
        const acknowledged = await instance.acknowledged();
        bench.end(instance);
        instance = await next;
        await instance.attach(dataset.volume);
        const answer = await bench.row(instance, 'start', dataset, 'running-done');
        if (answer.journalReplayed === true) replayed += 1;
        expect(
          `kill ${kill}: something new was acknowledged`,
          (acknowledged.at(-1) ?? 0) > last,
          acknowledged,
        );
        last = acknowledged.at(-1) ?? 0;
        await checkRecords(instance, acknowledged);
        survived += 1;
      }
      await bench.untilAcknowledged(instance, 5);
      console.log(
        `nspawn: ${survived} of ${KILLS} kills survived, ${last} records, ${replayed} journals replayed`,
      );
      expect('all kills survived', survived === KILLS);
      expect('every one left a journal to replay', replayed === KILLS, replayed);
    },
  },
];

// Containers that do not run beside one that does, from the host's answer to the notice on the bus.

import { describe, expect, it } from 'vitest';
import { expectUnheld, lines, riga, tell } from './story.ts';

/** Notices of an unhealthy application, as the log has them. */
const noticesOf = (told: Awaited<ReturnType<typeof tell>>) =>
  lines(told, 'alert').filter(({ fields }) => fields.code === 'unhealthy');

const CONTAINER = { health: 'container', warmUpSeconds: 0 };

describe('a container that fails beside the one that writes', () => {
  it.each(['exited', 'created', 'dead', 'paused', 'restarting'])(
    '%s: a person is told within four probes, by name, and the service goes on',
    async (state) => {
      const steps = [`{at: T10:00, do: container, state: ${state}, restart: always}`];
      const told = await tell({ steps, workload: CONTAINER });
      expectUnheld(told);
      expect(told.report).toMatchObject({ incidents: [], moves: 0, downtimeSeconds: 0 });
      const [first, ...later] = noticesOf(told);
      expect(first?.fields.reason).toContain(`container proxy is ${state}`);
      const minutes = ((first?.at ?? 0) - riga('10:00')) / 60_000;
      expect(minutes).toBeGreaterThan(9);
      expect(minutes).toBeLessThan(21);
      // Once an hour until the window ends at 13:00.
      expect(later.length).toBeLessThanOrEqual(2);
    },
  );

  it.each([
    ['stopped by hand', 'state: exited, restart: always, byHand: true'],
    ['a job that is over', "state: exited, restart: 'no'"],
    ['well again in time', 'state: running'],
  ])('%s: nobody is told', async (_, fields) => {
    const steps = [
      '{at: T10:00, do: container, state: exited, restart: always}',
      `{at: T10:09, do: container, ${fields}}`,
    ];
    expect(noticesOf(await tell({ steps, workload: CONTAINER }))).toEqual([]);
  });

  it('still fails after a handover: the warm-up and the probes are counted again there', async () => {
    const told = await tell({
      steps: ['{at: T10:00, do: container, state: dead}', '{at: T10:11, do: warn}'],
      workload: { ...CONTAINER, warmUpSeconds: 600 },
    });
    expectUnheld(told);
    const [first] = noticesOf(told);
    expect(first?.fields.reason).toContain('container proxy is dead');
    expect(first?.at ?? 0).toBeGreaterThan(riga('10:31'));
  });
});

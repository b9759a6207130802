// The bridge between the simulated region and real instances, with machines that only take notes.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../demo/options.ts';
import { prepareRun } from '../../demo/prepare.ts';
import { run } from '../../demo/run.ts';
import { type Machines, type RealAnswer, RealHosts } from '../../simulator/real-host/hosts.ts';

const scenario = fileURLToPath(new URL('../../simulator/real-host/day.yml', import.meta.url));

/** `differs` judges the simulated answer; the control plane gets that answer as the real one. */
function noting(differs: (document: string) => string | undefined) {
  const notes: string[] = [];
  const note = (what: string) => async (instanceId: string) => {
    // Real work takes turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    notes.push(`${what} ${instanceId}`);
  };
  const machines: Machines<RealAnswer> = {
    launch: note('launch'),
    powerOff: note('powerOff'),
    notice: note('notice'),
    attach: note('attach'),
    detach: note('detach'),
    async run(command) {
      await note(command.document.replace(/.*-/, ''))(command.instanceId);
      return { ok: true, line: '' };
    },
    compare(command, real, simulated) {
      real.line = simulated;
      return differs(command.document);
    },
  };
  return { notes, machines };
}

async function day(machines: Machines<RealAnswer>) {
  const prepared = prepareRun(
    { ...readOptions(['--real-host']), scenario },
    { readText: (file) => readFileSync(file, 'utf8'), defaultWorkload: '' },
  );
  let hosts: RealHosts | undefined;
  return run({
    ...prepared,
    entrance: 'direct',
    hosts: (ledger) => {
      hosts = new RealHosts(ledger, machines);
      return hosts;
    },
    pace: async () => hosts?.settled(),
  });
}

describe('a day on real hosts', () => {
  it('does for real what happens to hosts, in order, while virtual time stands still', async () => {
    const { notes, machines } = noting(() => undefined);
    const report = await day(machines);
    expect(report.invariantViolations).toEqual([]);
    expect(report.interruptions).toMatchObject({ warned: 1, lost: 1 });
    const told = notes.filter((line) => !line.startsWith('probe')).map((line) => line.split(' ')[0]);
    const warned = 'notice launch stop detach powerOff attach start';
    const lost = 'powerOff launch detach attach start';
    expect(told.join(' ')).toBe(`launch attach format start ${warned} ${lost} stop powerOff detach`);
    expect(notes.filter((line) => line.startsWith('probe')).length).toBeGreaterThan(20);
  });

  it('is no day when a real answer is another one than the simulated host’s', async () => {
    const { machines } = noting((document) => (document.endsWith('-format') ? 'they differ' : undefined));
    await expect(day(machines)).rejects.toThrow('they differ');
  });

  it('has a story of its own, so its flag stands beside few others', () => {
    expect(readOptions(['--real-host', '--seed', '3', '--json'])).toMatchObject({ realHost: true, seed: 3 });
    for (const other of ['--days=2', '--speed=9', '--workload=w.yml', '--scenario=s.yml', '--trace=t.json'])
      expect(() => readOptions(['--real-host', other]), other).toThrow(/^--real-host: expected beside/);
  });
});

// `npm run demo -- --real-host`: one compressed day on real instances. Opens what it needs, judges the records at the end,
// and leaves nothing behind, also when it is interrupted.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Instant } from '../../shared/base/time.ts';
import type { SimHosts } from '../host/hosts.ts';
import type { Ledger } from '../host/ledger.ts';
import { whyNot } from './able.ts';
import { RealHosts } from './hosts.ts';
import { buildImages } from './image.ts';
import { RealMachines } from './machines.ts';
import { Undo } from './shell.ts';

/** The container writes at least this many records in each simulated hour. */
const RECORDS_AN_HOUR = 30;

export interface RealDay {
  /** The file with the day's story. */
  scenario: string;
  hosts: (ledger: Ledger, tell: (at: Instant, text: string) => void) => SimHosts;
  /** Awaited each simulated hour. */
  pace: () => Promise<void>;
  /** What came of the records. */
  close: () => Promise<{ lines: string[]; well: boolean }>;
  /** Ends every instance and removes every trace. */
  leave: () => void;
}

/** A string: why it cannot be done here, in one line. `note` receives what has to be built first. */
export async function openRealDay(root: string, note: (text: string) => void): Promise<RealDay | string> {
  const why = await whyNot();
  if (why !== undefined) return `--real-host: ${why}`;
  const cache = path.join(root, '.cache', 'host');
  mkdirSync(cache, { recursive: true });
  const images = await buildImages(cache, ['bookworm'], note);
  const folder = mkdtempSync(path.join(cache, 'demo-'));
  const undo = new Undo();
  const leave = (): void => {
    undo.all();
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', leave);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  let tell: (text: string) => void = note;
  const machines = new RealMachines({ folder, images, undo, tell: (text) => tell(text) });
  let hosts: Pick<RealHosts, 'settled'> | undefined;
  return {
    scenario: fileURLToPath(new URL('day.yml', import.meta.url)),
    hosts: (ledger, tellAt) => {
      const made = new RealHosts(ledger, machines);
      tell = (text) => tellAt(made.region.kernel.now(), text);
      hosts = made;
      return made;
    },
    pace: async () => {
      await hosts?.settled();
      await machines.letWrite(RECORDS_AN_HOUR);
    },
    close: async () => {
      await hosts?.settled();
      const { acknowledged, wrong } = await machines.judge();
      return {
        well: wrong === undefined && machines.kills > 0,
        lines: [
          'On real hosts',
          `  ${machines.kills} kill in the middle of writing, ${machines.probes} probes; every answer was the one of the simulated host.`,
          wrong === undefined
            ? `  ${acknowledged} real records were acknowledged: every one is on the volume, in order, none twice.`
            : `  The real records are not right: ${wrong}.`,
          '  (Records and downtime in the report above are those of the simulated region.)',
        ],
      };
    },
    leave,
  };
}

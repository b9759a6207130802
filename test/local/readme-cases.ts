// The README's lines about the local region, word for word, against a region that runs the packaged functions.

import { strict as assert } from 'node:assert';
import { ROOT } from '../../infra/package/osls.ts';
import { runCommand } from '../cli/run-command.ts';
import { commandLines, readmeSection } from '../structure/readme.ts';
import { clientEnvironment, type LocalProcess, type RegionState } from './local-process.ts';
import type { Case } from './suite.ts';

export const LOCAL_SECTION = 'Try every command locally';

const handsOver = ({ workloads }: RegionState): boolean => workloads[0]?.state !== 'serving';

/** What a terminal would add: a confirmation, and Ctrl-C once the watch has printed the state. */
const terminalFor = (argv: readonly string[]): { argv: string[]; interruptAt?: RegExp } => {
  if (argv[0] === 'apply') return { argv: [...argv, '--yes'] };
  if (argv.includes('--watch')) return { argv: [...argv], interruptAt: /serving/ };
  return { argv: [...argv] };
};

export const readmeCases = (region: LocalProcess): Case[] =>
  commandLines(readmeSection(LOCAL_SECTION))
    // The region runs already; its address is in the environment.
    .filter((line) => line !== 'npx spotkeep local' && !line.startsWith('export '))
    .map((line) => ({
      name: `readme: ${line}`,
      async run() {
        assert.ok(line.startsWith('npx spotkeep '), `${line} is a spotkeep command`);
        const step = terminalFor(line.split(/\s+/).slice(2));
        // A reader types the next line once the interruption shows in the record.
        if (line.includes('--incident')) await region.until('the notice is recorded', 60, handsOver);
        const ran = await runCommand(step, { cwd: ROOT, env: clientEnvironment(region.endpoint) });
        const expected = step.interruptAt === undefined ? 0 : 130;
        assert.ok([0, expected].includes(ran.exit ?? -1), `exit ${ran.exit}\n${ran.out}\n${ran.err}`);
      },
    }));

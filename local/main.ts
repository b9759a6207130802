// The local region by itself: `node scripts/run.mjs local/main.ts …` is `spotkeep local …`.

import process from 'node:process';
import { Command } from 'commander';
import { registerLocal } from './command.ts';

const program = new Command('spotkeep');
registerLocal(program);
await program.parseAsync(['node', 'spotkeep', 'local', ...process.argv.slice(2)]);

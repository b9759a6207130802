// The local region by itself: `node scripts/run.mjs local/main.ts …` is `spotkeep local …`.

import process from 'node:process';
import { Command, Option } from 'commander';
import { registerLocal } from './command.ts';

const program = new Command('spotkeep')
  .addOption(new Option('--endpoint-url <url>', 'the running region').env('AWS_ENDPOINT_URL'))
  .option('--json', 'one JSON value on standard output');
registerLocal(program);
await program.parseAsync(['node', 'spotkeep', 'local', ...process.argv.slice(2)]);

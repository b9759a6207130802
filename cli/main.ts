// `spotkeep`: the command line meets the machine. Everything else is given to it (outside.ts).

import process from 'node:process';
import { run } from './run.ts';
import { terminal } from './terminal.ts';

// A reader that has seen enough (`| head`) is no failure of the command.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), terminal(process.argv));

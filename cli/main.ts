// `spotkeep`: the command line meets the machine. Everything else is given to it (outside.ts).

import process from 'node:process';
import { terminal } from './real/terminal.ts';
import { run } from './run.ts';
import { EXIT } from './session/exit.ts';

// A reader that has seen enough (`| head`) is no failure of the command.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const exit = await run(process.argv.slice(2), terminal(process.argv));
// Commands with servers of their own set the code themselves.
if (exit !== EXIT.ok) process.exitCode = exit;

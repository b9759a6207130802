// `spotkeep dashboard`: its definition alone; the server is loaded when it runs.

import type { Command } from 'commander';
import type { Act } from './parts.ts';

/** One above that of `spotkeep local`. A fixed one, so that an SSH tunnel can be set up beforehand. */
const DEFAULT_PORT = '4568';

export function registerDashboard(program: Command, act: Act): void {
  program
    .command('dashboard')
    .description('a page on this machine: states, the week, incidents, data, cost; start, stop and resume')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes any that is free', DEFAULT_PORT)
    .action(act(() => import('../dashboard/action.ts')));
}

// Commands of an ordinary day.

import type { Command } from 'commander';
import { type Act, NAME, NO_WAIT, TIMEOUT, UNTIL, YES } from './parts.ts';

export function dayCommands(program: Command, act: Act): void {
  program
    .command('list')
    .description('list all workloads')
    .action(act(() => import('../command/day/list.ts')));
  program
    .command('status')
    .description('show the state of a workload and the reason; without NAME, list all')
    .argument('[name]', NAME[1])
    .option('--watch', 'again and again until Ctrl-C')
    .action(act(() => import('../command/day/status.ts')));
  program
    .command('start')
    .description(
      'run a workload now: without --until for two hours, or to the end of its hours if that is later',
    )
    .argument(...NAME)
    .option(...UNTIL)
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/day/start.ts')));
  program
    .command('stop')
    .description('drain and stop a workload now: without --until to the end of its hours')
    .argument(...NAME)
    .option(...UNTIL)
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/day/stop.ts')));
  program
    .command('plan')
    .description('show what Spotkeep would do now, and why (dry run; changes nothing)')
    .argument(...NAME)
    .action(act(() => import('../command/day/plan.ts')));
  program
    .command('history')
    .description('what happened, newest first, and its incidents')
    .argument(...NAME)
    .option('--incident <n>', 'one incident with its phases and seconds; 1 is the newest')
    .option('--limit <n>', 'so many entries, up to 500 (default: 100)')
    .action(act(() => import('../command/day/history.ts')));
  program
    .command('resume')
    .description('review the evidence for a hold and end the hold')
    .argument(...NAME)
    .option(...YES)
    .action(act(() => import('../command/day/resume.ts')));
}

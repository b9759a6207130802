// Commands of an ordinary day.

import type { Command } from 'commander';
import { type Act, NAME, NO_WAIT, TIMEOUT, UNTIL, YES } from './parts.ts';

export function dayCommands(program: Command, act: Act): void {
  program
    .command('list')
    .description('every workload, a line each')
    .action(act(() => import('../command/day/list.ts')));
  program
    .command('status')
    .description('what a workload does and why; all of them without a name')
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
    .description('what would be done now and why: the planner itself, asked and not obeyed')
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
    .description('end a hold, after its evidence has been shown')
    .argument(...NAME)
    .option(...YES)
    .action(act(() => import('../command/day/resume.ts')));
}

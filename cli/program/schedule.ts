// Commands about hours.

import type { Command } from 'commander';
import { type Act, NAME, YES } from './parts.ts';

export function scheduleCommands(program: Command, act: Act): void {
  const schedule = program.command('schedule').description('the hours of a workload');
  schedule
    .command('show')
    .description('the schedule as it was written')
    .argument(...NAME)
    .action(act(() => import('../command/schedule/show.ts')));
  schedule
    .command('set')
    .description('change it: what is not given stays; shows the coming days, then asks')
    .argument(...NAME)
    .option('--window <hours...>', 'days and hours, "mon-fri 09:00-18:00"; replaces the present windows')
    .option('--always', 'always on')
    .option('--never', 'never start on a schedule; run only with `spotkeep start`')
    .option('--time-zone <zone>', 'IANA name such as Europe/Riga')
    .option(
      '--holiday <date...>',
      'a date YYYY-MM-DD without windows, beside the present ones; none clears them',
    )
    .option('--add <hours...>', 'hours added to a date, "2026-06-20 10:00-14:00"')
    .option('--remove <hours...>', 'hours taken from a date, "2026-12-24 12:00-18:00"')
    .option('--ready-by <minutes>', 'minutes to launch before a window starts')
    .option('-f, --file <file>', 'take it from a YAML file instead: a definition or a schedule alone')
    .option(...YES)
    .action(act(() => import('../command/schedule/set.ts')));
  schedule
    .command('explain')
    .description('the next 14 days, changes of the clocks and holidays marked')
    .argument('[name]', `${NAME[1]}; or give --file`)
    .option('-f, --file <file>', 'a definition that need not have been applied; needs no AWS')
    .option('--days <n>', 'another number of days, 1 to 400')
    .action(act(() => import('../command/schedule/explain.ts')));
}

// Commands about the account and the command itself.

import { Argument, type Command } from 'commander';
import type { Entry } from './entries.ts';
import { type Act, FILES, NAME, NO_WAIT, TIMEOUT, YES } from './parts.ts';

/** `entries` is handed in: the program is made of these commands, so they cannot import it. */
export function machineCommands(program: Command, act: Act, entries: () => Promise<Entry[]>): void {
  program
    .command('doctor')
    .description(
      'look at credentials, roles, quotas, subnets, image, capacity and stack: what to do about each',
    )
    .option(...FILES)
    .action(act(() => import('../command/machine/doctor.ts')));
  const drill = program.command('drill').description('rehearse failures on a running workload');
  drill
    .command('interrupt')
    .description('have EC2 take the instance with two minutes’ notice, and watch the service come back')
    .argument(...NAME)
    .option(...YES)
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/machine/drill-interrupt.ts')));
  program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(act(async () => (await import('./completion.ts')).completion(entries)));
}

// Commands about the data: where it is, its copies, its end.

import type { Command } from 'commander';
import { type Act, NAME, NO_WAIT, TIMEOUT, YES } from './parts.ts';

export function dataCommands(program: Command, act: Act): void {
  program
    .command('move')
    .description('move the data to another zone through a snapshot (several minutes of downtime)')
    .argument(...NAME)
    .requiredOption('--zone <zone>', 'one of the definition’s zones')
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/data/move.ts')));
  const backup = program.command('backup').description('snapshots of the data');
  backup
    .command('list')
    .description('the snapshots that are kept, newest first')
    .argument(...NAME)
    .action(act(() => import('../command/data/backup-list.ts')));
  backup
    .command('create')
    .description('a snapshot now, whether the service runs or not')
    .argument(...NAME)
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/data/backup-create.ts')));
  program
    .command('restore')
    .description('restore the data from a snapshot')
    .argument(...NAME)
    .requiredOption('--snapshot <id>', 'one of `spotkeep backup list`')
    .option('--accept-loss', 'what was written since the snapshot may be lost')
    .option('--end-hold', 'restore although it is on hold, and end the hold')
    .option(...YES)
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/data/restore.ts')));
  program
    .command('recover')
    .description('after a DynamoDB table restore: rebuild the record from AWS; without NAME, all workloads')
    .argument('[name]', NAME[1])
    .option(
      '--ended <instance...>',
      'instances that you know to have ended and that no listing shows any more',
    )
    .option(...YES)
    .action(act(() => import('../command/data/recover.ts')));
  program
    .command('destroy')
    .description('delete a workload permanently; asks for its name, keeps a final snapshot')
    .argument(...NAME)
    .option('--confirm <name>', 'the name, typed once more')
    .option('--delete-snapshots', 'delete its snapshots too, except the final one')
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/data/destroy.ts')));
}

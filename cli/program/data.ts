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
    .description('list the snapshots, newest first, and how far back each tier goes')
    .argument(...NAME)
    .action(act(() => import('../command/data/backup-list.ts')));
  backup
    .command('create')
    .description('make a snapshot now; it is kept until an owner deletes it')
    .argument(...NAME)
    .option('--label <text>', 'name of the backup (default: the time of the request)')
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/data/backup-create.ts')));
  backup
    .command('delete')
    .description('delete one snapshot permanently; asks for its id, never deletes the last copy')
    .argument(...NAME)
    .argument('<snapshot>', 'one of `spotkeep backup list`')
    .option('--confirm <id>', 'the snapshot id, to confirm')
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(act(() => import('../command/data/backup-delete.ts')));
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

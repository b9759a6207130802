// Commands about definitions.

import type { Command } from 'commander';
import { type Act, FILES, YES } from './parts.ts';

export function definitionCommands(program: Command, act: Act): void {
  program
    .command('init')
    .description('answer a few questions, get a commented definition')
    .argument('[file]', 'where to write it (default: NAME.yml); never over something that is there')
    .option('--name <name>', 'name of the workload')
    .option('--time-zone <zone>', 'IANA name such as Europe/Riga (default: this machine’s)')
    .option('--subnet <zone=id...>', 'a zone and its subnet, eu-west-1a=subnet-…')
    .option('--security-group <id>', 'security group of the service')
    .option('--size <gib>', 'size of the data volume in GiB (default: 20)')
    .option('--arch <name>', 'x86_64 (default) or arm64')
    .option('--hours <hours>', '"mon-fri 09:00-18:00" (default) or always')
    .option('--setup <file>', 'script beside the definition that creates the containers')
    .action(act(() => import('../command/definition/init.ts')));
  program
    .command('validate')
    .description('read definitions and say everything that is wrong with them; needs no AWS')
    .requiredOption(...FILES)
    .action(act(() => import('../command/definition/validate.ts')));
  program
    .command('apply')
    .description('create or update workloads from definitions; shows a diff and asks for confirmation')
    .requiredOption(...FILES)
    .option(...YES)
    .option('--confirm <volume>', 'the id of a volume to adopt, typed once more')
    .action(act(() => import('../command/definition/apply.ts')));
  program
    .command('adopt')
    .description('apply a definition that takes over an existing volume; its id is typed once more')
    .requiredOption('-f, --file <file>', 'a workload definition with volume.adopt')
    .option('--confirm <volume>', 'the id of the volume, typed once more')
    .option(...YES)
    .action(act(() => import('../command/definition/adopt.ts')));
}

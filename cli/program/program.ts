// The command's definitions: names, arguments, options, help. Light, because every start reads them: what a command does is
// loaded only when it is run. docs/commands.md and the completions are made from here.

import { Command, Option } from 'commander';
import { registerDashboard } from './dashboard.ts';
import { dataCommands } from './data.ts';
import { dayCommands } from './day.ts';
import { definitionCommands } from './definition.ts';
import type { Entry } from './entries.ts';
import { machineCommands } from './machine.ts';
import type { Act, Choose } from './parts.ts';
import { scheduleCommands } from './schedule.ts';

export function createProgram(choose: Choose): Command {
  const program = new Command('spotkeep');
  program
    .description('Keeps stateful Docker services alive on EC2 Spot: the operator’s command.')
    .option('--profile <name>', 'profile of the AWS configuration files')
    .option('--region <name>', 'AWS region (default: AWS_REGION, or the profile’s)')
    .addOption(
      new Option('--stage <name>', 'stage that Spotkeep was deployed as')
        .env('SPOTKEEP_STAGE')
        .default('dev'),
    )
    .addOption(
      new Option(
        '--endpoint-url <url>',
        'another address for every service, such as that of `spotkeep local`',
      ).env('AWS_ENDPOINT_URL'),
    )
    .option('--json', 'one JSON value on standard output, no questions')
    .option('--no-color', 'no colour, whatever the terminal can do')
    .option('-V, --version', 'the version')
    .helpOption('-h, --help', 'help for any command')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride();
  for (const define of [
    definitionCommands,
    dayCommands,
    scheduleCommands,
    dataCommands,
    machineCommands,
    registerDashboard,
  ])
    define(program, actOf(choose), allEntries);
  return program;
}

const actOf =
  (choose: Choose): Act =>
  (load) =>
    function chosen(this: Command): void {
      choose(load, this);
    };

/** Commands with servers of their own, looked for only when none of the above is meant. */
const LATE: readonly (() => Promise<(program: Command, act: Act) => void>)[] = [
  async () => (await import('../../local/command.ts')).registerLocal,
];

export async function registerLate(
  program: Command,
  choose: Choose,
  argv: readonly string[] = [],
): Promise<void> {
  const [word] = argv.filter((one) => !one.startsWith('-'));
  if (word !== undefined && program.commands.some((command) => command.name() === word)) return;
  for (const load of LATE) (await load())(program, actOf(choose));
}

/** Every command as plain data: completions and docs/commands.md are made of it. */
export async function allEntries(): Promise<Entry[]> {
  const program = createProgram(() => undefined);
  await registerLate(program, () => undefined);
  const { entriesOf } = await import('./entries.ts');
  return entriesOf(program);
}

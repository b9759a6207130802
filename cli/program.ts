// The command's definitions: names, arguments, options, help. Light, because every start reads them: what a command does is
// loaded only when it is run. docs/commands.md and the completions are made from here.

import { Command, Option } from 'commander';
import type { Action } from './action.ts';

/** `load` brings the module of the command that was asked for. */
export type Choose = (load: () => Promise<{ run: Action }>, command: Command) => void;

const NAME = ['<name>', 'name of the workload'] as const;
const TIMEOUT = [
  '--timeout <seconds>',
  'give up waiting after this long; the work goes on (default: 900)',
] as const;
const NO_WAIT = ['--no-wait', 'return as soon as the request is taken'] as const;
const YES = ['--yes', 'do not ask'] as const;
const FILE = ['-f, --file <file...>', 'a workload definition in YAML; several may be given'] as const;
const UNTIL = [
  '--until <time>',
  'HH:MM (the next such time in the workload’s zone), YYYY-MM-DDTHH:MM, or an instant with an offset',
] as const;

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
    .option('--json', 'one JSON value on standard output')
    .option('--no-color', 'no colour, whatever the terminal can do')
    .option('-V, --version', 'the version')
    .helpOption('-h, --help', 'help for any command')
    .showSuggestionAfterError(true)
    .exitOverride();
  const action = (load: () => Promise<{ run: Action }>) =>
    function act(this: Command): void {
      choose(load, this);
    };
  definitionCommands(program, action);
  dayCommands(program, action);
  scheduleCommands(program, action);
  return program;
}

type Act = (load: () => Promise<{ run: Action }>) => (this: Command) => void;

function definitionCommands(program: Command, action: Act): void {
  program
    .command('validate')
    .description('read definitions and say everything that is wrong with them; needs no AWS')
    .requiredOption(...FILE)
    .action(action(() => import('./command/validate.ts')));
  program
    .command('apply')
    .description('make workloads of definitions, or change them: shows the difference, then asks')
    .requiredOption(...FILE)
    .option(...YES)
    .action(action(() => import('./command/apply.ts')));
}

function dayCommands(program: Command, action: Act): void {
  program
    .command('list')
    .description('every workload, a line each')
    .action(action(() => import('./command/list.ts')));
  program
    .command('status')
    .description('what a workload does and why; all of them without a name')
    .argument('[name]', NAME[1])
    .option('--watch', 'again and again until Ctrl-C')
    .action(action(() => import('./command/status.ts')));
  program
    .command('start')
    .description(
      'run a workload now; without --until for two hours, or to the end of its hours if that is later',
    )
    .argument(...NAME)
    .option(...UNTIL)
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(action(() => import('./command/start.ts')));
  program
    .command('stop')
    .description('drain and stop a workload now; without --until to the end of its hours')
    .argument(...NAME)
    .option(...UNTIL)
    .option(...NO_WAIT)
    .option(...TIMEOUT)
    .action(action(() => import('./command/stop.ts')));
}

function scheduleCommands(program: Command, action: Act): void {
  const schedule = program.command('schedule').description('the hours of a workload');
  schedule
    .command('explain')
    .description('the next 14 days, changes of the clocks and holidays marked')
    .argument('[name]', `${NAME[1]}; or give --file`)
    .option('-f, --file <file>', 'a definition that need not have been applied; needs no AWS')
    .option('--days <n>', 'another number of days, 1 to 400')
    .action(action(() => import('./command/schedule-explain.ts')));
}

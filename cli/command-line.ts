// The command line read by the definitions of program.ts. Bad usage is one line; help goes to standard output.

import { type Command, CommanderError } from 'commander';
import type { Choose } from './program/parts.ts';
import { createProgram, registerLate } from './program/program.ts';
import type { Action } from './session/action.ts';
import { CommandError, EXIT } from './session/exit.ts';
import type { Outside } from './session/outside.ts';

export interface Chosen {
  load: () => Promise<{ run: Action }>;
  command: Command;
}

/** Undefined: help was shown, or a command with a server of its own has run. */
export async function parse(argv: readonly string[], outside: Outside): Promise<Chosen | undefined> {
  let chosen: Chosen | undefined;
  const choose: Choose = (load, command) => {
    chosen = { load, command };
  };
  const program = createProgram(choose);
  await registerLate(program, choose, argv);
  eachCommand(program, (command) =>
    command.exitOverride().configureOutput({
      writeOut: (text) => outside.out(text),
      // Said by `tell`, on one line.
      writeErr: () => undefined,
      getOutHelpWidth: () => outside.columns,
      getOutHasColors: () => false,
    }),
  );
  if (argv.length === 0) {
    program.outputHelp();
    return undefined;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw usageError(error, argv);
  }
  return chosen;
}

function eachCommand(command: Command, act: (command: Command) => void): void {
  act(command);
  for (const below of command.commands) eachCommand(below, act);
}

/** Commander's words on one line: `error: unknown option '--untill' (Did you mean --until?)`. */
function usageError(error: CommanderError, argv: readonly string[]): CommandError {
  const help = error.code === 'commander.help';
  const says = help
    ? `${argv.join(' ')}: expected one of its commands`
    : error.message.replace(/^error: /, '');
  return new CommandError({
    exit: EXIT.input,
    code: 'usage',
    says: says.replace(/\s*\n\s*/g, ' '),
    next: 'spotkeep --help, or --help after any command',
  });
}

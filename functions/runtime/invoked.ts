// Functions that operators invoke: the payload is parsed strictly; bad input is an answer with the field and what was
// expected, and changes nothing.

import { type Command, type CommandKind, parseCommand } from '../../shared/event/command.ts';
import type { Deps } from '../../shared/loop/deps.ts';

type CommandOf<K extends CommandKind> = Extract<Command, { kind: K }>;

const isOf = <K extends CommandKind>(command: Command, kind: K): command is CommandOf<K> =>
  command.kind === kind;

export const runParsed = async <K extends CommandKind>(
  deps: Pick<Deps, 'log'>,
  kind: K,
  raw: unknown,
  run: (command: CommandOf<K>) => Promise<unknown>,
): Promise<unknown> => {
  const command = parseCommand(kind, raw);
  if (command.kind === 'invalid') {
    const { path, expected, problems } = command;
    deps.log.warn('refused', { workload: '-', operation: kind, reason: `${path}: expected ${expected}` });
    return { ok: false, code: 'invalid', path, expected, problems, says: `${path}: expected ${expected}` };
  }
  if (!isOf(command, kind)) throw new Error(`parsed ${command.kind} where ${kind} was asked for`);
  return run(command);
};

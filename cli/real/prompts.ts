// Questions at the terminal. Ctrl-C at a question ends the command, with nothing changed.

import * as clack from '@clack/prompts';
import { CommandError, EXIT } from '../session/exit.ts';

function answered<T>(value: T | typeof clack.CANCEL_SYMBOL): T {
  if (!clack.isCancel(value)) return value;
  throw new CommandError({
    exit: EXIT.interrupted,
    code: 'interrupted',
    says: 'stopped at a question: nothing was changed',
  });
}

export const confirm = async (question: string): Promise<boolean> =>
  answered(await clack.confirm({ message: question, initialValue: false }));

export const text = async (
  question: string,
  { initial, check }: { initial?: string; check?: (text: string) => string | undefined } = {},
): Promise<string> =>
  answered(
    await clack.text({
      message: question,
      ...(initial !== undefined && { initialValue: initial }),
      validate: (value) => check?.(value ?? ''),
    }),
  );

export const choose = async (question: string, choices: readonly string[]): Promise<string> =>
  answered(
    await clack.select({ message: question, options: choices.map((value) => ({ value, label: value })) }),
  );

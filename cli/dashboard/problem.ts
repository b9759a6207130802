// Whatever went wrong, as a failure in plain words: an expected one says what to do next.

import { CommandError, EXIT } from '../session/exit.ts';

export function failureOf(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  return new CommandError({
    exit: EXIT.other,
    code: 'unexpected',
    says: `unexpected: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    next: 'this is a defect of the dashboard; `spotkeep status` tells the same',
  });
}

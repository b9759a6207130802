// How the command ends: one exit code, one line for people, and what to do next. Every expected failure is a
// CommandError; anything else is a defect of ours and says so.

export const EXIT = {
  ok: 0,
  other: 1,
  input: 2,
  credentials: 3,
  held: 4,
  timeOut: 5,
  /** As shells have it for Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANING: Record<ExitCode, string> = {
  0: 'success, or nothing to change',
  1: 'other error; see the message',
  2: 'bad input, or a wrong account or region: nothing was changed',
  3: 'credentials missing, expired or not authorized; safe to retry',
  4: 'workload on hold; review the evidence',
  5: 'timed out waiting; Spotkeep continues in the background',
  130: 'Ctrl-C: the work goes on by itself',
};

interface Failure {
  exit: ExitCode;
  /** For programs: `invalid`, `held`, `credentials-expired`, … */
  code: string;
  says: string;
  /** What to do now: a command where there is one. */
  next?: string;
  /** More for programs: the field's path, what was expected. */
  detail?: Record<string, unknown>;
}

export class CommandError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.says);
    this.name = 'CommandError';
    this.failure = failure;
  }
}

export const badInput = (says: string, next?: string): CommandError =>
  new CommandError({ exit: EXIT.input, code: 'invalid', says, ...(next !== undefined && { next }) });

/** One line whatever came from outside: control characters, escape sequences and line ends are shown, not obeyed. */
export const oneLine = (text: string): string =>
  text
    .replace(/\s*\r?\n\s*/g, '; ')
    .replace(
      /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );

export const failureLine = ({ says, next }: Failure): string =>
  oneLine(next === undefined ? says : `${says}: ${next}`);

// What is wrong with a command line or a file given to the demo, in one line for the person who wrote it. The command
// answers it with exit code 2 and never with a stack trace.

import { DefinitionError, type Problem } from '../../shared/definition/problem.ts';

/** Message: one line (a workload file's may be several, one a mistake). */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InputError';
  }
}

/** A scenario file that does not say what it must. The message is the first mistake, `steps[3].do: expected …`. */
export class ScenarioError extends InputError {
  readonly problems: Problem[];
  constructor(problems: Problem[], file?: string) {
    super(`${file === undefined ? '' : `${file}: `}${firstLine(problems)}`);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** A misspelled required field is two findings, unknown and missing: the first one says it all. */
function firstLine(problems: readonly Problem[]): string {
  const unknown = problems.filter(({ expected }) => /^(a known field|no such field)/.test(expected));
  const [first, ...rest] = unknown.length > 0 ? unknown : problems;
  if (!first) return 'scenario: expected a scenario file';
  return `${problemLine(first, 'scenario')}${rest.length > 0 ? ` (and ${rest.length} more)` : ''}`;
}

function problemLine({ path, expected, found }: Problem, whole: string): string {
  return `${path === '' ? whole : path}: expected ${expected}, found ${found ?? 'nothing'}`;
}

/** A workload file's mistakes, each with the file's name. */
export function workloadError(file: string, error: DefinitionError): InputError {
  return new InputError(error.lines.map((line) => `${file}: ${problemLine(line, 'definition')}`).join('\n'));
}

/** Mistakes of `read`, with their paths below `path`. */
export function below<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new ScenarioError(error.lines.map((line) => ({ ...line, path: joined(path, line.path) })));
  }
}

/** A schedule's own checks already begin their paths with `schedule`. */
function joined(base: string, path: string): string {
  const inner = path.replace(/^schedule(?=[.[]|$)\.?/, '');
  return inner === '' || inner.startsWith('[') ? `${base}${inner}` : `${base}.${inner}`;
}

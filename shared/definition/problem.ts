// What is wrong with a definition, in words for the person who wrote it: where, what was expected, what stood there.

export interface Problem {
  /** `capacity.zones`, `schedule.windows[0].from`, `line 3`; empty for the document as a whole. */
  path: string;
  expected: string;
  /** Absent when the field itself is. */
  found?: string;
}

/** Accepted, but to be said aloud: `ask` wants a confirmation, `echo` repeats what will happen. */
export interface Remark {
  path: string;
  kind: 'warning' | 'echo' | 'ask';
  text: string;
}

/** Never made of credentials or script text: only field names and short values of the definition. */
export class DefinitionError extends Error {
  readonly lines: Problem[];
  constructor(lines: Problem[]) {
    super(lines.map(problemText).join('\n'));
    this.name = 'DefinitionError';
    this.lines = lines;
  }
}

export function problemText(problem: Problem): string {
  const where = problem.path === '' ? 'definition' : problem.path;
  return `${where}: expected ${problem.expected}, ${problem.found === undefined ? 'found nothing' : `found ${problem.found}`}`;
}

/** A value as shown in a message: one line, short, control characters escaped. */
export function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(value) ?? 'no JSON value';
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part).slice(0, 60);
    const safe = /^[\w.:/-]+$/.test(name) ? name : JSON.stringify(name);
    return text === '' ? safe : `${text}.${safe}`;
  }, '');
}

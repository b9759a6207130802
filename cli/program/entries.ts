// The command's definitions as plain data, for docs/commands.md and completions.

import type { Command } from 'commander';

export interface EntryOption {
  long: string | undefined;
  short: string | undefined;
  /** `--until <time>` */
  flags: string;
  value: boolean;
  says: string;
  fallback: string | undefined;
  env: string | undefined;
}

export interface Entry {
  /** Words after `spotkeep`; empty for the command itself. */
  path: string[];
  usage: string;
  summary: string;
  arguments: { name: string; says: string }[];
  /** What the first argument may be, where that is a fixed set. */
  choices: string[];
  options: EntryOption[];
  /** Has commands of its own. */
  group: boolean;
}

/** Depth first, in the order of definition. */
export function entriesOf(command: Command, above: readonly string[] = []): Entry[] {
  const path = command.parent === null ? [] : [...above, command.name()];
  const words = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? '...' : ''}`;
    return { text: one.required ? `<${name}>` : `[${name}]`, one };
  });
  const entry: Entry = {
    path,
    usage: ['spotkeep', ...path, ...words.map(({ text }) => text)].join(' '),
    summary: command.description(),
    arguments: words.map(({ text, one }) => ({ name: text, says: one.description })),
    choices: words[0]?.one.argChoices ?? [],
    options: command.options.filter(({ hidden }) => !hidden).map(optionOf),
    group: command.commands.length > 0,
  };
  return [entry, ...command.commands.flatMap((below) => entriesOf(below, path))];
}

function optionOf(option: Command['options'][number]): EntryOption {
  const fallback: unknown = option.defaultValue;
  return {
    long: option.long,
    short: option.short,
    flags: option.flags,
    value: option.required || option.optional,
    says: option.description,
    fallback: typeof fallback === 'string' ? fallback : undefined,
    env: option.envVar,
  };
}

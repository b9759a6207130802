// `spotkeep completion SHELL`: a script made of the command's own definitions. It knows commands, options and files, and
// never calls AWS: a TAB must not wait for a network.

import type { Action } from '../session/action.ts';
import type { Entry } from './entries.ts';

export const completion = (all: () => Promise<Entry[]>): { run: Action } => ({
  run: async (_session, { args: [shell = ''] }) => {
    const entries = await all();
    const script = shell === 'fish' ? fish(entries) : shell === 'zsh' ? zsh(entries) : bash(entries);
    return { json: { shell, script: script.join('\n') }, lines: script };
  },
});

const wordsBelow = (entries: readonly Entry[], path: string): string[] => {
  const below = entries.filter(({ path: one }) => one.slice(0, -1).join(' ') === path && one.length > 0);
  const own = entries.find(({ path: one }) => one.join(' ') === path);
  return [...below.map(({ path: one }) => one.at(-1) ?? ''), ...(own?.choices ?? [])];
};
const flagsOf = (entries: readonly Entry[], path: string): string[] => {
  const [root] = entries;
  const own = entries.find(({ path: one }) => one.join(' ') === path);
  const options = own === root ? own?.options : [...(own?.options ?? []), ...(root?.options ?? [])];
  return (options ?? []).flatMap(({ long }) => (long === undefined ? [] : [long]));
};

/** `case` over the words typed so far; a word after an option that takes a value completes to files. */
function bash(entries: readonly Entry[]): string[] {
  const groups = entries.filter(({ group }) => group).map(({ path }) => path.join(' '));
  const takers = [
    ...new Set(
      entries.flatMap(({ options }) =>
        options.filter(({ value }) => value).flatMap(({ long, short }) => [long, short]),
      ),
    ),
  ].filter((one) => one !== undefined);
  const cases = entries.map(({ path }) => {
    const at = path.join(' ');
    const words = [...wordsBelow(entries, at), ...flagsOf(entries, at)].join(' ');
    return `    "${at}") COMPREPLY=($(compgen -W "${words}" -- "$word")) ;;`;
  });
  const nests = ['""', ...groups.filter(Boolean).map((group) => `"${group}"`)].join('|');
  return `# spotkeep completion for bash: source it, or put it into /etc/bash_completion.d/
_spotkeep() {
  local word=\${COMP_WORDS[COMP_CWORD]} last=\${COMP_WORDS[COMP_CWORD-1]} path="" one skip=0 i
  for ((i = 1; i < COMP_CWORD; i++)); do
    one=\${COMP_WORDS[i]}
    if ((skip)); then skip=0; continue; fi
    case $one in
      ${takers.join('|')}) skip=1 ;;
      -*) ;;
      *) case "$path" in ${nests}) path="\${path:+$path }$one" ;; esac ;;
    esac
  done
  case $last in ${takers.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;; esac
  case "$path" in
${cases.join('\n')}
  esac
}
complete -F _spotkeep spotkeep`.split('\n');
}

/** zsh reads bash's completions. */
function zsh(entries: readonly Entry[]): string[] {
  return [
    '# spotkeep completion for zsh: source it after compinit',
    'autoload -U +X bashcompinit && bashcompinit',
    ...bash(entries).slice(1),
  ];
}

function fish(entries: readonly Entry[]): string[] {
  const quoted = (text: string): string => `'${text.replace(/'/g, "\\'")}'`;
  const lines = ['# spotkeep completion for fish: put it into ~/.config/fish/completions/spotkeep.fish'];
  for (const { path, summary, options, choices } of entries) {
    const parent = path.slice(0, -1);
    const seen = (words: readonly string[]): string =>
      words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    if (path.length > 0) {
      const name = path.at(-1) ?? '';
      const siblings = entries.filter(
        ({ path: one }) => one.length === path.length && one.slice(0, -1).join() === parent.join(),
      );
      const none = `not __fish_seen_subcommand_from ${siblings.map(({ path: one }) => one.at(-1)).join(' ')}`;
      const when = parent.length === 0 ? '__fish_use_subcommand' : `${seen(parent)}; and ${none}`;
      lines.push(`complete -c spotkeep -f -n ${quoted(when)} -a ${name} -d ${quoted(summary)}`);
      for (const choice of choices)
        lines.push(`complete -c spotkeep -f -n ${quoted(seen(path))} -a ${choice}`);
    }
    for (const { long, short, value, says } of options) {
      const condition = path.length === 0 ? '' : ` -n ${quoted(seen(path))}`;
      const names = [long && `-l ${long.slice(2)}`, short && `-s ${short.slice(1)}`]
        .filter(Boolean)
        .join(' ');
      lines.push(`complete -c spotkeep${condition} ${names}${value ? ' -r' : ''} -d ${quoted(says)}`);
    }
  }
  return lines;
}

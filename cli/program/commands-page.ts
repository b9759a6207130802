// docs/commands.md, made of the command's own definitions, its exit codes and its table of usual durations.

import { EXIT_MEANING } from '../session/exit.ts';
import { USUAL, type Usual } from '../wording/usual.ts';
import type { Entry, EntryOption } from './entries.ts';
import { allEntries } from './program.ts';

const INTRO = `# Commands

<!-- Made by \`node scripts/run.mjs scripts/commands.ts\` from the command's own definitions: do not edit. -->

\`npx spotkeep COMMAND\` from this folder, or \`node scripts/spotkeep.mjs COMMAND\`. \`--help\` after any command says what it
takes.

- **On AWS** it uses the ordinary credential chain: environment, \`--profile\`, SSO, roles. Nothing is done by the command
  itself: it invokes the functions that are deployed, and never touches the table. The stack brings two roles for people,
  \`spotkeep-<stage>-<region>-operator\` and \`spotkeep-<stage>-<region>-owner\`; see [below](#who-may-do-what).
- **On \`spotkeep local\`** give \`--endpoint-url http://127.0.0.1:PORT\`, or set \`AWS_ENDPOINT_URL\`. No account is needed.
- **\`--json\`** works with every command: one value on standard output, no questions, no progress. A failure is
  \`{"ok": false, "code", "says", "next"}\`. States are those of the record: \`parked\`, \`creating\`, \`formatting\`,
  \`launching\`, \`attaching\`, \`starting\`, \`serving\`, \`handing-over\`, \`draining\`, \`snapshotting\`, \`copying\`,
  \`promoting\`, \`held\`.
- **Waits** say what for, how long already and how long that usually takes. Ctrl-C or the end of \`--timeout\` ends the
  watching, never the work.
- **An error** is one line on standard error: what is wrong, then what to do.
`;

const WHO = `## Who may do what

| role | may invoke |
|---|---|
| \`spotkeep-<stage>-<region>-operator\` | everything below but what the owner has to do; may also look (\`doctor\`) and start a drill |
| \`spotkeep-<stage>-<region>-owner\` | that, and \`restore\`, \`recover\`, \`destroy\`, \`backup delete\` |

Both can be assumed by whom your account's administrators allow \`sts:AssumeRole\` on them. A profile for it:

    [profile spotkeep]
    role_arn = arn:aws:iam::<account>:role/spotkeep-dev-eu-west-1-operator
    source_profile = default
    region = eu-west-1
`;

export async function commandsPage(): Promise<string> {
  const [root, ...entries] = await allEntries();
  if (root === undefined) throw new Error('the program has no commands');
  const parts = [
    INTRO,
    '## Options of every command\n',
    optionsTable(root.options),
    '\n## Commands\n',
    '| command | what |\n|---|---|',
    ...entries
      .filter(({ group, options }) => !group || options.length > 0)
      .map(({ usage, summary }) => `| [\`${usage}\`](#${anchor(usage)}) | ${cell(summary)} |`),
    ...entries.filter(({ path }) => path.length > 0).flatMap(entryText),
    '',
    exitCodes(),
    '',
    WHO,
    usualDurations(),
  ];
  return `${parts.join('\n')}\n`;
}

/** GitHub's form of a heading's link. */
const anchor = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ /g, '-');

const cell = (text: string): string => text.replace(/\|/g, '\\|');

function entryText({ usage, summary, arguments: operands, options, group }: Entry): string[] {
  const taken = operands.map(({ name, says }) => `| \`${name}\` | ${cell(says)} |`);
  const given = options.map(optionRow);
  const table =
    taken.length + given.length > 0
      ? ['', '| argument or option | what |', '|---|---|', ...taken, ...given]
      : [];
  if (group && table.length === 0) return [];
  return [`\n### \`${usage}\`\n`, `${summary[0]?.toUpperCase()}${summary.slice(1)}.`, ...table];
}

const optionRow = ({ flags, says, fallback, env }: EntryOption): string => {
  const more = [
    fallback !== undefined && `default: \`${fallback}\``,
    env !== undefined && `environment: \`${env}\``,
  ].filter(Boolean);
  return `| \`${flags}\` | ${cell(says)}${more.length > 0 ? ` (${more.join(', ')})` : ''} |`;
};

const optionsTable = (options: readonly EntryOption[]): string =>
  ['| option | what |', '|---|---|', ...options.map(optionRow)].join('\n');

const exitCodes = (): string =>
  [
    '## Exit codes\n',
    '| code | meaning |',
    '|--:|---|',
    ...Object.entries(EXIT_MEANING).map(([code, meaning]) => `| ${code} | ${meaning} |`),
  ].join('\n');

const usualDurations = (): string =>
  [
    '## How long things usually take\n',
    '| waiting for | usually | source |',
    '|---|--:|---|',
    ...Object.values(USUAL).map(
      ({ what, seconds, source }: Usual) =>
        `| ${what} | ${seconds === undefined ? '' : `${seconds} s`} | ${source ?? ''} |`,
    ),
  ].join('\n');

// Definition files named on the command line: read, parsed, everything wrong with them said before anything is called.

import path from 'node:path';
import { DefinitionError, type Problem, problemText, type Remark } from '../../shared/definition/problem.ts';
import { type ParsedDefinition, parseDefinition } from '../../shared/definition/read/parse.ts';
import { clockRemarks } from '../../shared/schedule/remarks.ts';
import { badInput, CommandError, EXIT } from '../session/exit.ts';
import type { Outside } from '../session/outside.ts';

export interface DefinitionFile extends ParsedDefinition {
  file: string;
}

export interface FileProblems {
  file: string;
  problems: Problem[];
}

/** Every file, good or bad. The setup script is looked for beside its definition. */
export function readDefinitions(
  files: readonly string[],
  outside: Outside,
): { good: DefinitionFile[]; bad: FileProblems[] } {
  const good: DefinitionFile[] = [];
  const bad: FileProblems[] = [];
  for (const file of files) {
    const read = readDefinition(file, outside);
    if ('problems' in read) bad.push(read);
    else good.push(read);
  }
  return { good, bad: [...bad, ...sharedVolumes(good)] };
}

function readDefinition(file: string, { files, clock }: Outside): DefinitionFile | FileProblems {
  const text = files.read(file);
  if (text === undefined) return { file, problems: [{ path: '', expected: 'a file that can be read' }] };
  try {
    const parsed = parseDefinition(text, {
      readFile: (name) => files.read(path.resolve(path.dirname(file), name)),
    });
    const { definition, warnings } = parsed;
    return { ...parsed, file, warnings: [...warnings, ...clockRemarks(definition.schedule, clock.now())] };
  } catch (error) {
    if (error instanceof DefinitionError) return { file, problems: error.lines };
    throw error;
  }
}

/** Two files of one name, or that adopt one volume. */
function sharedVolumes(good: readonly DefinitionFile[]): FileProblems[] {
  return good.flatMap(({ file, definition }, index) => {
    const before = good.slice(0, index);
    const { volume } = definition;
    const name = before.find((one) => one.definition.name === definition.name);
    const adopted =
      volume.kind === 'adopt' &&
      before.find(
        ({ definition: { volume: other } }) => other.kind === 'adopt' && other.volumeId === volume.volumeId,
      );
    const problems: Problem[] = [
      ...(name
        ? [{ path: 'name', expected: `a name of its own: ${name.file} has it`, found: definition.name }]
        : []),
      ...(adopted && volume.kind === 'adopt'
        ? [
            {
              path: 'volume.adopt',
              expected: `a volume of its own: ${adopted.file} names it`,
              found: volume.volumeId,
            },
          ]
        : []),
    ];
    return problems.length > 0 ? [{ file, problems }] : [];
  });
}

/** All the lines, one a mistake. */
export const problemLines = (bad: readonly FileProblems[]): string[] =>
  bad.flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problemText(problem)}`));

/** For commands that go on only with good files: one line, with how many more there are. */
export function readGoodDefinitions(files: readonly string[], outside: Outside): DefinitionFile[] {
  if (files.length === 0) throw badInput('--file: expected a definition', 'spotkeep init writes one');
  const { good, bad } = readDefinitions(files, outside);
  const lines = problemLines(bad);
  const [first] = lines;
  if (first === undefined) return good;
  throw new CommandError({
    exit: EXIT.input,
    code: 'invalid',
    says: first,
    ...(lines.length > 1 && { next: `and ${lines.length - 1} more, spotkeep validate shows them all` }),
    detail: { files: bad },
  });
}

const KINDS: Record<Remark['kind'], string> = { warning: 'warning', echo: 'note', ask: 'please confirm' };

export const remarkLine = ({ path: where, kind, text }: Remark): string =>
  `${KINDS[kind]}: ${where}: ${text}`;

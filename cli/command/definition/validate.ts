// `spotkeep validate -f FILE…`: everything that is wrong with definitions, and what will happen that may surprise. No AWS.

import { problemLines, readDefinitions, remarkLine } from '../../input/definition-file.ts';
import { type Action, listOption } from '../../session/action.ts';
import { EXIT, oneLine } from '../../session/exit.ts';

export const run: Action = async ({ outside }, typed) => {
  const { good, bad } = readDefinitions(listOption(typed, 'file'), outside);
  const lines = [
    ...problemLines(bad).map((line) => outside.style.paint('red', oneLine(line))),
    ...good.flatMap(({ file, definition, warnings }) => [
      ...(bad.some((one) => one.file === file) ? [] : [`${file}: ${definition.name} is fine`]),
      ...warnings.map((remark) => `  ${remarkLine(remark)}`),
    ]),
  ];
  const json = {
    ok: bad.length === 0,
    files: [
      ...good.map(({ file, definition, warnings }) => ({
        file,
        name: definition.name,
        definition,
        warnings,
      })),
      ...bad,
    ],
  };
  return { json, lines, exit: bad.length > 0 ? EXIT.input : EXIT.ok };
};

// `spotkeep adopt -f FILE`: apply for a definition that takes over an existing volume; its id is typed once more.

import { readGoodDefinitions } from '../../input/definition-file.ts';
import { type Action, flag, option } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import { applyFiles } from './apply.ts';

export const run: Action = async (session, typed) => {
  const file = option(typed, 'file');
  const files = readGoodDefinitions(file === undefined ? [] : [file], session.outside);
  const [first] = files;
  if (first && first.definition.volume.kind !== 'adopt')
    throw badInput(
      `${first.file}: volume.adopt: expected an existing volume vol-…, found nothing`,
      'for a new volume: spotkeep apply',
    );
  return applyFiles(session, { files, yes: flag(typed, 'yes'), confirmVolume: option(typed, 'confirm') });
};

// Bugs about what is kept of the past. The campaign's operators try other rules as often as they may (`rules`).

import { type Bug, bug, campaignWith, patch } from './bug.ts';

export const RETENTION_BUGS: readonly Bug[] = [
  bug(
    36,
    'shrunken retention: lower rules apply at once',
    campaignWith('rules'),
    patch('shared/decide/volume/rules.ts', '  until: add(now, RETENTION_DELAY),', '  until: now,'),
  ),
  bug(
    37,
    'a move’s snapshot displaces a backup',
    campaignWith('rules'),
    patch('shared/decide/volume/point.ts', "  one.kind !== 'migration' &&\n", ''),
  ),
];

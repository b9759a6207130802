// Which launches a record names.

import type { RecordView } from './record.ts';

/** The launches that the record names. An instance without a launch is of none of them. */
export const launchesOf = (r: RecordView): Set<string> => {
  const launches = [r.owner, r.candidate, ...r.leaving].flatMap((one) => (one ? [one.launchId] : []));
  return new Set(launches);
};

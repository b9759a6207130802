// Which injected faults may lead to which holds: a hold without one of its faults before it is a violation, not a way out.

import type { Stage } from './stage.ts';
import { WIDE } from './trouble.ts';

/** By hold code, the faults that may explain it. */
const EXPLAINS: Record<string, readonly string[]> = {
  'table-restored': ['tableRestored'],
  'newer-volume': ['operator', 'tableRestored'],
  'generation-mismatch': ['operator', 'tableRestored'],
  'volume-missing': ['tableRestored', 'operator'],
  'volume-held-by-other': ['operator', 'tableRestored'],
  'unknown-instance': ['tableRestored'],
  'fsck-failed': ['fsckFails'],
  // A volume that was made and never formatted: after a restore of the table nobody can know that but a person.
  'fs-missing': ['tableRestored'],
  'docker-down': ['dockerCorrupt'],
  // A person detaches the volume in the middle of a start: what was a marker a moment ago cannot be read any more.
  'marker-unreadable': ['operator'],
  'volumes-fail': ['kmsDisabled', 'volumeError'],
  'snapshots-fail': ['kmsDisabled', 'snapshotError', 'operator'],
};

/** Faults that strike by rate, or a whole region, have no workload; the campaign's others have. */
const befell = (stage: Stage, fault: string, workload: string): boolean =>
  stage.last.has(`${fault}/${workload}`) ||
  (WIDE.includes(fault) && stage.last.has(fault)) ||
  (stage.world.region.injected.get(fault) ?? 0) > 0;

export const holdIsExplained = (stage: Stage, workload: string, code: string): string | undefined =>
  (EXPLAINS[code] ?? (code.startsWith('recover-') ? ['tableRestored'] : [])).find((fault) =>
    befell(stage, fault, workload),
  );

export const watchHolds = (stage: Stage): void => {
  stage.told.push({
    record: (workload, body, before) => {
      if (!body.hold || before?.hold?.at === body.hold.at) return;
      const { code, at, evidence } = body.hold;
      const fault = holdIsExplained(stage, workload, code);
      stage.holds.push({ seed: stage.seed, workload, code, at, fault });
      if (!fault) stage.report('hold', workload, `${code} without a fault that explains it: ${evidence}`);
    },
  });
};

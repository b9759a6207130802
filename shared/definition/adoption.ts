// Whether an existing volume may become a workload's data: judged on what was read about it, before anything is
// written or attached. A volume is never formatted, and never taken from anybody, by adopting it.

import type { AdoptedVolume, Definition } from './definition.ts';
import type { Problem, Remark } from './problem.ts';

/** What EC2, the claims and the host's `adopt` document told. */
export interface AdoptionFacts {
  state: string;
  zone: string;
  multiAttach: boolean;
  encrypted: boolean;
  /** Instances it is attached to, but the workload's own. */
  attachedElsewhere: string[];
  /** The other workload that has claimed it. */
  claimedBy?: string;
  /** Known once the host has looked at it, read-only. */
  host?: { fileSystem?: string; marker: boolean; architecture?: string };
}

export interface Adoption {
  problems: Problem[];
  warnings: Remark[];
}

const PATH = 'volume.adopt';

/** `confirmed` is the volume id as typed by the person, needed for a volume that no workload has marked before. */
export function judgeAdoption(
  { capacity, volume }: Definition & { volume: AdoptedVolume },
  facts: AdoptionFacts,
  confirmed: string | undefined,
): Adoption {
  const problems: Problem[] = [];
  const refuse = (expected: string, found: string, path = PATH): unknown =>
    problems.push({ path, expected, found });
  if (facts.claimedBy !== undefined)
    refuse('a volume of no other workload', `it belongs to ${facts.claimedBy}`);
  if (facts.attachedElsewhere.length > 0) {
    refuse('a volume that is attached nowhere', `attached to ${facts.attachedElsewhere.join(', ')}`);
  } else if (facts.state !== 'available' && facts.state !== 'in-use') {
    refuse('a volume that is available', facts.state);
  }
  if (facts.multiAttach) refuse('a volume without Multi-Attach', 'Multi-Attach is enabled');
  if (!capacity.zones.some(({ zone }) => zone === facts.zone)) {
    refuse(
      `${facts.zone}, where the volume is, among the zones`,
      capacity.zones.map((z) => z.zone).join(', '),
      'capacity.zones',
    );
  }
  const host = facts.host;
  if (host && host.fileSystem === undefined) {
    refuse(
      'a volume with a file system (for a blank one leave out adopt: a new volume is created and formatted)',
      'none',
    );
  } else if (host && host.fileSystem !== volume.fileSystem) {
    refuse(`${host.fileSystem}, which is on the volume`, volume.fileSystem, 'volume.fileSystem');
  }
  if (host?.architecture !== undefined && host.architecture !== capacity.architecture) {
    refuse(
      `${host.architecture}: images on the volume are built for it`,
      capacity.architecture,
      'capacity.architecture',
    );
  }
  if (host && host.fileSystem !== undefined && !host.marker && confirmed !== volume.volumeId) {
    refuse(
      `${volume.volumeId} typed once more: no workload has had this volume before`,
      confirmed ?? 'nothing typed',
    );
  }
  const text = 'the volume is not encrypted; it becomes so when it first moves to another zone';
  return { problems, warnings: facts.encrypted ? [] : [{ path: PATH, kind: 'warning', text }] };
}

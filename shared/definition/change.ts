// What may not, or not silently, change between two definitions of one workload. The data decides: a volume is never
// re-made, shrunk, re-encrypted or moved because a file was edited.

import type { Definition } from './definition.ts';
import type { Problem, Remark } from './problem.ts';

export interface Change {
  problems: Problem[];
  warnings: Remark[];
}

/** What is known of the present volume; without it the previous definition speaks for it. */
export interface Present {
  zone?: string;
  /** Where it is being moved to, or is about to be made. */
  nextZone?: string;
  sizeGiB?: number;
}

export function checkChange(previous: Definition, next: Definition, present: Present = {}): Change {
  const change: Change = { problems: [], warnings: [] };
  const fixed = (path: string, before: string | undefined, after: string | undefined, why: string): void => {
    if (before === after) return;
    change.problems.push({ path, expected: `${before ?? 'nothing, as before'}: ${why}`, found: after });
  };
  fixed('name', previous.name, next.name, 'a workload keeps its name');
  fixed('region', previous.region, next.region, 'a workload keeps its region');
  fixed(
    'capacity.architecture',
    previous.capacity.architecture,
    next.capacity.architecture,
    'images on the volume are built for it',
  );
  fixed('volume.fileSystem', previous.volume.fileSystem, next.volume.fileSystem, 'the data is in it');
  checkVolumes(previous, next, { present, change, fixed });
  checkPresentZone(previous, next, { present, change });
  if (previous.setup?.sha256 !== next.setup?.sha256) {
    const text =
      'the setup script runs once, after the first start: on a service already set up it does not run again';
    change.warnings.push({ path: 'setup', kind: 'warning', text });
  }
  if (previous.image !== next.image) {
    change.warnings.push({ path: 'image', kind: 'echo', text: 'takes effect at the next launch' });
  }
  return change;
}

interface Judging {
  present: Present;
  change: Change;
}
type Fixed = (path: string, before: string | undefined, after: string | undefined, why: string) => void;

function checkVolumes(previous: Definition, next: Definition, judging: Judging & { fixed: Fixed }): void {
  const { fixed, change, present } = judging;
  const [before, after] = [previous.volume, next.volume];
  if (before.kind === 'adopt' || after.kind === 'adopt') {
    const named = (volume: Definition['volume']) =>
      volume.kind === 'adopt' ? volume.volumeId : 'a new volume';
    fixed(
      'volume.adopt',
      named(before),
      named(after),
      'another volume is other data; restore is a command of its own',
    );
    return;
  }
  const sizeGiB = present.sizeGiB ?? before.sizeGiB;
  if (after.sizeGiB < sizeGiB) {
    const expected = `at least the present ${sizeGiB} GiB: a volume cannot shrink`;
    change.problems.push({ path: 'volume.sizeGiB', expected, found: String(after.sizeGiB) });
  } else if (after.sizeGiB > sizeGiB) {
    const text = `the present volume keeps its ${sizeGiB} GiB; the size holds for the next volume made from its data`;
    change.warnings.push({ path: 'volume.sizeGiB', kind: 'warning', text });
  }
  const kept = 'type, performance and key of the data are carried from volume to volume';
  fixed('volume.type', before.type, after.type, kept);
  fixed('volume.iops', before.iops?.toString(), after.iops?.toString(), kept);
  fixed(
    'volume.throughputMiBps',
    before.throughputMiBps?.toString(),
    after.throughputMiBps?.toString(),
    kept,
  );
  fixed('volume.kmsKeyId', before.kmsKeyId, after.kmsKeyId, kept);
  if (before.firstZone !== after.firstZone) {
    const text = 'has no effect: the volume exists already, and moves only to where there is capacity';
    change.warnings.push({ path: 'volume.firstZone', kind: 'warning', text });
  }
}

function checkPresentZone(previous: Definition, next: Definition, { present, change }: Judging): void {
  const zone = present.zone ?? (previous.volume.kind === 'new' ? previous.volume.firstZone : undefined);
  const needed = [
    { zone, why: 'the data is there, and leaving it needs an explicit migration first' },
    { zone: present.nextZone, why: 'the data is on its way there' },
  ];
  for (const one of needed) {
    if (one.zone === undefined || next.capacity.zones.some((kept) => kept.zone === one.zone)) continue;
    change.problems.push({
      path: 'capacity.zones',
      expected: `${one.zone} among the zones: ${one.why}`,
      found: next.capacity.zones.map((kept) => kept.zone).join(', '),
    });
  }
}

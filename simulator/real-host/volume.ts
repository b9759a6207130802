// Volumes are sparse image files. One instance at a time can hold one, as with EBS.

import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { must, quietly, type Undo } from './shell.ts';

export interface Volume {
  /** `vol-…`, as in the record. */
  readonly id: string;
  /** As NVMe shows it. */
  readonly serial: string;
  readonly file: string;
}

export class Volumes {
  private readonly folder: string;
  private readonly undo: Undo;

  constructor(folder: string, undo: Undo) {
    this.folder = folder;
    this.undo = undo;
  }

  create(sizeMiB = 1024, id = `vol-0${randomBytes(8).toString('hex')}`): Volume {
    const volume = { id, serial: id.replace('-', ''), file: path.join(this.folder, `${id}.img`) };
    closeSync(openSync(volume.file, 'w'));
    truncateSync(volume.file, sizeMiB * 1024 * 1024);
    this.undo.add(() => rmSync(volume.file, { force: true }));
    return volume;
  }

  /** A volume made from a snapshot of this one: same bytes, another id. */
  async copy(source: Volume): Promise<Volume> {
    const copy = this.create(1);
    await must('cp', ['--sparse=always', '--reflink=auto', source.file, copy.file]);
    return copy;
  }

  enlarge(volume: Volume, sizeMiB: number): void {
    truncateSync(volume.file, sizeMiB * 1024 * 1024);
  }

  remove(volume: Volume): void {
    rmSync(volume.file, { force: true });
  }
}

const MIB = 1024 * 1024;

// Holes are passed over by asking for them (3: next data, 4: next hole): volumes are mostly hole.
const DATA =
  'open(F, "<", $ARGV[0]) or die; my $at = 0; while (defined($at = sysseek(F, $at, 3))) { my $end = sysseek(F, $at, 4); print $at + 0, " $end\n"; $at = $end }';

/** SHA-256 of the volume's content. A piece of zeroes counts like a hole, the place of what is no hole counts. */
export async function hashOf(volume: Volume): Promise<string> {
  // What the loop device still holds back goes to the file first.
  for (const loop of await loopsOf(volume.file)) await must('blockdev', ['--flushbufs', loop]);
  const pieces = new Set<number>();
  for (const line of (await must('perl', ['-e', DATA, volume.file])).split('\n').filter(Boolean)) {
    const [from = 0, to = 0] = line.split(' ').map(Number);
    for (let place = Math.floor(from / MIB); place * MIB < to; place++) pieces.add(place);
  }
  const hash = createHash('sha256');
  const zeroes = Buffer.alloc(MIB);
  const piece = Buffer.alloc(MIB);
  const file = openSync(volume.file, 'r');
  hash.update(`${fstatSync(file).size} `);
  for (const place of [...pieces].sort((a, b) => a - b)) {
    const size = readSync(file, piece, 0, MIB, place * MIB);
    if (size === MIB && piece.equals(zeroes)) continue;
    hash.update(`${place} ${size} `).update(piece.subarray(0, size));
  }
  closeSync(file);
  return hash.digest('hex');
}

/** Loop devices of an image file. */
export async function loopsOf(file: string): Promise<string[]> {
  const out = await must('losetup', ['-j', file]);
  return out.split('\n').flatMap((line) => (line ? [line.slice(0, line.indexOf(':'))] : []));
}

export function releaseLoop(loop: string): void {
  quietly('losetup', ['-d', loop]);
}

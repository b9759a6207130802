import { describe, expect, it } from 'vitest';
import { Drive } from '../../local/region/drive.ts';
import { instant } from '../../shared/base/time.ts';
import { Kernel } from '../../simulator/kernel/kernel.ts';
import { TestWall } from './subject.ts';

/** A disk that writes when it is told to. */
const slowDisk = () => {
  const lines: unknown[] = [];
  const waiting: { done: () => void; failed: (error: Error) => void }[] = [];
  return {
    lines,
    waiting,
    journal: {
      append: (line: unknown) =>
        new Promise<void>((done, failed) => {
          lines.push(line);
          waiting.push({ done, failed });
        }),
      close: async () => undefined,
    },
  };
};

const driveOn = () => {
  const wall = new TestWall();
  const disk = slowDisk();
  const kernel = new Kernel(instant(wall.now()));
  const drive = new Drive({
    kernel,
    journal: disk.journal,
    wall,
    onDefect: (error) => {
      throw error;
    },
  });
  return { wall, kernel, drive, disk };
};

describe('a change', () => {
  it('is answered when its line is on the disk, not before; what comes after it goes on meanwhile', async () => {
    const { drive, disk } = driveOn();
    const answered: string[] = [];
    const first = drive.change({ k: 'a' }, () => 'a').then((value) => answered.push(value));
    const second = drive.change({ k: 'b' }, () => 'b').then((value) => answered.push(value));
    await drive.read(() => undefined);
    expect(answered).toEqual([]);
    expect(disk.lines).toMatchObject([{ k: 'a' }, { k: 'b' }]);
    for (const { done } of disk.waiting) done();
    await Promise.all([first, second]);
    expect(answered).toEqual(['a', 'b']);
  });

  it('that the disk refuses is an error, though it took effect', async () => {
    const { drive, disk } = driveOn();
    const change = drive.change({ k: 'a' }, () => 'a');
    await drive.read(() => undefined);
    disk.waiting[0]?.failed(new Error('no space left'));
    await expect(change).rejects.toThrow('no space left');
  });

  it('that is refused is written all the same: it may have drawn chance', async () => {
    const { drive, disk } = driveOn();
    const change = drive.change({ k: 'a' }, () => {
      throw new Error('refused');
    });
    const settled = expect(change).rejects.toThrow('refused');
    await drive.read(() => undefined);
    expect(disk.lines).toHaveLength(1);
    for (const { done } of disk.waiting) done();
    await settled;
  });

  it('takes effect after everything that was due before it', async () => {
    const { drive, wall, kernel } = driveOn();
    const seen: string[] = [];
    await drive.read(() => kernel.at(instant(wall.now() + 1_000), () => seen.push('due')));
    wall.pass(2);
    await drive.read(() => seen.push('read'));
    expect(seen).toEqual(['due', 'read']);
  });
});

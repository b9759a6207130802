// A file that says which process holds something; one whose process is gone is taken over.

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** Answers how to give it back, or the process that has it. */
export const takeLock = (file: string): (() => void) | { heldBy: number } => {
  mkdirSync(path.dirname(file), { recursive: true });
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (pid > 0 && pid !== process.pid && isRunning(pid)) return { heldBy: pid };
  rmSync(file, { force: true });
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
  } catch (error) {
    if (!isTaken(error)) throw error;
    return { heldBy: Number(readFileSync(file, 'utf8')) };
  }
  return () => rmSync(file, { force: true });
};

// What the region receives, in order, one line each: `--state FILE`. State is not written as a picture but as its cause:
// the simulated region is deterministic on its virtual clock, so replaying the lines gives every resource, timer, host
// and ledger back, also what was in flight. An answer is given only after its line is on the disk (write, fdatasync;
// lines that wait together go together), and order is kept: whatever a caller saw survives a kill -9.
// A last line without an end was never acknowledged and is cut off.

import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { LocalError } from '../process/local-error.ts';
import { takeLock } from '../process/pid-lock.ts';

export interface Journal {
  /** Resolves when the line is on the disk. Lines keep their order. */
  append: (line: unknown) => Promise<void>;
  close: () => Promise<void>;
}

export interface Opened {
  lines: unknown[];
  journal: Journal;
}

/** Without a file nothing is kept. */
export const noJournal = (): Opened => ({
  lines: [],
  journal: { append: async () => undefined, close: async () => undefined },
});

const replacer = (_key: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  return value;
};

/** Dates meet their own toJSON before a replacer sees them, so they are marked ahead. */
const marked = (value: unknown): unknown => {
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(marked);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item)]));
};

const reviver = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value && typeof value.$bytes === 'string')
    return new Uint8Array(Buffer.from(value.$bytes, 'base64'));
  if ('$date' in value && typeof value.$date === 'number') return new Date(value.$date);
  return value;
};

export const encodeLine = (line: unknown): string => `${JSON.stringify(marked(line), replacer)}\n`;

/** The whole lines of a journal's text, and how many bytes of it they are. */
export const decodeLines = (text: string, file: string): { lines: unknown[]; bytes: number } => {
  const end = text.lastIndexOf('\n') + 1;
  const whole = text.slice(0, end);
  const lines = whole
    .split('\n')
    .slice(0, -1)
    .map((line, index): unknown => {
      try {
        return JSON.parse(line, reviver);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw new LocalError(
          `${file}: line ${index + 1} is damaged; keep a copy, and start with another file`,
        );
      }
    });
  return { lines, bytes: Buffer.byteLength(whole) };
};

/** One region per file: two would write two pasts. */
const lock = (file: string): (() => void) => {
  const taken = takeLock(`${file}.lock`);
  if (typeof taken === 'function') return taken;
  throw new LocalError(`${file} is in use by process ${taken.heldBy}; stop that one or choose another file`);
};

export const openJournal = async (file: string): Promise<Opened> => {
  const unlock = lock(file);
  const { lines, bytes } = decodeLines(existsSync(file) ? readFileSync(file, 'utf8') : '', file);
  if (existsSync(file)) truncateSync(file, bytes);
  const handle = await open(file, 'a');
  return { lines, journal: fileJournal(handle, unlock) };
};

const fileJournal = (handle: FileHandle, unlock: () => void): Journal => {
  let waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  let writing: Promise<void> | undefined;
  let broken: { error: unknown } | undefined;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await handle.appendFile(batch.map(({ text }) => text).join(''));
        await handle.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        // Nothing may follow a line that is missing: from here on nothing is acknowledged.
        broken = { error };
        for (const { failed } of [...batch, ...waiting]) failed(error);
        waiting = [];
      }
    }
    writing = undefined;
  };
  return {
    append: (line) =>
      new Promise((done, failed) => {
        if (broken) {
          failed(broken.error);
          return;
        }
        waiting.push({ text: encodeLine(line), done, failed });
        writing ??= drain();
      }),
    close: async () => {
      await writing;
      await handle.close();
      unlock();
    },
  };
};

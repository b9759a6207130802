// Unpacks the packaged zips, each into a directory named after its content, so that a bundle is unpacked once.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { inflateRawSync } from 'node:zlib';
import { LocalError } from '../process/local-error.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const DEFLATED = 8;

/** Files of a zip by their name (APPNOTE 4.3.7, 4.3.12, 4.3.16); no 64-bit zips. */
export const readZip = (zip: Buffer): Map<string, Buffer> => {
  let end = zip.length - END_BYTES;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new LocalError('a packaged function is no zip: package again');
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new LocalError('a packaged function is damaged: package again');
    const method = zip.readUInt16LE(at + 10);
    const packed = zip.readUInt32LE(at + 20);
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    const local = zip.readUInt32LE(at + 42);
    const from = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(from, from + packed);
    if (!name.endsWith('/')) files.set(name, method === DEFLATED ? inflateRawSync(data) : data);
    at += ENTRY_BYTES + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
};

/** Answers with the directory. */
export const unpack = (zipFile: string, into: string): string => {
  const zip = readFileSync(zipFile);
  const directory = path.join(into, createHash('sha256').update(zip).digest('hex').slice(0, 16));
  if (existsSync(directory)) return directory;
  const fresh = `${directory}.${process.pid}`;
  for (const [name, data] of readZip(zip)) {
    const file = path.join(fresh, name);
    if (!file.startsWith(`${fresh}${path.sep}`))
      throw new LocalError(`${zipFile} holds a file outside itself`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, data);
  }
  try {
    renameSync(fresh, directory);
  } catch (error) {
    // Another region unpacked the same bundle meanwhile.
    if (!existsSync(directory)) throw error;
    rmSync(fresh, { recursive: true });
  }
  return directory;
};

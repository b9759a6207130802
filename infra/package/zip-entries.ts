// Lists what is in a zip: the central directory of the file format's specification (APPNOTE, 4.3.12 and 4.3.16), which
// is all that sizes need. No 64-bit zips: bundles are under a megabyte.

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;

export interface ZipEntry {
  name: string;
  /** Uncompressed. */
  bytes: number;
}

/** Throws when the buffer is no zip. */
export function zipEntries(zip: Buffer): ZipEntry[] {
  let end = zip.length - END_BYTES;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('not a zip: no end of central directory');
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error(`not a zip: no entry at ${at}`);
    const nameLength = zip.readUInt16LE(at + 28);
    const skip = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    const name = zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength);
    entries.push({ name, bytes: zip.readUInt32LE(at + 24) });
    at += ENTRY_BYTES + nameLength + skip;
  }
  return entries;
}

// A zip with one file (APPNOTE 4.3.7, 4.3.12, 4.3.16), for packages that nobody would deploy.

import { deflateRawSync } from 'node:zlib';

export const zipOf = (name: string, text: string, deflated = true): Buffer => {
  const data = deflated ? deflateRawSync(Buffer.from(text)) : Buffer.from(text);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(deflated ? 8 : 0, 10);
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  const body = Buffer.concat([local, Buffer.from(name), data]);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, entry, Buffer.from(name), end]);
};

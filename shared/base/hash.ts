// A short, stable fingerprint for client tokens and definition hashes: 40 hex characters (AWS allows 64 ASCII).

import { createHash } from 'node:crypto';

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

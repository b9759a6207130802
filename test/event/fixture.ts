// Raw events as AWS documents them, and where they are expected from.

import { readFileSync } from 'node:fs';
import { instant } from '../../shared/base/time.ts';

export const HERE = { account: '123456789012', region: 'eu-west-1' };
export const at = (text: string) => instant(Date.parse(text));
export const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../fixture/event/${name}.json`, import.meta.url), 'utf8'));
export const INSTANCE = 'i-1234567890abcdef0';

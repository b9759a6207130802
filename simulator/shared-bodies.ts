// Bodies of records as they pass from the sandbox that writes one to the judge and to the sandboxes that read it, without
// a trip through JSON for each. What is handed on is frozen, and now and then held against its own JSON.

import { isSame } from '../shared/port/copy.ts';
import { lastBodies, type ReadBody, type WroteBody } from '../shared/port/read-body.ts';

const CHECKED_EACH = 16;

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
};

export const sharedBodies = (): { readBody: ReadBody; wroteBody: WroteBody } => {
  const written = new Map<string, { text: string; body: unknown }>();
  const parsed = lastBodies();
  let count = 0;
  return {
    readBody: (name, text) => {
      const last = written.get(name);
      return last?.text === text ? last.body : parsed(name, text);
    },
    wroteBody: (name, text, body) => {
      count += 1;
      if (count % CHECKED_EACH === 0 && !isSame(JSON.parse(text), body))
        throw new TypeError(`the record of ${name} is not what its JSON says`);
      freeze(body);
      written.set(name, { text, body });
    },
  };
};

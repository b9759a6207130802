// How large a definition may be. Its record has room for this and for everything else that may be remembered at one time:
// test/record/budget.test.ts adds it up.

import { jsonBytes } from '../base/json-bytes.ts';
import type { Definition } from './definition.ts';
import type { Problem } from './problem.ts';

/** As the record keeps it: JSON without spaces. A page of YAML has 2 KB; 200 exceptions and 100 types have 15. */
export const DEFINITION_BYTES = 12 * 1024;
/** Of the above. They stand in the record a second time while a launch is under way. */
export const TAGS_BYTES = 4 * 1024;

export function checkSize(definition: Definition): Problem[] {
  const tags = jsonBytes(definition.instance.tags);
  const whole = jsonBytes(definition);
  return [
    ...(tags > TAGS_BYTES
      ? [{ path: 'instance.tags', expected: `at most ${TAGS_BYTES} bytes as JSON`, found: `${tags}` }]
      : []),
    ...(whole > DEFINITION_BYTES ? [tooLarge(definition, whole)] : []),
  ];
}

function tooLarge(definition: Definition, whole: number): Problem {
  const parts = Object.entries(definition).map(([path, value]) => ({ path, bytes: jsonBytes(value) }));
  const [largest] = parts.toSorted((a, b) => b.bytes - a.bytes);
  return {
    path: largest?.path ?? '',
    expected: `a definition of at most ${DEFINITION_BYTES} bytes as JSON`,
    found: `${whole}, of which ${largest?.bytes} are here`,
  };
}

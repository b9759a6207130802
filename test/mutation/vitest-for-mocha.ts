// What the planner's tests use of vitest, on mocha and on Jest's `expect`.

import { format } from 'node:util';
import { expect as jestExpect } from 'expect';
import mocha from 'mocha';

type Body = (...given: never[]) => unknown;
type Run = (title: string, body: () => unknown) => unknown;

/** `it.each(cases)(title, body)`: the place of the case makes the title unique, which Stryker needs. */
const each =
  (run: Run) =>
  (cases: readonly unknown[]) =>
  (title: string, body: Body): void => {
    const wanted = title.match(/%[sdifjoO]/g)?.length ?? 0;
    for (const [place, one] of cases.entries()) {
      const given = Array.isArray(one) ? one : [one];
      run(`${format(title, ...given.slice(0, wanted))} (case ${place})`, () =>
        Reflect.apply(body, undefined, given),
      );
    }
  };

const describeOne: Run = (title, body) =>
  mocha.describe(title, () => {
    body();
  });
const testOne: Run = (title, body) => mocha.it(title, () => Promise.resolve(body()).then(() => {}));

export const describe = Object.assign(describeOne, { each: each(describeOne) });
export const it = Object.assign(testOne, { each: each(testOne) });

/** vitest's `expect` takes a message; Jest's does not. */
export const expect = Object.assign((actual: unknown, _message?: string) => jestExpect(actual), {
  any: (of: unknown) => jestExpect.any(of),
  arrayContaining: (of: unknown[]) => jestExpect.arrayContaining(of),
  objectContaining: (of: Record<string, unknown>) => jestExpect.objectContaining(of),
  stringContaining: (of: string) => jestExpect.stringContaining(of),
  stringMatching: (of: string | RegExp) => jestExpect.stringMatching(of),
});

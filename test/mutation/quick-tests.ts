// Loaded into Stryker's mocha before the tests: they import `vitest`, and get this directory's stand-in for it.
// vitest imports every file anew for each mutant, which takes ten times longer than the tests themselves; mocha
// imports once.

import { registerHooks } from 'node:module';

const standIn = new URL('./vitest-for-mocha.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

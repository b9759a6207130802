// The tests that mutants of the planner and the loop are tried with: those without long runs of the region.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{decide,act,functions,calendar,event,golden}/**/*.test.ts'],
    isolate: false,
    testTimeout: 20_000,
  },
});

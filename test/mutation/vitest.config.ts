// The tests that mutants of the planner and the loop are tried with: those without long runs of the region, and without
// the walk over thirty years of clock changes, which takes longer than all others together and finds what they find.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{decide,act,functions,calendar,golden}/**/*.test.ts'],
    exclude: ['test/calendar/clock-changes.test.ts'],
    isolate: false,
    testTimeout: 20_000,
  },
});

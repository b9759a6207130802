// Stryker's settings that the runs have in common. Each run names what it changes and the tests it is tried with.

export const settings = ({ name, mutate, spec }) => ({
  mutate,
  testRunner: 'mocha',
  mochaOptions: {
    require: ['./test/mutation/quick-tests.ts'],
    spec,
    'no-package': true,
    'no-opts': true,
    'no-config': true,
  },
  plugins: ['@stryker-mutator/mocha-runner'],
  coverageAnalysis: 'perTest',
  tsconfigFile: 'none.json',
  ignorePatterns: ['/.cache', '/.serverless', '/docs', '/cli', '/.ci'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `.cache/mutation/${name}.json` },
  tempDirName: `.cache/mutation/${name}`,
  incremental: true,
  incrementalFile: `.cache/mutation/${name}-incremental.json`,
  concurrency: 2,
  timeoutMS: 4000,
  ignoreStatic: true,
  disableTypeChecks: false,
  thresholds: { high: 90, low: 85, break: null },
});

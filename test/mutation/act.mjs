import { settings } from './settings.mjs';

export default settings({
  name: 'act',
  mutate: ['shared/{loop,operate}/**/*.ts'],
  spec: ['test/{loop,operate}/**/*.test.ts', 'test/functions/**/*.test.ts'],
});

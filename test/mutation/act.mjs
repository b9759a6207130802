import { settings } from './settings.mjs';

export default settings({
  name: 'act',
  mutate: ['shared/act/**/*.ts'],
  spec: ['test/act/**/*.test.ts', 'test/functions/**/*.test.ts'],
});

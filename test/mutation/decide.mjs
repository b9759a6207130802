import { settings } from './settings.mjs';

export default settings({
  name: 'decide',
  mutate: ['shared/decide/**/*.ts', 'shared/record/**/*.ts'],
  spec: ['test/decide/**/*.test.ts', 'test/record/**/*.test.ts', 'test/golden/**/*.test.ts'],
});

import { settings } from './settings.mjs';

export default settings({
  name: 'decide',
  mutate: ['shared/decide/**/*.ts', '!shared/decide/calendar*.ts'],
  spec: ['test/decide/**/*.test.ts', 'test/golden/**/*.test.ts'],
});

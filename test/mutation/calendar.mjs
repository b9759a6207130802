import { settings } from './settings.mjs';

export default settings({
  name: 'calendar',
  mutate: ['shared/schedule/**/*.ts', 'shared/base/zone.ts'],
  spec: ['test/schedule/@(wanted|local|any-schedule).test.ts'],
});

import { settings } from './settings.mjs';

export default settings({
  name: 'calendar',
  mutate: ['shared/decide/calendar*.ts'],
  spec: ['test/calendar/@(wanted|local|any-schedule).test.ts'],
});

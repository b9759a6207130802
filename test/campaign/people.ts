// What people ask for at random: starts, stops, moves and backups; other rules of retention, and the end of single backups.

import { chanceOf, nowAndThen, type Stage } from './stage.ts';

/** People start, stop and reschedule as they please. */
const commands = (stage: Stage): void => {
  const chance = chanceOf(stage, 'commands');
  nowAndThen(stage, 'commands', 0.15, ({ world, names }) => {
    const name = chance.pick(names);
    const command = chance.pick(['start-now', 'start-now', 'stop-now', 'backup', 'move']);
    const zone = chance.pick(world.region.zones);
    void world.lambda.invoke(command, { workload: name, ...(command === 'move' && { zone }) });
  });
};

/** Rules that people try: more than now, less, other tiers, more often. */
const KEEPS = [1, 3, 14, { daily: 2, weekly: 1, monthly: 0 }, { daily: 7, weekly: 4, monthly: 3 }] as const;

/** People change what is kept, name backups of their own, and delete single ones. */
const rules = (stage: Stage): void => {
  const chance = chanceOf(stage, 'rules');
  nowAndThen(stage, 'rules', 0.4, ({ world, names }) => {
    const name = chance.pick(names);
    const record = world.judge.records.get(name);
    if (!record) return;
    const what = chance.pick(['apply', 'apply', 'backup', 'backup-delete']);
    if (what === 'apply') {
      const backups = {
        ...record.definition.backups,
        keep: chance.pick(KEEPS),
        everyHours: chance.pick([6, 24]),
      };
      const retention = { supersededDays: chance.pick([7, 7, 14]) };
      void world.lambda.invoke('apply-workload', {
        definition: { ...record.definition, backups, retention },
      });
    } else if (what === 'backup')
      void world.lambda.invoke('backup', { workload: name, label: 'by a person' });
    else if (record.snapshots.length > 0) {
      const { snapshotId } = chance.pick(record.snapshots);
      void world.lambda.invoke('backup-delete', { workload: name, snapshotId, confirm: snapshotId });
    }
  });
};

export const beginCommands = (stage: Stage): void => {
  commands(stage);
  rules(stage);
};

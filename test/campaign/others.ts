// Other people in the account, in every world: a second stage with a workload of each name, which lives its own life, and
// people who copy instances of ours or tag theirs like ours. No call may touch any of it (S19), and none of it may stop
// anything: a hold that came of it has no fault that explains it.

import { hours, minutes } from '../../shared/base/time.ts';
import { endInstance } from '../../simulator/region/instances.ts';
import {
  backUpOther,
  moveOther,
  type OtherWorkload,
  relaunchOther,
  secondStage,
  strangerInstance,
} from '../../simulator/region/others.ts';
import { reservedTags } from '../../simulator/region/templates.ts';
import { PROJECT } from '../../simulator/world.ts';
import { chanceOf, liveInstances, nowAndThen, type Stage } from './stage.ts';

/** Instances take about a minute to end; then the volume is free for the next. */
const ENDED_AFTER = minutes(30);

const live = ({ world }: Stage, one: OtherWorkload, act: string): void => {
  const { region } = world;
  if (act === 'backup') backUpOther(region, one);
  else if (act === 'move' && one.volume.attachment === undefined) moveOther(region, one);
  else if (act === 'relaunch') {
    endInstance(region, one.instance, 'request');
    world.kernel.after(ENDED_AFTER, () => {
      if (one.instance.state === 'terminated' && !one.volume.attachment)
        one.instance = relaunchOther(region, one);
    });
  }
};

/** Another team's instance with our tags: a copy of one of ours, one from the other stage's template, or tagged by hand. */
const copied = (stage: Stage, theirs: readonly OtherWorkload[]): void => {
  const { world, names } = stage;
  const chance = chanceOf(stage, 'others');
  const name = chance.pick(names);
  const ours = {
    'spotkeep:project': PROJECT,
    'spotkeep:workload': name,
    'spotkeep:launch': `by-hand-${name}`,
  };
  const [one] = liveInstances(stage, name);
  const own = Object.entries(one?.tags ?? ours).filter(([key]) => !key.startsWith('aws:'));
  const template = theirs[0]?.template;
  const tags = chance.pick<Record<string, string>>([
    Object.fromEntries(own),
    { ...ours, ...(template && reservedTags(template)) },
    ours,
    { 'spotkeep:workload': name },
  ]);
  const stranger = strangerInstance(world.region, { zone: chance.pick(world.region.zones), tags });
  world.kernel.after(hours(chance.between(1, 12)), () => endInstance(world.region, stranger, 'self'));
};

export const beginOthers = (stage: Stage): void => {
  const { world, names } = stage;
  const chance = chanceOf(stage, 'others');
  const zones = new Map(names.map((name) => [name, chance.pick(world.region.zones)]));
  const theirs = secondStage(world.region, zones);
  nowAndThen(stage, 'others', 1, () =>
    live(stage, chance.pick(theirs), chance.pick(['backup', 'move', 'relaunch'])),
  );
  nowAndThen(stage, 'others', 0.3, () => copied(stage, theirs));
};

// Trouble aimed at the steps of the sagas: on entering a state, a phase of a migration or an intent drawn from the seed,
// within moments, the instance is taken, the machine freezes, the calls under way are killed, or a person commands.

import { instant, seconds } from '../../shared/base/time.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { MIGRATION_PHASES, STATES } from '../../shared/record/states.ts';
import type { Chance } from '../../simulator/kernel/random.ts';
import { endInstance, reclaimInstance, warnInstance } from '../../simulator/region/instances.ts';
import { FAULT_NAMES, type FaultName } from '../../simulator/region/state/faults.ts';
import { deploy } from './deploy.ts';
import { chanceOf, countFor, liveInstances, type Stage } from './stage.ts';
import { strikeWide, WIDE } from './trouble.ts';

const INTENTS = [
  'launch',
  'create-volume',
  'attach',
  'detach',
  'snapshot',
  'tag-volume',
  'terminate',
  'command',
];

const STEPS = [
  ...STATES.filter((state) => state !== 'parked' && state !== 'held').map((state) => `state ${state}`),
  ...MIGRATION_PHASES.map((phase) => `phase ${phase}`),
  ...INTENTS.map((kind) => `intent ${kind}`),
  'candidate',
  'draining',
  'unmounted',
];

const ACTIONS = [
  'reclaim',
  'reclaim',
  'warn',
  'warn',
  'kill',
  'kill',
  'freeze',
  'reboot',
  'end',
  'deploy',
  'start-now',
  'start-now',
  'stop-now',
  'wide',
  'wide',
  'burst',
  'burst',
] as const;
type Action = (typeof ACTIONS)[number];

const entered = (body: RecordBody, before: RecordBody | undefined): string[] => {
  const steps: string[] = [];
  if (body.state !== before?.state) steps.push(`state ${body.state}`);
  if (body.migration && body.migration.phase !== before?.migration?.phase)
    steps.push(`phase ${body.migration.phase}`);
  if (body.intent && body.intent.id !== before?.intent?.id) steps.push(`intent ${body.intent.effect.kind}`);
  if (body.candidate && !before?.candidate) steps.push('candidate');
  if (body.owner?.draining && !before?.owner?.draining) steps.push('draining');
  if (body.owner?.draining?.unmountedAt && !before?.owner?.draining?.unmountedAt) steps.push('unmounted');
  return steps;
};

export const victimOf = (stage: Stage, name: string, chance: Chance) => {
  const live = liveInstances(stage, name);
  return live.length > 0 ? chance.pick(live) : undefined;
};

const BURST = { rate: 0.5, lasts: seconds(20) };

/** For moments one fault strikes every other time. */
export const burst = (stage: Stage, name: FaultName, lasts = BURST.lasts): void => {
  const { region, kernel } = stage.world;
  if (stage.without.has(name) || stage.bursting.has(name)) return;
  stage.bursting.add(name);
  const before = region.rates[name];
  region.rates = { ...region.rates, [name]: Math.max(before, BURST.rate) };
  kernel.after(lasts, () => {
    stage.bursting.delete(name);
    if (kernel.now() < stage.faultsEnd) region.rates = { ...region.rates, [name]: before };
  });
};

export const act = (stage: Stage, name: string, action: Action): void => {
  const { world } = stage;
  const chance = chanceOf(stage, `aim victim ${name}`);
  world.kernel.woke();
  if (action === 'wide') strikeWide(stage, chance.pick(WIDE), chance);
  else if (action === 'burst') burst(stage, chance.pick(FAULT_NAMES));
  else if (action === 'start-now' || action === 'stop-now')
    void world.lambda.invoke(action, { workload: name });
  else if (action === 'kill') world.lambda.killRunning();
  else if (action === 'deploy') {
    deploy(stage, [name]);
    countFor(stage, 'deploy', name);
  } else {
    const victim = victimOf(stage, name, chance);
    if (!victim) return;
    if (action === 'reclaim') reclaimInstance(world.region, victim);
    else if (action === 'warn') warnInstance(world.region, victim, chance.pick([120, 120, 60, 10]));
    else if (action === 'freeze') {
      countFor(stage, 'frozenHost', name);
      world.hosts.freeze(victim.id);
    } else if (action === 'reboot') {
      countFor(stage, 'rebootedHost', name);
      world.hosts.reboot(victim.id);
    } else endInstance(world.region, victim, 'self');
  }
  countFor(stage, 'aimed', name);
};

/** One aim a day and workload, more with a higher factor. */
export const aimAtSteps = (stage: Stage, perDay: number): void => {
  if (stage.without.has('aimed') || perDay <= 0) return;
  const { world } = stage;
  const armed = new Map<string, { step: string; action: Action }[]>();
  const draw = chanceOf(stage, 'aims');
  const arm = (name: string): void => {
    const aims = armed.get(name) ?? [];
    if (aims.length < 6) aims.push({ step: draw.pick(STEPS), action: draw.pick(ACTIONS) });
    armed.set(name, aims);
  };
  for (const name of stage.names) {
    const again = (): void => {
      if (world.kernel.now() >= stage.faultsEnd) return;
      arm(name);
      world.kernel.after(draw.exponential(86_400 / perDay), again);
    };
    again();
  }
  stage.told.push({
    record: (name, body, before) => {
      const aims = armed.get(name);
      if (!aims?.length || world.kernel.now() >= stage.faultsEnd) return;
      for (const step of entered(body, before)) {
        const index = aims.findIndex((one) => one.step === step);
        const aim = aims[index];
        if (!aim) continue;
        aims.splice(index, 1);
        const after = draw.pick([0, 0.05, 0.3, 1, 4, 20]) * draw.between(0.2, 1.8) * 1000;
        world.kernel.at(instant(world.kernel.now() + after), () => act(stage, name, aim.action));
      }
    },
  });
};

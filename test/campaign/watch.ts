// Looks at the world every ten minutes of a run and at every record: capacity for the account of served time, orphans
// (C2), instances outside hours (L2), states past their budget that nobody was told of (L3).

import { instant, ms } from '../../shared/base/time.ts';
import { launchesOf, namedInstances } from '../../shared/record/named.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { STATE_BUDGET } from '../../shared/record/states.ts';
import { works } from '../../simulator/host/host.ts';
import { calendarsByText } from './calendars.ts';
import { isDown, liveInstances, type Stage } from './stage.ts';

const MINUTE = 60_000;
const LOOK_EVERY = 10 * MINUTE;
/** The sweep comes each five minutes, may be killed or missed, and looks at nothing younger than four. */
const ORPHAN_LIFE = 40 * MINUTE;
/** Grant margin 10 min, an instance that never got one 30, a stop's own time. */
const OUTSIDE_SLACK = 45 * MINUTE;
const BUDGET_SLACK = 15 * MINUTE;

const anyCapacity = (stage: Stage, record: RecordBody): boolean => {
  const { capacity } = record.definition;
  const at = stage.world.kernel.now();
  const { pools } = stage.world.region;
  return capacity.zones.some(({ zone }) =>
    capacity.instanceTypes.some(
      (type) =>
        pools.available({ type, zone, purchase: 'spot' }, at) ||
        (capacity.onDemand.kind === 'fallback' && pools.available({ type, zone, purchase: 'on-demand' }, at)),
    ),
  );
};

const isTableRestored = (stage: Stage, name: string): boolean => stage.frozen.has(name);

/** What a call may end with: killed, out of time, or an error of the region that is classified. */
const EXPECTED_END = /^(Runtime exited|Task timed out|CloudError:)/;

/** Anything else is a defect, whatever the next call makes good. */
const watchDefects = (stage: Stage): void => {
  stage.world.lambda.onFailed = (name, error) => {
    if (!EXPECTED_END.test(error)) stage.report('defect', name, error);
  };
};

/** A recovery takes every instance of the workload at its first turns, to end it. */
const isRecovering = ({ recover }: RecordBody, now: number): boolean =>
  recover?.begun === true && now - recover.at >= 30 * MINUTE;

export const watchWorld = (stage: Stage): void => {
  watchDefects(stage);
  const calendars = calendarsByText();
  const orphanSince = new Map<string, number>();
  const outsideSince = new Map<string, number>();
  const { world } = stage;

  const lookAtOrphans = (name: string, record: RecordBody): void => {
    const now = world.kernel.now();
    const known = launchesOf(record);
    const named = namedInstances(record);
    for (const instance of liveInstances(stage, name)) {
      const launch = instance.tags['spotkeep:launch'];
      const isKnown = named.includes(instance.id) || known.has(launch ?? '');
      if ((record.hold && !isRecovering(record, now)) || isDown(stage, now, 40 * MINUTE) || isKnown) {
        orphanSince.delete(instance.id);
        continue;
      }
      const since = orphanSince.get(instance.id) ?? now;
      orphanSince.set(instance.id, since);
      if (now - since < ORPHAN_LIFE) continue;
      orphanSince.set(instance.id, Number.POSITIVE_INFINITY);
      stage.report(
        'C2',
        name,
        `${instance.id} (launch ${launch}) is in no record for ${(now - since) / MINUTE} minutes`,
      );
    }
  };

  const lookOutside = (name: string, record: RecordBody): void => {
    const now = world.kernel.now();
    const { run, lead } = calendars(record.definition.schedule).wanted(record.override, now);
    if (run || lead) {
      outsideSince.delete(name);
      return;
    }
    const since = outsideSince.get(name) ?? now;
    outsideSince.set(name, since);
    const commanded = record.override !== undefined;
    if (isDown(stage, now, 60 * MINUTE) && commanded) return;
    if (now - since < record.definition.stopGraceSeconds * 1000 + OUTSIDE_SLACK) return;
    for (const instance of liveInstances(stage, name)) {
      const host = world.hosts.hosts.get(instance.id);
      const reachable = host && works(host);
      // A frozen machine cannot end itself; that is the control plane's to do.
      if (!reachable && (isDown(stage, now, 60 * MINUTE) || record.hold)) continue;
      if (now - instance.launchedAt < OUTSIDE_SLACK) continue;
      outsideSince.set(name, Number.POSITIVE_INFINITY);
      stage.report('L2', name, `${instance.id} runs outside hours since ${(now - since) / MINUTE} minutes`);
    }
  };

  /** C1: one launch, one instance, however often it was asked for. */
  const lookAtTwins = (name: string): void => {
    const launches = new Set<string>();
    for (const { id, tags } of liveInstances(stage, name)) {
      const launch = tags['spotkeep:launch'] ?? `of ${id}`;
      if (launches.has(launch)) stage.report('C1', name, `${id} is a second instance of launch ${launch}`);
      launches.add(launch);
    }
  };

  const look = (): void => {
    const now = world.kernel.now();
    for (const name of stage.names) {
      const record = world.judge.records.get(name);
      if (record?.recover) lookAtOrphans(name, record);
      if (!record || isTableRestored(stage, name)) continue;
      if (!anyCapacity(stage, record)) {
        stage.excused.get(name)?.push({ from: now, to: now + LOOK_EVERY });
      }
      lookAtOrphans(name, record);
      lookAtTwins(name);
      lookOutside(name, record);
    }
    world.kernel.after(ms(LOOK_EVERY), look, true);
  };
  look();

  const judged = new Set<string>();
  stage.told.push({
    record: (name, body, before) => {
      const now = world.kernel.now();
      const { owner, intent } = body;
      const fresh = owner?.interruption && !before?.owner?.interruption;
      const machine = owner && world.region.instances.get(owner.instanceId);
      if (fresh && machine && machine.reclaimAt === undefined && machine.state === 'running')
        stage.report('S12', name, `${machine.id} is said to be interrupted, nobody announced it`);
      // An intent that was set aside for something urgent comes back as it was.
      if (intent?.effect.kind !== 'launch' || judged.has(intent.id)) return;
      judged.add(intent.id);
      const calendar = calendars(body.definition.schedule);
      const wanted = [-5_000, 0, 5_000].some((by) => {
        const { run, lead } = calendar.wanted(body.override, instant(now + by));
        return run || lead;
      });
      if (!wanted) stage.report('L2', name, 'an instance is launched outside hours');
    },
  });

  stage.told.push({
    record: (name, body, before) => {
      if (!before || before.state === body.state || isTableRestored(stage, name)) return;
      const budget = STATE_BUDGET[before.state];
      const now = world.kernel.now();
      const lasted = now - before.stateSince;
      if (budget === undefined || lasted < budget + BUDGET_SLACK || before.budgetAlertedAt !== undefined)
        return;
      if (body.budgetAlertedAt !== undefined || isDown(stage, now, BUDGET_SLACK)) return;
      stage.report(
        'L3',
        name,
        `${before.state} lasted ${Math.round(lasted / MINUTE)} minutes and nobody was told`,
      );
    },
  });
};

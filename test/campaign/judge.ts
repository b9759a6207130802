// When the faults have stopped: what has to be true of every workload then (L1, L2, L4), held or not.

import type { Instant } from '../../shared/base/time.ts';
import { iso } from '../../shared/base/time.ts';
import { ACCOUNT } from '../../simulator/world.ts';
import { liveInstances, type Stage } from './stage.ts';

const MINUTE = 60_000;

const run = (stage: Stage, minutesLong: number): Promise<void> =>
  stage.world.kernel.runUntil((stage.world.kernel.now() + minutesLong * MINUTE) as Instant);

/** L1: in hours, with capacity, without faults: it serves, and its containers write. */
const expectServing = (stage: Stage, judged: readonly string[]): void => {
  const { world } = stage;
  for (const name of judged) {
    const record = world.judge.records.get(name);
    const writes = world.ledger.line(name).writer !== undefined;
    if (record?.state === 'serving' && writes) continue;
    stage.report(
      'L1',
      name,
      `${record?.hold ? `held: ${record.hold.code}` : `${record?.state}: ${record?.waitingFor?.what ?? 'waits for nothing'}`}, ${writes ? 'writes' : 'does not write'}`,
    );
  }
};

const MUTATING = /^(Create|Attach|Detach|Delete|Terminate|Modify|SendCommand|Associate)/;

/** The mutating calls made meanwhile. */
const callsOf = async ({ world }: Stage, run: () => Promise<unknown>): Promise<string[]> => {
  const before = new Map(world.region.calls);
  await run();
  return [...world.region.calls]
    .filter(([call, count]) => MUTATING.test(call.split(':')[1] ?? '') && count > (before.get(call) ?? 0))
    .map(([call]) => call);
};

/** A probe may be due at the first, the day's snapshot at the next; after those nothing is left to do. */
const LOOKS = 3;

/** L4: a second look at a world in which nothing changed calls nothing that changes anything. */
const expectQuiet = async (stage: Stage, judged: readonly string[]): Promise<void> => {
  const { world } = stage;
  // Ticks and events wait meanwhile: what is called is called by these looks.
  world.region.switches.controlPlaneDownUntil = world.kernel.now() + 30 * MINUTE;
  await run(stage, 6);
  for (const name of judged) {
    const event = {
      version: '0',
      id: 'look',
      source: 'spotkeep',
      'detail-type': 'Reconcile Requested',
      account: ACCOUNT,
      region: world.region.regionName,
      time: iso(world.kernel.now()),
      resources: [],
      detail: { workload: name },
    };
    let called: string[] = [];
    for (let looks = 0; looks < LOOKS && (looks === 0 || called.length > 0); looks += 1)
      called = await callsOf(stage, () => world.invoke('reconcile', event));
    if (called.length > 0)
      stage.report('L4', name, `each look calls something: at last ${called.join(', ')}`);
  }
  world.region.switches.controlPlaneDownUntil = 0;
};

const expectNothingRuns = (stage: Stage, judged: readonly string[]): void => {
  for (const name of judged) {
    const [instance] = liveInstances(stage, name);
    if (instance) stage.report('L2', name, `${instance.id} is ${instance.state} 30 minutes after stop-now`);
  }
};

const command = async (
  stage: Stage,
  kind: 'start-now' | 'stop-now',
  judged: readonly string[],
): Promise<void> => {
  for (const name of judged) await stage.world.invoke(kind, { workload: name });
};

export const judgeHealed = async (stage: Stage, hoursLater: number): Promise<void> => {
  await run(stage, hoursLater * 60);
  // From here on every look is made.
  stage.world.isIdle = () => false;
  stage.world.isCalm = () => false;
  const judged = stage.names.filter((name) => !stage.frozen.has(name));
  await command(stage, 'start-now', judged);
  await run(stage, 25);
  expectServing(stage, judged);
  await expectQuiet(stage, judged);
  await command(stage, 'stop-now', judged);
  await run(stage, 30);
  expectNothingRuns(stage, judged);
  stage.world.hosts.flushAll();
  for (const name of stage.names) {
    const line = stage.world.ledger.line(name);
    const record = stage.world.judge.records.get(name);
    const volume = record?.volume && stage.world.region.volumes.get(record.volume.volumeId);
    if (stage.frozen.has(name) || line.acknowledged === 0) continue;
    const kept = volume ? volume.content.records - volume.content.missing : 0;
    if (kept < line.acknowledged)
      stage.report('S3', name, `${kept} of ${line.acknowledged} acknowledged records are on the data volume`);
  }
};

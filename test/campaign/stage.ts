// What the parts of one seed's run share: the world, its chance, what was injected and when, and what may not be counted.

import type { RecordBody } from '../../shared/record/record.ts';
import type { Chance } from '../../simulator/kernel/random.ts';
import { workloadOf } from '../../simulator/region/state/belongs.ts';
import { isRegionError } from '../../simulator/wire/protocol.ts';
import type { World } from '../../simulator/world.ts';

export interface Span {
  from: number;
  to: number;
}

export interface Hold {
  seed: number;
  workload: string;
  code: string;
  at: number;
  /** The injected fault that explains it; undefined: none does. */
  fault: string | undefined;
}

export interface Stage {
  readonly seed: number;
  readonly world: World;
  readonly names: readonly string[];
  readonly without: ReadonlySet<string>;
  readonly more: ReadonlySet<string>;
  /** Faults stop here. */
  readonly faultsEnd: number;
  /** Counts an injected fault, and the states it meets: those of now and, where it lasts until then, those entered meanwhile. */
  count(fault: string, until?: number): void;
  /** When each fault last befell: by fault, and by fault and workload. */
  readonly last: Map<string, number>;
  /** The control plane was scripted down, or could not call the region: not counted as time to serve. */
  readonly down: Span[];
  /** By workload: no pool of any zone had capacity, or its table was restored. */
  readonly excused: Map<string, Span[]>;
  readonly holds: Hold[];
  /** Workloads of which nothing is asked but to touch nothing: a table not yet recovered, a volume a person deleted. */
  readonly frozen: Set<string>;
  /** Faults whose rate is raised for moments. */
  readonly bursting: Set<string>;
  readonly told: { record(name: string, body: RecordBody, before: RecordBody | undefined): void }[];
  report(invariant: string, workload: string, what: string): void;
}

export const chanceOf = (stage: Stage, label: string): Chance => stage.world.chance(`campaign/${label}`);

/** Nothing is asked of it from now on, … */
export const freeze = (stage: Stage, workload: string): void => {
  if (stage.frozen.has(workload)) return;
  stage.frozen.add(workload);
  stage.excused.get(workload)?.push({ from: stage.world.kernel.now(), to: Number.POSITIVE_INFINITY });
};

/** … until a person has put it right. */
export const thaw = (stage: Stage, workload: string): void => {
  if (!stage.frozen.delete(workload)) return;
  for (const span of stage.excused.get(workload) ?? [])
    if (span.to === Number.POSITIVE_INFINITY) span.to = stage.world.kernel.now();
};

/** Marks a fault that hit one workload: holds are explained by these. */
export const countFor = (stage: Stage, fault: string, workload: string): void => {
  stage.last.set(`${fault}/${workload}`, stage.world.kernel.now());
  stage.count(fault);
};

export const isDown = (stage: Stage, at: number, margin = 0): boolean =>
  stage.down.some((span) => at >= span.from && at < span.to + margin);

export const liveInstances = (stage: Stage, workload: string) =>
  [...stage.world.region.instances.values()].filter(
    (one) =>
      workloadOf(stage.world.region, one) === workload &&
      (one.state === 'running' || one.state === 'pending'),
  );

/** A call made by hand: the region hears it, the judge of the product's calls does not. The region may refuse it. */
export const applyByHand = (
  { world: { region } }: Stage,
  service: 'ec2',
  name: string,
  input: Record<string, unknown>,
): void => {
  const { watch } = region;
  region.watch = undefined;
  try {
    region.applyNow({ service, name, input });
  } catch (error) {
    if (!isRegionError(error)) throw error;
  } finally {
    region.watch = watch;
  }
};

/** Calls `run` now and then until the faults end; `perDay` is a mean. */
export const nowAndThen = (
  stage: Stage,
  fault: string,
  perDay: number,
  run: (stage: Stage) => void,
): void => {
  if (perDay <= 0 || stage.without.has(fault)) return;
  const rate = stage.more.has(fault) ? perDay * 10 : perDay;
  const chance = chanceOf(stage, `when/${fault}`);
  const next = (): void => {
    stage.world.kernel.after(chance.exponential(86_400 / rate), () => {
      if (stage.world.kernel.now() >= stage.faultsEnd) return;
      stage.world.kernel.woke();
      run(stage);
      next();
    });
  };
  next();
};

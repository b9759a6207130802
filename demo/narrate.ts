// From the product's own log lines to a timeline in plain words.

import { instant } from '../shared/base/time.ts';
import { OTHER_PROJECT } from '../simulator/region/others.ts';
import type { LogLine, World } from '../simulator/world.ts';
import { incidentOf } from './measure/measure.ts';
import type { RunOptions, ScenarioStep, TimelineEntry } from './scenario/types.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const tagText = (tags: Record<string, string>): string =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'with nothing';

const STEP_WORDS: Record<ScenarioStep['do'], (step: ScenarioStep) => string> = {
  warn: (step) => `EC2 interruption notice: reclaim in ${step.do === 'warn' ? step.noticeSeconds : 0} s`,
  reclaim: () => 'EC2 reclaims the instance without notice',
  capacity: (step) =>
    step.do === 'capacity'
      ? `${step.zone ?? 'every zone'} has ${step.available ? '' : 'no '}${step.purchase ?? ''} capacity for ${Math.round(step.forMs / 60_000)} min`
      : '',
  'quota-error': () => 'the account’s limit for spot instances is reached',
  poweroff: () => 'the machine powers itself off',
  halt: () => 'the instance halts; EC2 still reports it as running',
  hang: () => 'the kernel hangs: the machine stays “running”',
  reboot: () => 'the machine reboots',
  rebalance: () => 'EC2 recommends to rebalance',
  'false-event': () => 'an event says that the instance ended, and it runs on',
  'agent-offline': () => 'the next launches come up without an agent',
  'stuck-detach': () => 'detaching a volume hangs',
  'slow-snapshot': () => 'the next snapshot is slow',
  'fail-snapshot': () => 'the next snapshot will fail',
  'lose-events': () => 'events are lost',
  'duplicate-events': () => 'events come twice',
  'api-errors': (step) => `AWS answers ${step.do === 'api-errors' ? step.code : ''}`,
  'control-plane-down': () => 'the control plane is down',
  'slow-terminate': () => 'the next instance is slow to end',
  'start-now': (step) =>
    `operator: start${step.do === 'start-now' && step.until ? ` until ${step.until}` : ''}`,
  'stop-now': (step) => `operator: stop${step.do === 'stop-now' && step.until ? ` until ${step.until}` : ''}`,
  'set-schedule': () => 'operator: change the schedule',
  resume: () => 'operator: resume',
  container: (step) =>
    step.do === 'container'
      ? `container ${step.name} is ${step.state}${step.byHand ? ', stopped by hand' : ''} (restart ${step.restart})`
      : '',
  stranger: (step) =>
    `another team runs an instance tagged ${step.do === 'stranger' ? tagText(step.tags) : ''}`,
  'second-stage': () => `a second stage, ${OTHER_PROJECT}, runs a workload of the same name`,
  'forget-record': () => 'SABOTAGE: the disk forgets an acknowledged record',
};

const fromLog = (line: LogLine, world: World): TimelineEntry | undefined => {
  const { at, message, fields } = line;
  const reason = text(fields.reason);
  switch (message) {
    case 'state':
      if (fields.to === 'serving' || fields.to === 'held') return undefined;
      return { at, kind: 'state', text: `${text(fields.to)}: ${reason}` };
    case 'started':
      return {
        at,
        kind: 'serving',
        text: `serving on ${text(fields.instanceId)} (${text(fields.instanceType)}, ${text(fields.purchase)}) in ${text(fields.zone)}`,
      };
    case 'warning':
      return { at, kind: 'warning', text: reason };
    case 'interrupted':
      return fields.kind === 'warned' ? undefined : { at, kind: 'lost', text: reason };
    case 'moved':
      return { at, kind: 'moved', text: `moved from ${text(fields.from)} to ${text(fields.to)}: ${reason}` };
    case 'hold':
      return { at, kind: 'hold', text: `ON HOLD (${text(fields.code)}): ${reason}` };
    case 'alert':
      return { at, kind: 'alert', text: reason };
    case 'formatted':
      return { at, kind: 'state', text: `blank volume ${text(fields.volumeId)} formatted` };
    case 'act':
      return fields.operation === 'snapshot' ? { at, kind: 'backup', text: reason } : undefined;
    case 'answer':
      return { at, kind: 'command', text: sayOf(reason) };
    case 'incident':
      return { at, kind: 'incident', text: reason, incident: incidentOf(line, world) };
    default:
      return undefined;
  }
};

const sayOf = (answer: string): string => /"says":"((?:[^"\\]|\\.)*)"/.exec(answer)?.[1] ?? answer;

export interface Narrator {
  log(line: LogLine, world: World): void;
  step(step: ScenarioStep, outcome: string): void;
  end(): void;
}

/** An incident is printed when the first record after it is written: then its downtime is known. */
const TOLD_AFTER_MS = 3_000;

export const createNarrator = (options: RunOptions): Narrator => {
  const tell = (entry: TimelineEntry | undefined): void => {
    if (entry) options.onEntry?.(entry);
  };
  return {
    log: (line, world) => {
      if (!options.onEntry) return;
      if (line.message !== 'incident') return tell(fromLog(line, world));
      world.kernel.at(instant(line.at + TOLD_AFTER_MS), () =>
        tell({ ...fromLog(line, world), at: world.kernel.now() } as TimelineEntry),
      );
    },
    step: (step, outcome) => {
      const words = STEP_WORDS[step.do](step);
      tell({
        at: step.at,
        kind: 'script',
        text: outcome === '' || outcome.startsWith('i-') ? words : `${words} (${outcome})`,
      });
    },
    end: () => undefined,
  };
};

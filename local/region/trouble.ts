// Faults injected into the running region: interruptions, reclaims, zones without capacity, machines that hang.

import * as z from 'zod/mini';
import { setContainer } from '../../simulator/host/containers.ts';
import type { Judge } from '../../simulator/judge/judge.ts';
import type { Kernel } from '../../simulator/kernel/kernel.ts';
import {
  rebalance,
  reclaimInstance,
  reportFalseEnd,
  warnInstance,
} from '../../simulator/region/instances.ts';
import { fail } from '../../simulator/region/state/input.ts';
import { CONTAINER_STATES, RESTART_POLICIES, type SimInstance } from '../../simulator/region/state/model.ts';
import type { LocalHosts, LocalRegion } from './local-region.ts';

const name = z.optional(z.string());
const forSeconds = z.optional(z.number().check(z.minimum(0)));
const pool = {
  zone: z.optional(z.string()),
  types: z.optional(z.array(z.string())),
  purchase: z.optional(z.enum(['spot', 'on-demand'])),
};

/** `target`: a workload's name or an instance id; absent where only one workload runs. */
export const troubleShape = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('interrupt'),
    target: name,
    noticeSeconds: z.optional(z.number().check(z.minimum(0))),
  }),
  z.strictObject({ do: z.literal('reclaim'), target: name }),
  z.strictObject({ do: z.literal('rebalance'), target: name }),
  z.strictObject({ do: z.literal('false-event'), target: name }),
  z.strictObject({ do: z.literal('halt'), target: name }),
  z.strictObject({ do: z.literal('reboot'), target: name }),
  z.strictObject({ do: z.literal('poweroff'), target: name }),
  z.strictObject({
    do: z.literal('container'),
    target: name,
    container: z.optional(z.string().check(z.regex(/^[A-Za-z0-9][\w.-]{0,60}$/))),
    state: z.enum(CONTAINER_STATES),
    restart: z.optional(z.enum(RESTART_POLICIES)),
    byHand: z.optional(z.boolean()),
  }),
  z.strictObject({ do: z.literal('no-capacity'), ...pool, forSeconds }),
  z.strictObject({ do: z.literal('capacity'), ...pool, forSeconds }),
  z.strictObject({ do: z.literal('quota-error'), forSeconds }),
  z.strictObject({ do: z.literal('agent-offline'), launches: z.optional(z.number()) }),
  z.strictObject({ do: z.literal('stuck-detach'), forSeconds }),
  z.strictObject({ do: z.literal('slow-terminate'), forSeconds }),
  z.strictObject({ do: z.literal('slow-snapshot'), forSeconds }),
  z.strictObject({ do: z.literal('fail-snapshot') }),
  z.strictObject({ do: z.literal('lose-events'), forSeconds }),
  z.strictObject({ do: z.literal('duplicate-events'), forSeconds }),
  z.strictObject({ do: z.literal('api-errors'), forSeconds, code: z.optional(z.string()) }),
  z.strictObject({ do: z.literal('control-plane-down'), forSeconds }),
]);

export type Trouble = z.infer<typeof troubleShape>;

/** The default duration. */
const USUAL_SECONDS = 600;
/** The notice EC2 gives ("Spot Instance interruption notices"). */
const NOTICE_SECONDS = 120;

interface Subject {
  kernel: Kernel;
  region: LocalRegion;
  hosts: LocalHosts;
  judge: Judge;
}

/** Refused in the form of a call, so that the control endpoint answers like the others. */
const refuse = (message: string) => fail('ec2', 'InvalidParameterValue', message);

const alive = (one: SimInstance | undefined): one is SimInstance =>
  one !== undefined && (one.state === 'running' || one.state === 'pending');

const instanceOf = ({ region, judge }: Subject, target: string | undefined): SimInstance => {
  if (target?.startsWith('i-')) {
    const found = region.instances.get(target);
    if (!alive(found)) throw refuse(`instance ${target} does not run`);
    return found;
  }
  const records = [...judge.records].filter(([workload]) => target === undefined || workload === target);
  if (target !== undefined && records.length === 0) throw refuse(`there is no workload ${target}`);
  const found = records.flatMap(([, record]) =>
    [record.owner?.instanceId, record.candidate?.instanceId]
      .map((id) => (id === undefined ? undefined : region.instances.get(id)))
      .filter(alive)
      .slice(0, 1),
  );
  const [only, ...more] = found;
  if (more.length > 0) throw refuse('several workloads run: name one');
  if (!only) throw refuse('nothing runs');
  return only;
};

const onInstance = (
  subject: Subject,
  target: string | undefined,
  act: (one: SimInstance) => string,
): string => {
  const found = instanceOf(subject, target);
  return act(found);
};

/** Answers with what happened, for people. Throws RegionError when it cannot. */
export const performTrouble = (subject: Subject, trouble: Trouble): string => {
  const { region, hosts, kernel } = subject;
  const { switches } = region;
  kernel.woke();
  if ('target' in trouble || isOnInstance(trouble)) return toInstance(subject, trouble);
  const at = kernel.now();
  const seconds = ('forSeconds' in trouble ? trouble.forSeconds : undefined) ?? USUAL_SECONDS;
  const until = at + seconds * 1000;
  const told = `for ${seconds} s`;
  switch (trouble.do) {
    case 'no-capacity':
    case 'capacity': {
      const { zone, types, purchase } = trouble;
      if (zone !== undefined && !region.zones.includes(zone)) throw refuse(`there is no zone ${zone}`);
      const available = trouble.do === 'capacity';
      region.pools.script({ zone, types, purchase, available, from: at, until });
      return `${zone ?? 'every zone'}: ${available ? 'capacity' : 'no capacity'} ${told}`;
    }
    case 'quota-error':
      switches.quotaUntil = until;
      return `launches meet a quota ${told}`;
    case 'agent-offline':
      switches.agentOfflineLaunches += trouble.launches ?? 1;
      return `the agent of the next ${trouble.launches ?? 1} launches stays silent`;
    case 'stuck-detach':
      switches.stuckDetachUntil = until;
      return `volumes stay detaching ${told}`;
    case 'slow-terminate':
      switches.slowTerminateMs = seconds * 1000;
      return `the next instance to end takes ${seconds} s`;
    case 'slow-snapshot':
      switches.slowSnapshotMs = seconds * 1000;
      return `the next snapshot takes ${seconds} s`;
    case 'fail-snapshot':
      switches.failSnapshots += 1;
      return 'the next snapshot fails';
    case 'lose-events':
      switches.loseEventsUntil = until;
      return `AWS's events are lost ${told}`;
    case 'duplicate-events':
      switches.duplicateEventsUntil = until;
      return `AWS's events come twice ${told}`;
    case 'api-errors':
      switches.apiErrors = { code: trouble.code ?? 'InternalError', until };
      return `functions' calls are refused with ${trouble.code ?? 'InternalError'} ${told}`;
    case 'control-plane-down':
      switches.controlPlaneDownUntil = until;
      hosts.flushAll();
      return `no function runs ${told}`;
  }
};

type OnInstance = Extract<Trouble, { target?: string | undefined }>;

const isOnInstance = (trouble: Trouble): trouble is OnInstance =>
  ['interrupt', 'reclaim', 'rebalance', 'false-event', 'container', 'halt', 'reboot', 'poweroff'].includes(
    trouble.do,
  );

const toInstance = (subject: Subject, trouble: OnInstance): string => {
  const { region, hosts } = subject;
  return onInstance(subject, trouble.target, (one) => {
    switch (trouble.do) {
      case 'interrupt': {
        const notice = trouble.noticeSeconds ?? NOTICE_SECONDS;
        warnInstance(region, one, notice);
        return `${one.id} is reclaimed in ${notice} s`;
      }
      case 'reclaim':
        reclaimInstance(region, one);
        return `${one.id} is gone without a notice`;
      case 'rebalance':
        rebalance(region, one);
        return `${one.id} is recommended for a rebalance`;
      case 'false-event':
        reportFalseEnd(region, one);
        return `an event says that ${one.id} ended, and it runs on`;
      case 'container': {
        const volume = hosts.hosts.get(one.id)?.mounted;
        if (!volume) throw refuse(`${one.id} has no data volume mounted`);
        const { container = 'proxy', state, restart = 'unless-stopped', byHand = false } = trouble;
        setContainer(volume, { name: container, state, restart, byHand });
        return `container ${container} is ${state} beside the one that writes on ${volume.id}`;
      }
      case 'halt':
        hosts.freeze(one.id);
        return `${one.id} hangs and stays running`;
      case 'reboot':
        hosts.reboot(one.id);
        return `${one.id} reboots`;
      case 'poweroff':
        void hosts.powerOff(one.id);
        return `${one.id} powers itself off`;
    }
  });
};

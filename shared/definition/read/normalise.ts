// From the YAML form to the parsed one: defaults filled in, units and kinds named. Only shapes change here; what two
// fields say together is judged in check.ts.

import {
  DAYS,
  type Day,
  type Definition,
  type Health,
  type Schedule,
  type ScheduleException,
  type WeeklyWindow,
} from '../definition.ts';
import type { Problem } from '../problem.ts';
import type { DefinitionInput, ScheduleInput, WindowInput } from './input-schema.ts';

export const DEFAULTS = {
  image: 'amazon-linux-2023-ecs',
  readyByMinutes: 10,
  // Containers get 10 s, the daemon 15 s, file systems some more; and the drain alerts after four minutes.
  stopGraceSeconds: 120,
  warmUpSeconds: 0,
  backupsKept: 7,
  supersededDays: 7,
} as const;

const DAY_NAMES: readonly string[] = DAYS;

/** Undefined for a range of days that do not exist. `fri-mon` goes round the week's end. */
export function readDays(days: WindowInput['days']): Day[] | undefined {
  if (Array.isArray(days)) return DAYS.filter((day) => days.includes(day));
  const [first, last] = days.split('-').map((word) => DAY_NAMES.indexOf(word));
  if (first === undefined || first < 0 || last === -1) return undefined;
  const length = last === undefined ? 1 : ((last - first + 7) % 7) + 1;
  const wanted = new Set(Array.from({ length }, (_, index) => (first + index) % 7));
  return DAYS.filter((_, index) => wanted.has(index));
}

/** Appends to `problems`; what it answers then is not to be used. */
export function toSchedule(input: ScheduleInput, problems: Problem[], base = 'schedule'): Schedule {
  const modes = [input.always, input.never, input.windows].filter((mode) => mode !== undefined).length;
  if (modes > 1) {
    problems.push({
      path: base,
      expected: 'only one of windows, always and never',
      found: `${modes} of them`,
    });
  }
  const windows = (input.windows ?? []).map((window, index) =>
    toWindow(window, problems, `${base}.windows[${index}]`),
  );
  return {
    timeZone: input.timeZone,
    mode: input.always ? 'always' : windows.length > 0 ? 'weekly' : 'never',
    windows: modes > 1 ? [] : windows,
    holidays: [...new Set(input.holidays ?? [])].sort(),
    exceptions: (input.exceptions ?? []).map(toException),
    readyByMinutes: input.readyByMinutes ?? DEFAULTS.readyByMinutes,
  };
}

function toWindow(input: WindowInput, problems: Problem[], path: string): WeeklyWindow {
  const days = readDays(input.days);
  if (!days || days.length === 0) {
    problems.push({
      path: `${path}.days`,
      expected: 'days mon, tue, wed, thu, fri, sat, sun: one, a range mon-fri, or a list',
      found: Array.isArray(input.days) ? 'an empty list' : JSON.stringify(input.days),
    });
  }
  return { days: days ?? [], from: input.from, to: input.to };
}

function toException(input: NonNullable<ScheduleInput['exceptions']>[number]): ScheduleException {
  const [kind, hours] = 'add' in input ? (['add', input.add] as const) : (['remove', input.remove] as const);
  const [from = '', to = ''] = hours.split('-');
  return { date: input.date, kind, from, to };
}

export function toDefinition(
  input: DefinitionInput,
  setup: Definition['setup'],
  problems: Problem[],
): Definition {
  const { capacity, network, instance } = input;
  const returnToSpot =
    capacity.returnToSpot && toWindow(capacity.returnToSpot, problems, 'capacity.returnToSpot');
  const address = network?.address;
  return {
    name: input.name,
    region: input.region,
    volume: toVolume(input.volume),
    capacity: {
      architecture: capacity.architecture,
      instanceTypes: [...new Set(capacity.instanceTypes ?? [])],
      ...(capacity.requirements && { requirements: toRequirements(capacity.requirements) }),
      zones: Object.entries(capacity.zones).map(([zone, subnetId]) => ({ zone, subnetId })),
      onDemand: toOnDemand(capacity.onDemand),
      ...(returnToSpot && { returnToSpot }),
    },
    image: input.image ?? DEFAULTS.image,
    network: {
      securityGroupIds: network?.securityGroups ?? [],
      ...(address !== undefined && address !== 'none' && { elasticIpAllocationId: address }),
    },
    instance: { extraPolicyArns: instance?.policies ?? [], tags: instance?.tags ?? {} },
    ...(setup && { setup }),
    schedule: toSchedule(input.schedule, problems),
    stopGraceSeconds: input.stopGraceSeconds ?? DEFAULTS.stopGraceSeconds,
    warmUpSeconds: input.warmUpSeconds ?? DEFAULTS.warmUpSeconds,
    health: toHealth(input.health),
    backups: toBackups(input.backups ?? {}),
    retention: { supersededDays: input.retention?.supersededDays ?? DEFAULTS.supersededDays },
    ...(input.notify && { notifyTopicArn: input.notify }),
    unkeptBinds: input.unkeptBinds ?? 'refuse',
  };
}

function toVolume(input: DefinitionInput['volume']): Definition['volume'] {
  if ('adopt' in input) return { kind: 'adopt', volumeId: input.adopt, fileSystem: input.fileSystem };
  const { iops, throughputMiBps, kmsKeyId } = input;
  return {
    kind: 'new',
    sizeGiB: input.sizeGiB,
    type: input.type ?? 'gp3',
    ...(iops !== undefined && { iops }),
    ...(throughputMiBps !== undefined && { throughputMiBps }),
    encrypted: true,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    fileSystem: input.fileSystem ?? 'ext4',
    firstZone: input.firstZone,
  };
}

function toRequirements(input: NonNullable<DefinitionInput['capacity']['requirements']>) {
  return {
    vcpuMin: input.vcpu.min,
    ...(input.vcpu.max !== undefined && { vcpuMax: input.vcpu.max }),
    memoryMinGiB: input.memoryGiB.min,
    ...(input.memoryGiB.max !== undefined && { memoryMaxGiB: input.memoryGiB.max }),
  };
}

function toOnDemand(input: DefinitionInput['capacity']['onDemand']): Definition['capacity']['onDemand'] {
  if (input === undefined || input === 'never') return { kind: 'never' };
  return { kind: 'fallback', afterMinutes: input.fallbackAfterMinutes };
}

function toBackups({ afterStop = true, every, keep }: NonNullable<DefinitionInput['backups']>) {
  return {
    afterStop,
    ...(every !== undefined && { everyHours: Number.parseInt(every, 10) }),
    keep:
      typeof keep === 'object'
        ? { daily: keep.daily ?? 0, weekly: keep.weekly ?? 0, monthly: keep.monthly ?? 0 }
        : (keep ?? DEFAULTS.backupsKept),
  };
}

function toHealth(input: DefinitionInput['health']): Health {
  if (input === undefined || input === 'container') return { kind: 'container' };
  return 'http' in input ? { kind: 'http', ...input.http } : { kind: 'tcp', ...input.tcp };
}

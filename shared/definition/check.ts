// What fields of a definition say together, judged on the parsed form; the same for YAML and for commands. What a record
// keeps already is not judged: see stored.ts.

import { spanMinutes } from '../base/local-date.ts';
import { POINTS_KEPT, tiersOf } from './backups.ts';
import type { Definition, NewVolume, Schedule } from './definition.ts';
import { readInstanceType } from './instance-types.ts';
import type { Problem } from './problem.ts';
import { checkSize } from './size.ts';
import { GP3_DEFAULT_IOPS, VOLUME_LIMITS } from './volume-limits.ts';

export function checkDefinition(definition: Definition): Problem[] {
  return [
    ...checkZones(definition),
    ...(definition.volume.kind === 'new' ? checkVolume(definition.volume, definition.region) : []),
    ...checkTypes(definition),
    ...checkRequirements(definition),
    ...checkImage(definition),
    ...checkRegionOf('notify', definition.notifyTopicArn, definition.region),
    ...checkSchedule(definition.schedule),
    ...checkReturnToSpot(definition),
    ...checkSize(definition),
    ...checkBackups(definition),
  ];
}

export function checkSchedule(schedule: Schedule, base = 'schedule'): Problem[] {
  const spans = [
    ...schedule.windows.map((span, index) => ({ span, path: `${base}.windows[${index}].to` })),
    ...schedule.exceptions.map((span, index) => ({ span, path: `${base}.exceptions[${index}]` })),
  ];
  const problems = spans.flatMap(({ span, path }) => checkSpan(span, path));
  if (schedule.mode !== 'weekly' && schedule.windows.length > 0) {
    problems.push({ path: `${base}.windows`, expected: `no windows, the schedule is ${schedule.mode}` });
  }
  return problems;
}

function checkSpan(span: { from: string; to: string }, path: string): Problem[] {
  const read = spanMinutes(span);
  if (!read)
    return [{ path, expected: 'hours HH:MM-HH:MM from 00:00 to 24:00', found: `${span.from}-${span.to}` }];
  if (span.from === span.to || read.to === read.from) {
    return [
      { path, expected: 'an end other than the start (a whole day is 00:00 to 24:00)', found: span.to },
    ];
  }
  return [];
}

function checkReturnToSpot({ capacity }: Definition): Problem[] {
  return capacity.returnToSpot ? checkSpan(capacity.returnToSpot, 'capacity.returnToSpot.to') : [];
}

function checkBackups({ backups }: Definition): Problem[] {
  const { daily, weekly, monthly } = tiersOf(backups);
  const sum = daily + weekly + monthly;
  if (sum >= 1 && sum <= POINTS_KEPT) return [];
  const expected = `1 to ${POINTS_KEPT} recovery points in all tiers together`;
  return [{ path: 'backups.keep', expected, found: String(sum) }];
}

function checkZones({ region, volume, capacity }: Definition): Problem[] {
  const problems: Problem[] = [];
  const subnets = new Map<string, string>();
  for (const { zone, subnetId } of capacity.zones) {
    const path = `capacity.zones.${zone}`;
    if (zone.slice(0, -1) !== region) problems.push({ path, expected: `a zone of ${region}`, found: zone });
    const other = subnets.get(subnetId);
    if (other !== undefined) {
      const expected =
        other === zone ? 'each zone once' : `a subnet of its own: a subnet lies in one zone, ${other} has it`;
      problems.push({ path, expected, found: subnetId });
    }
    subnets.set(subnetId, zone);
  }
  const names = capacity.zones.map(({ zone }) => zone);
  if (volume.kind === 'new' && !names.includes(volume.firstZone)) {
    const expected = `a zone of capacity.zones: ${names.join(', ')}`;
    problems.push({ path: 'volume.firstZone', expected, found: volume.firstZone });
  }
  return problems;
}

function checkVolume(volume: NewVolume, region: string): Problem[] {
  const limits = VOLUME_LIMITS[volume.type];
  const [least, most] = limits.sizeGiB;
  const problems = checkRegionOf('volume.kmsKeyId', volume.kmsKeyId, region);
  if (volume.sizeGiB < least || volume.sizeGiB > most) {
    const expected = `${least} to ${most} GiB for ${volume.type}`;
    problems.push({ path: 'volume.sizeGiB', expected, found: String(volume.sizeGiB) });
  }
  problems.push(...checkIops(volume), ...checkThroughput(volume));
  return problems;
}

function checkIops({ type, iops, sizeGiB }: NewVolume): Problem[] {
  const path = 'volume.iops';
  const limits = VOLUME_LIMITS[type].iops;
  if (!limits)
    return iops === undefined ? [] : [{ path, expected: `no iops: ${type} takes none`, found: String(iops) }];
  const [least, limit] = limits.range;
  const most = Math.max(least, Math.min(limit, sizeGiB * limits.perGiB));
  if (iops === undefined)
    return limits.required ? [{ path, expected: `${least} to ${most} IOPS for ${type}` }] : [];
  if (iops >= least && iops <= most) return [];
  return [{ path, expected: `${least} to ${most} IOPS for ${type} of ${sizeGiB} GiB`, found: String(iops) }];
}

function checkThroughput({ type, iops, throughputMiBps }: NewVolume): Problem[] {
  if (throughputMiBps === undefined) return [];
  const path = 'volume.throughputMiBps';
  const limits = VOLUME_LIMITS[type].throughputMiBps;
  if (!limits)
    return [{ path, expected: `no throughput: ${type} takes none`, found: String(throughputMiBps) }];
  const [least, limit] = limits.range;
  const most = Math.max(least, Math.min(limit, Math.floor((iops ?? GP3_DEFAULT_IOPS) * limits.perIops)));
  if (throughputMiBps >= least && throughputMiBps <= most) return [];
  return [{ path, expected: `${least} to ${most} MiB/s with these IOPS`, found: String(throughputMiBps) }];
}

/** An ARN names its region; a bare id or alias does not. */
function checkRegionOf(path: string, arn: string | undefined, region: string): Problem[] {
  const named = arn?.startsWith('arn:') ? arn.split(':')[3] : region;
  return arn === undefined || named === region ? [] : [{ path, expected: `an ARN of ${region}`, found: arn }];
}

function checkTypes({ capacity }: Definition): Problem[] {
  if (capacity.instanceTypes.length === 0 && !capacity.requirements) {
    return [{ path: 'capacity.instanceTypes', expected: 'instance types, or capacity.requirements' }];
  }
  return capacity.instanceTypes.flatMap((name, index) => {
    const path = `capacity.instanceTypes[${index}]`;
    const type = readInstanceType(name);
    if (type.kind === 'unusable') return [{ path, expected: type.why, found: name }];
    if (type.kind === 'unknown') {
      const hint = type.nearest ? `; did you mean ${type.nearest}?` : '';
      return [{ path, expected: `a known instance type${hint}`, found: name }];
    }
    if (type.architecture === capacity.architecture) return [];
    return [
      { path, expected: `a type of ${capacity.architecture}`, found: `${name} (${type.architecture})` },
    ];
  });
}

function checkRequirements({ capacity: { requirements } }: Definition): Problem[] {
  if (!requirements) return [];
  const { vcpuMin, vcpuMax = vcpuMin, memoryMinGiB, memoryMaxGiB = memoryMinGiB } = requirements;
  const problems: Problem[] = [];
  if (vcpuMax < vcpuMin) {
    problems.push({
      path: 'capacity.requirements.vcpu',
      expected: 'max at or above min',
      found: `${vcpuMin} to ${vcpuMax}`,
    });
  }
  if (memoryMaxGiB < memoryMinGiB) {
    const found = `${memoryMinGiB} to ${memoryMaxGiB}`;
    problems.push({ path: 'capacity.requirements.memoryGiB', expected: 'max at or above min', found });
  }
  return problems;
}

/** A parameter path that names an architecture must name the right one; AMI ids are looked at when they are resolved. */
function checkImage({ image, capacity }: Definition): Problem[] {
  if (!image.startsWith('/')) return [];
  const other = capacity.architecture === 'arm64' ? /x86_64|amd64/ : /arm64|aarch64/;
  return other.test(image)
    ? [{ path: 'image', expected: `an image for ${capacity.architecture}`, found: image }]
    : [];
}

// A definition as a record keeps it, perhaps written by an earlier version or by hand. What is asked of it here is only
// what nothing works without: fields of their kinds, and hours that the calendar can read. It never gets stricter
// (decision 0037): what a new version refuses it refuses where a definition is given to it, at `apply` and `validate`.

import { epochDay, spanMinutes } from '../base/local-date.ts';
import { isZone } from '../base/zone.ts';
import type { Definition } from './definition.ts';
import { type Problem, shown } from './problem.ts';

type Kind = 'text' | 'number' | 'fields' | 'texts' | 'zones' | 'windows' | 'exceptions' | 'window';

/** Written by every version there was. A field of a later one has no place here: it may be absent for ever. */
const FIELDS: Readonly<Record<string, Kind>> = {
  name: 'text',
  region: 'text',
  'volume.kind': 'text',
  'volume.fileSystem': 'text',
  'capacity.architecture': 'text',
  'capacity.instanceTypes': 'texts',
  'capacity.zones': 'zones',
  'capacity.onDemand.kind': 'text',
  image: 'text',
  'network.securityGroupIds': 'texts',
  'instance.tags': 'fields',
  'schedule.timeZone': 'text',
  'schedule.mode': 'text',
  'schedule.windows': 'windows',
  'schedule.holidays': 'texts',
  'schedule.exceptions': 'exceptions',
  'schedule.readyByMinutes': 'number',
  stopGraceSeconds: 'number',
  'health.kind': 'text',
  backups: 'fields',
  'retention.supersededDays': 'number',
};
/** Needed where the field before it says so. */
const OF_KIND: readonly (readonly [path: string, kind: string, fields: Readonly<Record<string, Kind>>])[] = [
  ['volume', 'new', { 'volume.sizeGiB': 'number', 'volume.type': 'text', 'volume.firstZone': 'text' }],
  ['volume', 'adopt', { 'volume.volumeId': 'text' }],
  ['capacity.onDemand', 'fallback', { 'capacity.onDemand.afterMinutes': 'number' }],
  ['health', 'http', { 'health.port': 'number', 'health.path': 'text' }],
  ['health', 'tcp', { 'health.port': 'number' }],
];
/** Of this kind where they are given. */
const OPTIONAL: Readonly<Record<string, Kind>> = {
  'capacity.requirements': 'fields',
  'capacity.returnToSpot': 'window',
  'network.elasticIpAllocationId': 'text',
  setup: 'fields',
  notifyTopicArn: 'text',
};

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const listOf = (value: unknown, holds: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(holds);
const isSpan = (value: unknown): value is Fields =>
  isFields(value) &&
  isText(value.from) &&
  isText(value.to) &&
  spanMinutes({ from: value.from, to: value.to }) !== undefined;
const isWindow = (value: unknown): boolean => isSpan(value) && listOf(value.days, isText);
const isDate = (value: unknown): boolean => isText(value) && epochDay(value) !== undefined;

const KINDS: Readonly<Record<Kind, { expected: string; holds: (value: unknown) => boolean }>> = {
  text: { expected: 'a text', holds: isText },
  number: { expected: 'a number', holds: (value) => typeof value === 'number' && Number.isFinite(value) },
  fields: { expected: 'fields', holds: isFields },
  texts: { expected: 'a list of texts', holds: (value) => listOf(value, isText) },
  zones: {
    expected: 'a list of zones {zone, subnetId}',
    holds: (value) => listOf(value, (one) => isFields(one) && isText(one.zone) && isText(one.subnetId)),
  },
  window: { expected: 'a window {days, from, to}', holds: isWindow },
  windows: { expected: 'a list of windows {days, from, to}', holds: (value) => listOf(value, isWindow) },
  exceptions: {
    expected: 'a list of exceptions {date, kind, from, to}',
    holds: (value) => listOf(value, (one) => isSpan(one) && isDate(one.date)),
  },
};

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((at, name) => (isFields(at) ? at[name] : undefined), value);
}

function faultIn(value: unknown, fields: Readonly<Record<string, Kind>>): Problem | undefined {
  for (const [path, kind] of Object.entries(fields)) {
    const found = valueAt(value, path);
    const { expected, holds } = KINDS[kind];
    if (!holds(found)) return problem(path, expected, found);
  }
  return undefined;
}

function problem(path: string, expected: string, value: unknown): Problem {
  const found = shown(value);
  return { path, expected, ...(found !== undefined && { found }) };
}

function scheduleFault(value: unknown, knows: (zone: string) => boolean): Problem | undefined {
  const zone = valueAt(value, 'schedule.timeZone');
  if (isText(zone) && !knows(zone))
    return problem('schedule.timeZone', 'a time zone that the calendar knows', zone);
  const holidays = valueAt(value, 'schedule.holidays');
  return listOf(holidays, isDate)
    ? undefined
    : problem('schedule.holidays', 'a list of dates YYYY-MM-DD', holidays);
}

/** The first thing without which a stored definition is of no use; undefined for one that serves. Never throws. */
export function storedFault(value: unknown, knows: (zone: string) => boolean = isZone): Problem | undefined {
  if (!isFields(value)) return problem('', 'a definition', value);
  const missing = faultIn(value, FIELDS);
  if (missing) return missing;
  for (const [path, kind, fields] of OF_KIND) {
    const fault = valueAt(value, `${path}.kind`) === kind ? faultIn(value, fields) : undefined;
    if (fault) return fault;
  }
  for (const [path, kind] of Object.entries(OPTIONAL)) {
    const fault = valueAt(value, path) === undefined ? undefined : faultIn(value, { [path]: kind });
    if (fault) return fault;
  }
  return scheduleFault(value, knows);
}

export const isStored = (value: unknown, knows?: (zone: string) => boolean): value is Definition =>
  storedFault(value, knows) === undefined;

/**
 * What can be read of a stored definition at fault, and `next` in the place of the rest: what may not change is compared
 * as far as it is known.
 */
export function standIn(stored: unknown, next: Definition): Definition {
  let made = next;
  const take = (tried: unknown): boolean => {
    if (!isStored(tried)) return false;
    made = tried;
    return true;
  };
  for (const [name, value] of Object.entries(isFields(stored) ? stored : {})) {
    if (take({ ...made, [name]: value }) || !isFields(value)) continue;
    for (const [part, inner] of Object.entries(value)) {
      const whole: unknown = Reflect.get(made, name);
      if (isFields(whole)) take({ ...made, [name]: { ...whole, [part]: inner } });
    }
  }
  return made;
}

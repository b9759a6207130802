// Reading operation inputs: parsed, never cast; what AWS would call a missing or malformed parameter is refused as there.

import type { ServiceName } from '../../wire/operation.ts';
import { RegionError } from '../../wire/region-error.ts';

export const fail = (service: ServiceName, code: string, message: string, statusCode = 400): RegionError =>
  new RegionError({ service, code, message, statusCode });

export type Input = Record<string, unknown>;

const isRecord = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (input: Input, name: string): string | undefined => {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

export const needText = (service: ServiceName, input: Input, name: string): string => {
  const value = text(input, name);
  if (value === undefined)
    throw fail(
      service,
      service === 'ec2' ? 'MissingParameter' : 'ValidationException',
      `The request must contain the parameter ${name}`,
    );
  return value;
};

export const numberOf = (input: Input, name: string): number | undefined => {
  const value = input[name];
  return typeof value === 'number' ? value : undefined;
};

export const texts = (input: Input, name: string): string[] => {
  const value = input[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
};

export const records = (input: Input, name: string): Input[] => {
  const value = input[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
};

export const recordOf = (input: Input, name: string): Input => {
  const value = input[name];
  return isRecord(value) ? value : {};
};

/** A list of tags as EC2 takes it. */
export const tagsIn = (input: Input): Record<string, string> =>
  Object.fromEntries(records(input, 'Tags').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']));

/** Tags of a resource type from TagSpecifications. */
export const tagsFor = (input: Input, resourceType: string): Record<string, string> =>
  Object.fromEntries(
    records(input, 'TagSpecifications')
      .filter((spec) => spec.ResourceType === resourceType)
      .flatMap((spec) => Object.entries(tagsIn(spec))),
  );

export type Filters = Map<string, Set<string>>;

export const filtersOf = (input: Input): Filters =>
  new Map(
    records(input, 'Filters').map((filter) => [
      text(filter, 'Name') ?? text(filter, 'Key') ?? '',
      new Set(texts(filter, 'Values')),
    ]),
  );

/** EC2 answers at most MaxResults items and a token for the rest. */
export const page = <T>(all: T[], input: Input): { items: T[]; next?: string } => {
  const size = numberOf(input, 'MaxResults') ?? 1000;
  const start = Number(text(input, 'NextToken') ?? 0);
  const items = all.slice(start, start + size);
  return start + size < all.length ? { items, next: String(start + size) } : { items };
};

// CloudFormation's own schema of every resource: no unknown and no missing property, and values of the right kind.
// Where the template has an intrinsic function the kind cannot be seen, so only its name is checked.

import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { PropertyType, SpecDatabase } from '@aws-cdk/service-spec-types';
import { describe, expect, it } from 'vitest';
import type { Resource, Template } from '../../local/policy/template.ts';

type Properties = Readonly<Record<string, { type: PropertyType; required?: boolean }>>;

export function schemaSuite(template: () => Template): void {
  describe("CloudFormation's schema", () => {
    it('knows every property of every resource, and none that it requires is missing', async () => {
      const db = await loadAwsServiceSpec();
      const problems = Object.entries(template().Resources).flatMap(([id, it]) =>
        resourceProblems(db, id, it),
      );
      expect(problems).toEqual([]);
    });

    it('finds an unknown, a missing and a wrong property where there is one', async () => {
      const db = await loadAwsServiceSpec();
      const Properties = {
        Nmae: 'x',
        FlexibleTimeWindow: { Mode: 'OFF', Maximum: 1 },
        ScheduleExpression: 7,
      };
      expect(resourceProblems(db, 'It', { Type: 'AWS::Scheduler::Schedule', Properties })).toEqual([
        'It.Nmae: unknown',
        'It.FlexibleTimeWindow.Maximum: unknown',
        'It.ScheduleExpression: not string',
        'It.Target: missing',
      ]);
      expect(resourceProblems(db, 'It', { Type: 'AWS::No::Such' })).toEqual(['It: AWS::No::Such is unknown']);
    });
  });
}

function resourceProblems(
  db: SpecDatabase,
  logicalId: string,
  { Type, Properties = {} }: Resource,
): string[] {
  const [spec] = db.lookup('resource', 'cloudFormationType', 'equals', Type);
  if (!spec) return [`${logicalId}: ${Type} is unknown`];
  return objectProblems(db, logicalId, { known: spec.properties, value: Properties });
}

function objectProblems(
  db: SpecDatabase,
  at: string,
  { known, value }: { known: Properties; value: Readonly<Record<string, unknown>> },
): string[] {
  const present = Object.entries(value).flatMap(([name, item]) => {
    const property = Object.hasOwn(known, name) ? known[name] : undefined;
    return property
      ? valueProblems(db, `${at}.${name}`, { type: property.type, value: item })
      : [`${at}.${name}: unknown`];
  });
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required && !Object.hasOwn(value, name))
    .map(([name]) => `${at}.${name}: missing`);
  return [...present, ...missing];
}

function valueProblems(
  db: SpecDatabase,
  at: string,
  { type, value }: { type: PropertyType; value: unknown },
): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${at}: not a list`];
      return value.flatMap((item, i) =>
        valueProblems(db, `${at}[${i}]`, { type: type.element, value: item }),
      );
    case 'map':
      if (!isObject(value)) return [`${at}: not an object`];
      return Object.entries(value).flatMap(([name, item]) =>
        valueProblems(db, `${at}.${name}`, { type: type.element, value: item }),
      );
    case 'ref':
      if (!isObject(value)) return [`${at}: not an object`];
      return objectProblems(db, at, {
        known: db.get('typeDefinition', type.reference.$ref).properties,
        value,
      });
    case 'union': {
      const each = type.types.map((one) => valueProblems(db, at, { type: one, value }));
      return each.find((problems) => problems.length === 0) ?? each[0] ?? [];
    }
    case 'string':
    case 'date-time':
      return typeof value === 'string' ? [] : [`${at}: not string`];
    case 'integer':
    case 'number':
      return typeof value === 'number' ? [] : [`${at}: not a number`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at}: not a boolean`];
    default:
      return [];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIntrinsic(value: unknown): boolean {
  const names = isObject(value) ? Object.keys(value) : [];
  return names.length === 1 && (names[0] === 'Ref' || names[0]?.startsWith('Fn::') === true);
}

// What a packaged template comes to in an account: the size of each policy against IAM's limit, of each SSM document,
// and what CloudWatch bills. For the region and stage that were packaged.

import { resolve, type Template } from '../../local/policy/template.ts';

/** Characters of all inline policies of one role, white space not counted (IAM User Guide, "IAM and AWS STS quotas"). */
const INLINE_LIMIT = 10_240;
/** Of one managed policy (same page). */
const MANAGED_LIMIT = 6_144;
/** AWS account ids have twelve digits: any will do for a size. */
const ACCOUNT_ID = '123456789012';

export interface PolicySize {
  role: string;
  /** Absent for a role's inline policies, which count together. */
  policy?: string;
  characters: number;
  limit: number;
}

export interface Inventory {
  policies: PolicySize[];
  documents: { name: string; bytes: number }[];
  /** Alarm metrics that CloudWatch bills: one an alarm, or as many as a metric-math alarm reads ("CloudWatch pricing"). */
  alarms: number;
}

interface Place {
  region: string;
}

const sizeOf = (value: unknown): number => JSON.stringify(value).replace(/\s/g, '').length;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Every policy of every role, in the words that IAM is sent. */
export function policySizes(template: Template, { region }: Place): PolicySize[] {
  const account = { accountId: ACCOUNT_ID, region };
  const resources = Object.entries(template.Resources);
  const sent = (document: unknown): number => sizeOf(resolve(template, account, document));
  const inline = new Map<string, number>();
  const managed: PolicySize[] = [];
  const add = (role: string, document: unknown): void => {
    inline.set(role, (inline.get(role) ?? 0) + sent(document));
  };
  for (const [id, { Type, Properties = {} }] of resources) {
    const roles = listOf(Properties.Roles).flatMap((one) =>
      isRecord(one) && typeof one.Ref === 'string' ? [one.Ref] : [],
    );
    if (Type === 'AWS::IAM::Role')
      for (const one of listOf(Properties.Policies)) if (isRecord(one)) add(id, one.PolicyDocument);
    if (Type === 'AWS::IAM::Policy') for (const role of roles) add(role, Properties.PolicyDocument);
    if (Type === 'AWS::IAM::ManagedPolicy')
      for (const role of roles)
        managed.push({ role, policy: id, characters: sent(Properties.PolicyDocument), limit: MANAGED_LIMIT });
  }
  return [
    ...[...inline].map(([role, characters]) => ({ role, characters, limit: INLINE_LIMIT })),
    ...managed,
  ].toSorted((a, b) => b.characters / b.limit - a.characters / a.limit);
}

export function inventoryOf(template: Template, place: Place): Inventory {
  const resources = Object.entries(template.Resources);
  const documents = resources
    .filter(([, { Type }]) => Type === 'AWS::SSM::Document')
    .map(([id, { Properties = {} }]) => ({
      name: typeof Properties.Name === 'string' ? Properties.Name : id,
      bytes: Buffer.byteLength(
        typeof Properties.Content === 'string' ? Properties.Content : JSON.stringify(Properties.Content),
      ),
    }));
  const alarms = resources
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([, { Properties = {} }]) => {
      const metrics = listOf(Properties.Metrics).filter(
        (one) => isRecord(one) && one.MetricStat !== undefined,
      );
      return Math.max(1, metrics.length);
    })
    .reduce((sum, one) => sum + one, 0);
  return { policies: policySizes(template, place), documents, alarms };
}

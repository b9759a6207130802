// What a packaged template deploys, as far as the local region acts it out.

import type { Statement } from '../policy/evaluate.ts';
import type { Account, Template } from '../policy/template.ts';

export interface Role {
  logicalId: string;
  arn: string;
  name: string;
  statements: readonly Statement[];
  /** Services that may assume it. */
  trusted: readonly string[];
  accessKeyId: string;
}

export interface LambdaFunction {
  name: string;
  arn: string;
  handler: string;
  /** Base name of its zip. */
  zip: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Readonly<Record<string, string>>;
  role: Role;
  /** Reserved concurrency; undefined shares what is left. */
  reserved: number | undefined;
  asynchronous: { retries: number; maxAgeMs: number; onFailure: string | undefined };
}

export interface Retry {
  attempts: number;
  maxAgeMs: number;
}

export interface Target {
  id: string;
  arn: string;
  roleArn: string | undefined;
  /** A fixed text in place of the event. */
  input: string | undefined;
  retry: Retry;
  deadLetterArn: string | undefined;
}

export interface StackRule {
  name: string;
  arn: string;
  bus: string;
  enabled: boolean;
  pattern: unknown;
  schedule: string | undefined;
  targets: readonly Target[];
}

export interface StackSchedule {
  name: string;
  arn: string;
  enabled: boolean;
  expression: string;
  target: Target;
}

export interface Permission {
  functionArn: string;
  action: string;
  principal: string;
  sourceArn: string | undefined;
  sourceAccount: string | undefined;
}

export interface ServiceStatement {
  effect: 'Allow' | 'Deny';
  services: readonly string[];
  statement: Statement;
}

export interface Queue {
  name: string;
  arn: string;
  policy: readonly ServiceStatement[];
}

export interface Table {
  name: string;
  arn: string;
  key: KeySchema;
  indexes: readonly { name: string; key: KeySchema }[];
}

export interface KeySchema {
  hash: string;
  range: string;
  rangeType: 'S' | 'N';
}

export interface Document {
  name: string;
  /** Allowed pattern by parameter; undefined where any text will do. */
  parameters: ReadonlyMap<string, { pattern: RegExp | undefined; hasDefault: boolean }>;
}

export interface LaunchTemplate {
  id: string;
  name: string;
  profileArn: string | undefined;
  httpTokens: string | undefined;
  rootEncrypted: boolean;
  /** Its own, not those of what is launched from it. */
  tags: Readonly<Record<string, string>>;
}

export interface Stack {
  accountId: string;
  region: string;
  functions: readonly LambdaFunction[];
  rules: readonly StackRule[];
  schedules: readonly StackSchedule[];
  permissions: readonly Permission[];
  roles: readonly Role[];
  queues: readonly Queue[];
  topics: readonly string[];
  buses: readonly string[];
  tables: readonly Table[];
  documents: readonly Document[];
  launchTemplates: readonly LaunchTemplate[];
  /** Instance profile ARN → role ARN. */
  profiles: ReadonlyMap<string, string>;
  /** Tag that marks the stage's own resources, taken from the functions' tags. */
  tags: Readonly<Record<string, string>>;
}

/** One resource with its references replaced. */
export interface Resolved {
  logicalId: string;
  properties: unknown;
  arn: string;
  ref: string;
}

export interface StackReading {
  template: Template;
  account: Account;
  of: (type: string) => Resolved[];
}

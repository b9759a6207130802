// The ports on AWS: for Lambda on the real clients, for the simulated region on its own.

import type { Bus, EventType } from '../port/bus.ts';
import type { Cloud } from '../port/cloud.ts';
import type { HostCommands } from '../port/commands.ts';
import type { Records } from '../port/records.ts';
import type { AwsClients, DynamoSender, Ec2Sender, EventsSender, SsmSender } from './call/clients.ts';
import type { CallDeps } from './call/cloud-call.ts';
import { dynamoRecords } from './dynamodb/records.ts';
import { ec2Cloud } from './ec2/cloud.ts';
import { eventBus } from './event-bus.ts';
import { ssmCommands } from './ssm-commands.ts';

export interface PortSettings {
  stage: string;
  table: string;
  bus: string;
  /** Documents are `<prefix>-<document>`. */
  documentPrefix: string;
}

export interface Ports {
  cloud: Cloud;
  commands: HostCommands;
  records: Records;
  bus: Bus;
}

/** What a workload's own topic receives: the same as the stack's (infra/alerts.yml), less what concerns no workload. */
const NOTIFY_DETAIL_TYPES: readonly EventType[] = [
  'Held',
  'Quota Error',
  'Backup Failed',
  'Unhealthy',
  'Alert',
];

type On = PortSettings & CallDeps;

// Each port by itself: a Lambda function is bundled with the clients of the ports that it asks for, and with no others.

export function cloudOn(ec2: Ec2Sender, { stage, ...deps }: On): Cloud {
  return ec2Cloud({ ...deps, ec2, project: `spotkeep-${stage}` });
}

export function commandsOn(ssm: SsmSender, on: On): HostCommands {
  return ssmCommands({ ...on, ssm });
}

export function recordsOn(dynamodb: DynamoSender, { table, ...deps }: On): Records {
  return dynamoRecords({ ...deps, dynamodb, tableName: table });
}

export function busOn(events: EventsSender, { bus, ...deps }: On): Bus {
  return eventBus({ ...deps, events, busName: bus, notifyDetailTypes: NOTIFY_DETAIL_TYPES });
}

/** All of them: for the simulated region and for tests. */
export function portsOn(
  { ec2, ssm, events, dynamodb }: AwsClients,
  settings: PortSettings,
  deps: CallDeps,
): Ports {
  const on = { ...settings, ...deps };
  return {
    cloud: cloudOn(ec2, on),
    commands: commandsOn(ssm, on),
    records: recordsOn(dynamodb, on),
    bus: busOn(events, on),
  };
}

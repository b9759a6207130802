// All ports on AWS in one place: for Lambda with the real clients, for the simulated region with its own.

import type { Bus, EventType } from '../port/bus.ts';
import type { Clock } from '../port/clock.ts';
import type { Cloud } from '../port/cloud.ts';
import type { HostCommands } from '../port/commands.ts';
import type { Records } from '../port/records.ts';
import { type AwsClients, realClients } from './call/clients.ts';
import type { CallDeps } from './call/cloud-call.ts';
import { type BodyDeps, dynamoRecords } from './dynamodb/records.ts';
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

/** What a workload's own topic hears of: the same as the stack's (infra/alerts.yml), less what concerns no workload. */
const NOTIFY_DETAIL_TYPES: readonly EventType[] = [
  'Held',
  'Quota Error',
  'Backup Failed',
  'Unhealthy',
  'Alert',
];

/** In Lambda: real clients, chance from the runtime. */
export function awsPorts(settings: PortSettings & { region: string }, clock: Clock): Ports {
  return portsOn(realClients(settings.region), settings, { clock, random: Math.random });
}

/** On any clients: the simulated region's, a test's. */
export function portsOn(clients: AwsClients, settings: PortSettings, deps: CallDeps & BodyDeps): Ports {
  const { ec2, ssm, events, dynamodb } = clients;
  return {
    cloud: ec2Cloud({ ...deps, ec2, project: `spotkeep-${settings.stage}` }),
    commands: ssmCommands({ ...deps, ssm, documentPrefix: settings.documentPrefix }),
    records: dynamoRecords({ ...deps, dynamodb, tableName: settings.table }),
    bus: eventBus({ ...deps, events, busName: settings.bus, notifyDetailTypes: NOTIFY_DETAIL_TYPES }),
  };
}

// The ports on Lambda's real clients, one function each: an entry names those that its function needs, and is bundled
// with their clients and no others.

import { dynamoClient, ec2Client, eventsClient, ssmClient } from '../../shared/aws/call/clients.ts';
import type { CallDeps } from '../../shared/aws/call/cloud-call.ts';
import { busOn, cloudOn, commandsOn, type PortSettings, recordsOn } from '../../shared/aws/ports.ts';
import type { Deps } from '../../shared/loop/deps.ts';
import { createRecordShelf } from '../../shared/record/shelf.ts';

export type On = PortSettings & CallDeps & { region: string };

export const bus = (on: On): Pick<Deps, 'bus'> => ({ bus: busOn(eventsClient(on.region), on) });

export const cloud = (on: On): Pick<Deps, 'cloud'> => ({ cloud: cloudOn(ec2Client(on.region), on) });

export const commands = (on: On): Pick<Deps, 'commands'> => ({
  commands: commandsOn(ssmClient(on.region), on),
});

/** The table, for what never reads a record itself. */
export const table = (on: On): Pick<Deps, 'records'> => ({ records: recordsOn(dynamoClient(on.region), on) });

/** The table, and how its records read. */
export const records = (on: On): Pick<Deps, 'records' | 'readings'> => ({
  ...table(on),
  readings: createRecordShelf(),
});

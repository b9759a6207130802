// Lambda's way into ../../apply-workload.ts, on the clients of the table, the bus and Systems Manager.

import { createHandler } from '../../apply-workload.ts';
import { onLambda } from '../../runtime/lambda.ts';
import { bus, commands, records } from '../../runtime/ports.ts';

export const handler = onLambda(createHandler, (on) => ({ ...records(on), ...bus(on), ...commands(on) }));

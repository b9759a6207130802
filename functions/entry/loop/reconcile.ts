// Lambda's way into ../../reconcile.ts, on the clients of the table, the bus, Systems Manager and EC2.

import { createHandler } from '../../reconcile.ts';
import { onLambda } from '../../runtime/lambda.ts';
import { bus, cloud, commands, records } from '../../runtime/ports.ts';

export const handler = onLambda(createHandler, (on) => ({
  ...records(on),
  ...bus(on),
  ...commands(on),
  ...cloud(on),
}));

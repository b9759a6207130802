// Lambda's way into ../../tick.ts, on the clients of the table and the bus.

import { onLambda } from '../../runtime/lambda.ts';
import { bus, table } from '../../runtime/ports.ts';
import { createHandler } from '../../tick.ts';

export const handler = onLambda(createHandler, (on) => ({ ...table(on), ...bus(on) }));

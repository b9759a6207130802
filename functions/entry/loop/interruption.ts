// Lambda's way into ../../interruption.ts, on the clients of the table and the bus.

import { createHandler } from '../../interruption.ts';
import { onLambda } from '../../runtime/lambda.ts';
import { bus, table } from '../../runtime/ports.ts';

export const handler = onLambda(createHandler, (on) => ({ ...table(on), ...bus(on) }));

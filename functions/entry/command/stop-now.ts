// Lambda's way into ../../stop-now.ts, on the clients of the table and the bus.

import { onLambda } from '../../runtime/lambda.ts';
import { bus, records } from '../../runtime/ports.ts';
import { createHandler } from '../../stop-now.ts';

export const handler = onLambda(createHandler, (on) => ({ ...records(on), ...bus(on) }));

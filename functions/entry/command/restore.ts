// Lambda's way into ../../restore.ts, on the clients of the table and the bus.

import { createHandler } from '../../restore.ts';
import { onLambda } from '../../runtime/lambda.ts';
import { bus, records } from '../../runtime/ports.ts';

export const handler = onLambda(createHandler, (on) => ({ ...records(on), ...bus(on) }));

// Lambda's way into ../../backup-delete.ts, on the clients of the table and the bus.

import { createHandler } from '../../backup-delete.ts';
import { onLambda } from '../../runtime/lambda.ts';
import { bus, records } from '../../runtime/ports.ts';

export const handler = onLambda(createHandler, (on) => ({ ...records(on), ...bus(on) }));

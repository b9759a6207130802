// Lambda's way into ../../status.ts, on the clients of the table.

import { onLambda } from '../../runtime/lambda.ts';
import { records } from '../../runtime/ports.ts';
import { createHandler } from '../../status.ts';

export const handler = onLambda(createHandler, records);

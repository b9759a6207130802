// Lambda's way into ../../history.ts, on the clients of the table.

import { createHandler } from '../../history.ts';
import { onLambda } from '../../runtime/lambda.ts';
import { records } from '../../runtime/ports.ts';

export const handler = onLambda(createHandler, records);

// Lambda's way into ../../plan.ts, on the clients of the table, Systems Manager and EC2.

import { createHandler } from '../../plan.ts';
import { onLambda } from '../../runtime/lambda.ts';
import { cloud, commands, records } from '../../runtime/ports.ts';

export const handler = onLambda(createHandler, (on) => ({ ...records(on), ...commands(on), ...cloud(on) }));

// The real AWS: SDK clients made from the global options, loaded when the first of them is needed.

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { badInput } from '../session/exit.ts';
import type { Aws, Connection } from '../session/outside.ts';
import { clientConfig, isLocal } from './client-config.ts';

export async function connect(
  connection: Connection,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Aws> {
  const config = clientConfig(connection, env);
  const lambda = new LambdaClient(config);
  const region = await lambda.config.region().catch((error: unknown) => {
    if (error instanceof Error)
      throw badInput('no AWS region given', '--region, AWS_REGION, or a region in the profile');
    throw error;
  });
  const identity = async (): Promise<{ account: string; arn: string }> => {
    const { Account = '', Arn = '' } = await new STSClient(config).send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  };
  return {
    region,
    async invoke(functionName, payload) {
      const answer = await lambda.send(
        new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'RequestResponse',
          Payload: Buffer.from(payload),
        }),
      );
      return {
        payload: answer.Payload === undefined ? undefined : Buffer.from(answer.Payload).toString('utf8'),
        functionError: answer.FunctionError,
      };
    },
    identity,
    async interrupt(wanted) {
      const { interruptByFis, interruptLocally } = await import('./interrupt.ts');
      const { endpointUrl } = connection;
      if (endpointUrl !== undefined && isLocal(endpointUrl)) return interruptLocally(endpointUrl, wanted);
      const { account } = await identity();
      return interruptByFis(
        {
          region,
          endpointUrl,
          account,
          credentials: () => lambda.config.credentials(),
          now: () => Date.now(),
        },
        wanted,
      );
    },
    inspector: async () => (await import('./inspector.ts')).createInspector(config, region),
  };
}

// Is this the account and the region that the definitions mean? Asked before anything is changed: a definition applied in
// the wrong place would find none of its subnets, or, worse, another team's.

import { awsFailure } from '../session/aws-error.ts';
import { badInput } from '../session/exit.ts';
import type { Session } from '../session/session.ts';
import type { DefinitionFile } from './definition-file.ts';

export interface AwsPlace {
  account: string;
  region: string;
  says: string;
}

export async function checkPlace(session: Session, files: readonly DefinitionFile[]): Promise<AwsPlace> {
  const { globals } = session;
  const { region, identity } = await session.aws();
  for (const { file, definition } of files) {
    if (definition.region === region) continue;
    throw badInput(
      `${file}: region: expected ${region}, where this command is going, found ${definition.region}`,
      `--region ${definition.region}`,
    );
  }
  const { account } = await identity().catch((error: unknown) => {
    throw awsFailure(error, 'asking AWS who you are', globals.endpointUrl) ?? error;
  });
  for (const { file, definition } of files) {
    for (const [path, arn] of arnsOf(definition)) {
      const named = arn?.split(':')[4];
      if (named === undefined || named === '' || named === 'aws' || named === account) continue;
      throw badInput(
        `${file}: ${path}: expected an ARN of account ${account}, which you are logged in to, found ${named}`,
        'another --profile?',
      );
    }
  }
  return { account, region, says: `account ${account}, region ${region}, stage ${globals.stage}` };
}

/** A key or a policy may be another account's; a topic may not (docs/definition.md). */
const arnsOf = ({
  notifyTopicArn,
}: DefinitionFile['definition']): (readonly [path: string, arn: string | undefined])[] => [
  ['notify', notifyTopicArn],
];

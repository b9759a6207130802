// The image of a definition, resolved once at apply and kept in the record, so that a workload does not change its
// machine image between two interruptions. Parameter names as on the AWS pages "Retrieving Amazon ECS-optimized Linux
// AMI metadata", "Launch AL2023 using the AWS CLI" and Canonical's "Find Ubuntu images with SSM".

import type { Architecture, Definition } from '../definition/definition.ts';
import type { HostCommands } from '../port/commands.ts';
import { CloudError } from '../port/errors.ts';

const PARAMETERS: Record<string, (architecture: Architecture) => string> = {
  'amazon-linux-2023-ecs': (architecture) =>
    `/aws/service/ecs/optimized-ami/amazon-linux-2023/${architecture === 'arm64' ? 'arm64/' : ''}recommended/image_id`,
  'amazon-linux-2023': (architecture) =>
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
  'ubuntu-24.04': (architecture) =>
    `/aws/service/canonical/ubuntu/server/24.04/stable/current/${architecture === 'arm64' ? 'arm64' : 'amd64'}/hvm/ebs-gp3/ami-id`,
};

const AMI = /^ami-[0-9a-f]{8,17}$/;

export type ImageAnswer = { kind: 'image'; imageId: string } | { kind: 'unknown'; expected: string };

/** Flatcar publishes its AMI ids itself: the one to use is kept in a parameter of the stage's own. */
const ownParameter = (parameterPath: string, architecture: Architecture): string =>
  `${parameterPath}/image/flatcar-${architecture}`;

/** The AMI id, or what the definition should have said. */
export const resolveImage = async (
  commands: Pick<HostCommands, 'parameter'>,
  definition: Definition,
  parameterPath: string,
): Promise<ImageAnswer> => {
  const { image, capacity } = definition;
  if (AMI.test(image)) return { kind: 'image', imageId: image };
  const { architecture } = capacity;
  const parameter = image.startsWith('/')
    ? image
    : image === 'flatcar'
      ? ownParameter(parameterPath, architecture)
      : PARAMETERS[image]?.(architecture);
  if (!parameter)
    return { kind: 'unknown', expected: 'a known image, an AMI id or a parameter that holds one' };
  try {
    const value = await commands.parameter(parameter);
    return AMI.test(value)
      ? { kind: 'image', imageId: value }
      : { kind: 'unknown', expected: `an AMI id in ${parameter}` };
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'not-found') {
      return { kind: 'unknown', expected: `a parameter ${parameter} that holds an AMI id` };
    }
    throw error;
  }
};

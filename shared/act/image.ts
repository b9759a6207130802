// The image of a definition, resolved once at apply and kept in the record, so that a workload does not change its
// machine image between two interruptions. Parameter names as on the AWS pages "Retrieving Amazon ECS-optimized Linux
// AMI metadata", "Launch AL2023 using the AWS CLI" and Canonical's "Find Ubuntu images with SSM".

import type { Architecture, Definition } from '../definition/definition.ts';
import type { Commands } from '../port/cloud.ts';
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

/** The AMI id; rejects with `invalid` where the name has no public parameter (Flatcar publishes ids itself). */
export const resolveImage = async (commands: Commands, definition: Definition): Promise<string> => {
  const { image, capacity } = definition;
  if (AMI.test(image)) return image;
  const parameter = image.startsWith('/') ? image : PARAMETERS[image]?.(capacity.architecture);
  if (!parameter) {
    throw new CloudError(
      'invalid',
      'resolveImage',
      'NoPublicParameter',
      `${image} has no public parameter: give its AMI id`,
    );
  }
  const value = await commands.parameter(parameter);
  if (!AMI.test(value))
    throw new CloudError('invalid', 'resolveImage', 'NotAnImage', `${parameter} holds no AMI id`);
  return value;
};

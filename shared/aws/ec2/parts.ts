// What every part of the EC2 adapter is made from.

import type { Ec2Sender } from '../call/clients.ts';
import type { CloudCaller } from '../call/cloud-call.ts';

export interface Ec2Parts {
  ec2: Ec2Sender;
  caller: CloudCaller;
  /** Value of the tag `spotkeep:project`. */
  project: string;
}

// The `Cloud` port on EC2 and EBS, put together from its parts.

import type { Cloud } from '../../port/cloud.ts';
import type { Ec2Sender } from '../call/clients.ts';
import { type CallDeps, CloudCaller } from '../call/cloud-call.ts';
import { ec2Instances } from './instances.ts';
import { launch } from './launch.ts';
import { ec2Places } from './places.ts';
import { ec2Snapshots } from './snapshots.ts';
import { ec2Templates } from './templates.ts';
import { ec2Volumes } from './volumes.ts';

export interface Ec2CloudDeps extends CallDeps {
  ec2: Ec2Sender;
  /** Value of the tag `spotkeep:project`, `spotkeep-<stage>`: the roles may touch only what carries it. */
  project: string;
}

export function ec2Cloud(deps: Ec2CloudDeps): Cloud {
  const { ec2, project } = deps;
  const caller = new CloudCaller(deps);
  return {
    ...ec2Instances({ ec2, caller, project }),
    ...ec2Volumes({ ec2, caller, project }),
    ...ec2Snapshots({ ec2, caller, project }),
    ...ec2Places(ec2, caller),
    ...ec2Templates({ ec2, caller, project }),
    launch: (request) => launch({ ec2, caller, project }, request),
  };
}

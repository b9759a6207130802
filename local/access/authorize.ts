// Who calls, and whether the template's policies let them: a function's role by its access key, anybody else as the
// administrator that the account's owner is.

import type { Operation } from '../../simulator/wire/operation.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { LocalRegion } from '../region/local-region.ts';
import type { Role, Stack } from '../stack/types.ts';
import { askedBy } from './asked.ts';

export interface Identity {
  arn: string;
  userId: string;
  /** Undefined: may do everything. */
  role: Role | undefined;
}

export const identify = (stack: Stack, accessKeyId: string): Identity => {
  const role = stack.roles.find((one) => one.accessKeyId === accessKeyId);
  if (!role)
    return { arn: `arn:aws:iam::${stack.accountId}:user/local`, userId: 'AIDALOCAL', role: undefined };
  const session = stack.functions.find((fn) => fn.role === role)?.name ?? 'local';
  return {
    arn: `arn:aws:sts::${stack.accountId}:assumed-role/${role.name}/${session}`,
    userId: `AROA${accessKeyId.slice(4)}:${session}`,
    role,
  };
};

/** Throws as the service refuses: nothing of the call has happened. */
export const authorize = (region: LocalRegion, identity: Identity, operation: Operation): void => {
  const { role, arn } = identity;
  if (!role) return;
  for (const asked of askedBy(region, operation)) {
    const decision = evaluate(role.statements, asked);
    if (decision === 'allowed') continue;
    const because =
      decision === 'denied'
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${asked.action} action`;
    const says = `User: ${arn} is not authorized to perform: ${asked.action} on resource: ${asked.resource} ${because}`;
    throw denial(operation, says);
  }
};

const denial = ({ service }: Operation, says: string): RegionError => {
  if (service === 'ec2')
    return new RegionError({
      service,
      code: 'UnauthorizedOperation',
      message: `You are not authorized to perform this operation. ${says}`,
      statusCode: 403,
    });
  if (service === 'sts' || service === 'iam')
    return new RegionError({ service, code: 'AccessDenied', message: says, statusCode: 403 });
  const statusCode = service === 'lambda' ? 403 : 400;
  return new RegionError({ service, code: 'AccessDeniedException', message: says, statusCode });
};

// What `doctor` asks about an account: roles and quotas. The local account has what a well-kept one has.

import { text } from '../../simulator/region/state/input.ts';
import type { Operation, OperationOutput } from '../../simulator/wire/operation.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import type { Identity } from '../access/authorize.ts';
import type { Stack } from '../stack/types.ts';

/** Made by EC2 itself in an account that has used Spot ("Service-linked role for Spot Instance requests"). */
const LINKED: Record<string, string> = {
  AWSServiceRoleForEC2Spot: 'spot.amazonaws.com',
  AWSServiceRoleForEC2Fleet: 'ec2fleet.amazonaws.com',
};

/** By service and quota code. */
const QUOTAS: Record<string, { name: string; value: number }> = {
  'ec2/L-34B43A08': { name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests', value: 256 },
  'ec2/L-1216C47A': { name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', value: 256 },
  'lambda/L-B99A9384': { name: 'Concurrent executions', value: 1_000 },
};

const unknown = ({ service, name }: Operation): RegionError =>
  new RegionError({
    service,
    code: service === 'servicequotas' ? 'UnknownOperationException' : 'InvalidAction',
    message: `the local region does not simulate ${name}`,
  });

/** Of STS, IAM and Service Quotas. Throws RegionError as they refuse. */
export const accountCall = (stack: Stack, operation: Operation, by: Identity): OperationOutput => {
  const { service, name, input } = operation;
  const { accountId } = stack;
  if (service === 'sts' && name === 'GetCallerIdentity')
    return { Account: accountId, Arn: by.arn, UserId: by.userId };
  if (service === 'iam' && name === 'GetRole') return { Role: roleOf(stack, text(input, 'RoleName') ?? '') };
  if (service !== 'servicequotas' || name !== 'GetServiceQuota') throw unknown(operation);
  const code = `${text(input, 'ServiceCode')}/${text(input, 'QuotaCode')}`;
  const quota = QUOTAS[code];
  if (!quota)
    throw new RegionError({
      service,
      code: 'NoSuchResourceException',
      message: 'The request failed because the specified service does not exist.',
    });
  return {
    Quota: {
      ServiceCode: text(input, 'ServiceCode'),
      QuotaCode: text(input, 'QuotaCode'),
      QuotaName: quota.name,
      Value: quota.value,
      Adjustable: true,
      GlobalQuota: false,
    },
  };
};

const roleOf = ({ roles, accountId }: Stack, name: string) => {
  const own = roles.find((role) => role.name === name);
  const linked = LINKED[name];
  if (!own && linked === undefined)
    throw new RegionError({
      service: 'iam',
      code: 'NoSuchEntity',
      message: `The role with name ${name} cannot be found.`,
      statusCode: 404,
    });
  const path = linked === undefined ? '/' : `/aws-service-role/${linked}/`;
  return {
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().slice(0, 16)}`,
    Arn: own?.arn ?? `arn:aws:iam::${accountId}:role${path}${name}`,
    Path: path,
    CreateDate: new Date(0),
  };
};

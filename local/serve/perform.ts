// One understood call: latency, trouble, policies, effect.

import { latencyOf } from '../../simulator/region/latency.ts';
import type { Operation, OperationOutput } from '../../simulator/wire/operation.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { authorize, type Identity } from '../access/authorize.ts';
import { accountCall } from './account-calls.ts';
import { type LambdaCallDeps, lambdaCall } from './lambda-calls.ts';

export interface PerformDeps extends LambdaCallDeps {
  /** Share of AWS's latencies. */
  latency: number;
  now: () => number;
}

/** Of the account, not of the region. */
const ACCOUNT_SERVICES = new Set<Operation['service']>(['sts', 'iam', 'servicequotas']);
/** A call takes effect after this part of its latency; the rest is the way back. */
const WAY_THERE = 0.6;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const latencyMs = (operation: Operation, pace: number): number => {
  const [low, high] = latencyOf(operation);
  return (low + (high - low) * Math.random()) * pace;
};

/** Rejects with RegionError as AWS refuses. */
export const performer =
  (deps: PerformDeps) =>
  async (operation: Operation, identity: Identity): Promise<OperationOutput> => {
    const { world, stack } = deps;
    const { service } = operation;
    if (ACCOUNT_SERVICES.has(service)) {
      authorize(world.region, identity, operation);
      return accountCall(stack, operation, identity);
    }
    if (service === 'lambda') {
      await world.look(() => authorize(world.region, identity, operation));
      return lambdaCall(deps, operation.name, operation.input);
    }
    const latency = latencyMs(operation, deps.latency);
    await wait(latency * WAY_THERE);
    refuseInTrouble(deps, operation, identity);
    await world.look(() => authorize(world.region, identity, operation));
    if (operation.input.DryRun === true) throw dryRun(operation);
    const output = await world.call(operation);
    await wait(latency * (1 - WAY_THERE));
    return output;
  };

const dryRun = ({ service }: Operation): RegionError =>
  new RegionError({
    service,
    code: 'DryRunOperation',
    message: 'Request would have succeeded, but DryRun flag is set.',
    statusCode: 412,
  });

/** `spotkeep local api-errors`: what functions ask for is refused; people still get through. */
const refuseInTrouble = ({ world, now }: PerformDeps, { service }: Operation, { role }: Identity): void => {
  const { apiErrors } = world.region.switches;
  if (!apiErrors || now() >= apiErrors.until || !role || service === 'dynamodb') return;
  const { code } = apiErrors;
  throw new RegionError({
    service,
    code,
    message: code,
    statusCode: code.startsWith('Internal') ? 500 : 503,
  });
};

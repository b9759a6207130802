// What services do with a role of the template: write a failed call's destination, invoke a schedule's target.

import { evaluate } from '../policy/evaluate.ts';
import type { Role, Stack, Target } from './types.ts';

/** The function's own role writes its failure destination ("Configuring destinations"). */
export const mayWriteTo = (role: Role, destinationArn: string | undefined): boolean =>
  destinationArn !== undefined &&
  evaluate(role.statements, { action: 'sqs:SendMessage', resource: destinationArn }) === 'allowed';

/** A schedule invokes by its execution role, which EventBridge Scheduler must be able to assume. */
export const mayInvokeOnSchedule = (stack: Stack, target: Target): boolean => {
  const role = stack.roles.find(({ arn }) => arn === target.roleArn);
  return (
    role?.trusted.includes('scheduler.amazonaws.com') === true &&
    evaluate(role.statements, { action: 'lambda:InvokeFunction', resource: target.arn }) === 'allowed'
  );
};

/** And writes the schedule's dead letters. */
export const mayKeepDeadLetter = (stack: Stack, target: Target): boolean => {
  const role = stack.roles.find(({ arn }) => arn === target.roleArn);
  return role !== undefined && mayWriteTo(role, target.deadLetterArn);
};

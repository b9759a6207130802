// Rules and schedules of the template.

import * as z from 'zod/mini';
import type { StackReading, StackRule, StackSchedule, Target } from './types.ts';

/** EventBridge's own defaults: 24 hours and 185 tries ("How EventBridge retries delivering events"). */
const DEFAULT_AGE_SECONDS = 86_400;
const DEFAULT_ATTEMPTS = 185;

const text = z.string();

const targetShape = z.looseObject({
  Id: z.optional(text),
  Arn: text,
  RoleArn: z.optional(text),
  Input: z.optional(text),
  RetryPolicy: z.optional(
    z.looseObject({
      MaximumEventAgeInSeconds: z.optional(z.number()),
      MaximumRetryAttempts: z.optional(z.number()),
    }),
  ),
  DeadLetterConfig: z.optional(z.looseObject({ Arn: z.optional(text) })),
});

const toTarget = (shape: z.infer<typeof targetShape>): Target => {
  // Anything that would change the event on its way is refused, not ignored.
  const changing = ['InputPath', 'InputTransformer'].find((name) => name in shape);
  if (changing) throw new Error(`template: target ${shape.Arn}: ${changing} is not known here`);
  return {
    id: shape.Id ?? 'target',
    arn: shape.Arn,
    roleArn: shape.RoleArn,
    input: shape.Input,
    retry: {
      attempts: shape.RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_ATTEMPTS,
      maxAgeMs: (shape.RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000,
    },
    deadLetterArn: shape.DeadLetterConfig?.Arn,
  };
};

const ruleShape = z.looseObject({
  EventBusName: z.optional(text),
  EventPattern: z.optional(z.unknown()),
  ScheduleExpression: z.optional(text),
  State: z.optional(text),
  Targets: z.optional(z.array(targetShape)),
});

/** A bus is given by its name or its ARN. */
const busName = (value: string | undefined): string => value?.split('/').at(-1) ?? 'default';

export const readRules = ({ of }: StackReading): StackRule[] =>
  of('AWS::Events::Rule').map(({ ref, arn, properties }) => {
    const shape = ruleShape.parse(properties);
    return {
      name: ref,
      arn,
      bus: busName(shape.EventBusName),
      enabled: shape.State !== 'DISABLED',
      pattern: shape.EventPattern,
      schedule: shape.ScheduleExpression,
      targets: (shape.Targets ?? []).map(toTarget),
    };
  });

const scheduleShape = z.looseObject({
  Name: z.optional(text),
  ScheduleExpression: text,
  State: z.optional(text),
  Target: targetShape,
});

export const readSchedules = ({ of, account }: StackReading): StackSchedule[] =>
  of('AWS::Scheduler::Schedule').map(({ logicalId, properties }) => {
    const shape = scheduleShape.parse(properties);
    const name = shape.Name ?? logicalId;
    return {
      name,
      arn: `arn:aws:scheduler:${account.region}:${account.accountId}:schedule/default/${name}`,
      enabled: shape.State !== 'DISABLED',
      expression: shape.ScheduleExpression,
      target: toTarget(shape.Target),
    };
  });

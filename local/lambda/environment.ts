// The environment of a container ("Using Lambda environment variables": defined runtime variables), the template's
// variables, and the credentials of the function's role.

import type { LambdaFunction, Stack } from '../stack/types.ts';

export const environmentOf = (
  fn: LambdaFunction,
  stack: Stack,
  place: { endpoint: string; taskRoot: string },
) => ({
  ...fn.environment,
  _HANDLER: fn.handler,
  TZ: ':UTC',
  LANG: 'en_US.UTF-8',
  AWS_REGION: stack.region,
  AWS_DEFAULT_REGION: stack.region,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  LAMBDA_TASK_ROOT: place.taskRoot,
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  AWS_ACCESS_KEY_ID: fn.role.accessKeyId,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_ENDPOINT_URL: place.endpoint,
});

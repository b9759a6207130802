// One AWS API call as the simulated region sees it, whichever entrance it came by (wire.ts: serialised by the SDK and
// parsed back by the client's own schemas; direct.ts: the command's input as it is).

export type ServiceName =
  | 'ec2'
  | 'ssm'
  | 'events'
  | 'dynamodb'
  | 'sts'
  | 'scheduler'
  | 'lambda'
  | 'iam'
  | 'servicequotas';

export interface Operation {
  service: ServiceName;
  /** As AWS names it: `DescribeInstances`, `PutItem`. */
  name: string;
  /** The SDK's input shape (member names as in the client's command input). Treat it as read-only. */
  input: Record<string, unknown>;
  /** Who calls: an ARN or a label of the test; absent for the control plane itself. */
  caller?: string;
}

export type OperationOutput = Record<string, unknown>;

/**
 * Answers with the SDK's output shape (timestamps as `Date`), without `$metadata`. Fails with `RegionError`; any
 * other error is a defect of the simulator and passes through both entrances unchanged.
 */
export type Handle = (operation: Operation) => Promise<OperationOutput>;

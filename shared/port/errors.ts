// One class for everything a cloud call can fail with. The kind is decided in one table by error code
// (shared/aws/call/error-table.ts), never by message text.

export type CloudErrorKind =
  /** No instance in these pools now: try others. */
  | 'capacity'
  /** An account limit: alert; never a reason to change zones. */
  | 'quota'
  /** This pool can never serve (type not offered, subnet full): drop it. */
  | 'pool-unusable'
  | 'throttled'
  /** 5xx, time-out, connection lost: the call may or may not have been applied. */
  | 'unknown-outcome'
  | 'not-found'
  /** A volume that another instance has, or a state that does not allow the call yet. */
  | 'conflict'
  | 'denied'
  /** Credentials missing or expired. */
  | 'credentials'
  /** A retry token whose request changed, or which belongs to a failed creation. */
  | 'token-burned'
  /** The request itself is wrong: a defect of ours or of the definition. */
  | 'invalid'
  /** A code the table does not know: thrown on, so that Lambda, dead-letter queue and alarm see it. */
  | 'unclassified';

const OF_ONE_TRY: ReadonlySet<CloudErrorKind> = new Set<CloudErrorKind>([
  'throttled',
  'capacity',
  'quota',
  'pool-unusable',
  'denied',
]);

/** Refuses the try it answers, and says nothing of an earlier one whose answer was lost. */
export const isOfOneTry = (kind: CloudErrorKind): boolean => OF_ONE_TRY.has(kind);

export class CloudError extends Error {
  readonly kind: CloudErrorKind;
  readonly operation: string;
  readonly code: string;
  constructor(kind: CloudErrorKind, operation: string, code: string, message: string) {
    super(message);
    this.name = 'CloudError';
    this.kind = kind;
    this.operation = operation;
    this.code = code;
  }
}

// The one table that says what an error of AWS means to the loop. By code, never by message text.
//
// Sources: pages "Error codes for the Amazon EC2 API", "Common Errors" of the DynamoDB, Systems Manager and
// EventBridge API references, "Error handling with DynamoDB", and "CreateFleet" with "DescribeFleetError" for the
// codes that come inside an HTTP 200. The table is read before the HTTP status: EC2 reports a lack of capacity with
// status 500 and throttling with 503, and both say for certain that nothing was done.

import type { CloudErrorKind } from '../../port/errors.ts';

const CODES: Record<Exclude<CloudErrorKind, 'unclassified'>, readonly string[]> = {
  capacity: [
    'InsufficientInstanceCapacity',
    'InsufficientCapacity',
    'InsufficientHostCapacity',
    'InsufficientVolumeCapacity',
    'UnfulfillableCapacity',
    'SpotMaxPriceTooLow',
  ],
  quota: [
    'VcpuLimitExceeded',
    'MaxSpotInstanceCountExceeded',
    'InstanceLimitExceeded',
    'VolumeLimitExceeded',
    'MaxIOPSLimitExceeded',
    'SnapshotLimitExceeded',
    'ConcurrentSnapshotLimitExceeded',
    'AttachmentLimitExceeded',
    'PendingSnapshotLimitExceeded',
    'ResourceLimitExceeded',
    'ResourceCountLimitExceeded',
    'LimitExceededException',
    'ServiceQuotaExceededException',
    'ItemCollectionSizeLimitExceededException',
  ],
  'pool-unusable': [
    'InsufficientFreeAddressesInSubnet',
    'Unsupported',
    'UnsupportedOperation',
    'InstanceTypeNotSupported',
    'InvalidInstanceType',
  ],
  throttled: [
    'RequestLimitExceeded',
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'TooManyRequestsException',
    'RequestThrottledException',
    'SnapshotCreationPerVolumeRateExceeded',
    'CreateSnapshotRateExceeded',
    'ProvisionedThroughputExceededException',
    'PriorRequestNotComplete',
    'ConcurrentModificationException',
  ],
  'unknown-outcome': [
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'InternalServiceError',
    'InternalException',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'Unavailable',
    'RequestTimeout',
    'RequestTimeoutException',
    'ReplicatedWriteConflictException',
    // Below HTTP: Node's HTTP handler and the sockets under it.
    'TimeoutError',
    'AbortError',
    'NetworkingError',
    'ECONNRESET',
    'ECONNREFUSED',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_SOCKET',
  ],
  'not-found': [
    'NotFound',
    'ResourceNotFoundException',
    'TableNotFoundException',
    'ParameterNotFound',
    'ParameterVersionNotFound',
    'InvocationDoesNotExist',
    // EC2's own (`InvalidVolume.NotFound`, `InvalidAttachment.NotFound`) all end in `.NotFound` and need no line here.
  ],
  conflict: [
    'VolumeInUse',
    'IncorrectState',
    'IncorrectInstanceState',
    'IncorrectModificationState',
    'InvalidSnapshot.InUse',
    'Resource.AlreadyAssociated',
    'InvalidIPAddress.InUse',
    'ResourceInUseException',
    'TransactionConflictException',
    'ConditionalCheckFailedException',
    // SendCommand before the agent has registered.
    'InvalidInstanceId',
    'ManagedRuleException',
  ],
  denied: [
    'UnauthorizedOperation',
    'AccessDenied',
    'AccessDeniedException',
    'NotAuthorizedException',
    'OptInRequired',
    // TerminateInstances under termination protection.
    'OperationNotPermitted',
    'PendingVerification',
    'UnauthorizedException',
    'KMSKeyNotAccessibleException',
    'InvalidKmsKey.InvalidState',
  ],
  credentials: [
    'AuthFailure',
    'ExpiredToken',
    'ExpiredTokenException',
    'RequestExpired',
    'InvalidClientTokenId',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'IncompleteSignatureException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'InvalidAccessKeyId',
    // Of the SDK's own credential chain.
    'CredentialsProviderError',
    'TokenProviderError',
  ],
  'token-burned': [
    'IdempotentParameterMismatch',
    'IdempotentParameterMismatchException',
    'InvalidClientToken',
  ],
  invalid: [
    'InvalidParameter',
    'InvalidParameterValue',
    'InvalidParameterCombination',
    'InvalidParameters',
    'MissingParameter',
    'UnknownParameter',
    'InvalidAction',
    'InvalidRequest',
    'InvalidInput',
    'InvalidFilter',
    'InvalidNextToken',
    'InvalidPaginationToken',
    'InvalidTagKey',
    'TagLimitExceeded',
    'InvalidVolume.ZoneMismatch',
    'InvalidZone.NotFound',
    'InvalidDevice.InUse',
    'InvalidDocument',
    'InvalidCommandId',
    'InvalidLaunchTemplateName.NotFoundException',
    'InvalidLaunchTemplateId.NotFound',
    'InvalidAMIID.Unavailable',
    'InvalidAMIID.NotFound',
    'InvalidSubnetID.NotFound',
    'InvalidGroup.NotFound',
    'InvalidEventPatternException',
    'ValidationException',
    'ValidationError',
    'SerializationException',
    'UnknownOperationException',
    'DryRunOperation',
  ],
};

const KIND_OF: ReadonlyMap<string, CloudErrorKind> = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) =>
    codes.map((code) => [code, kind as CloudErrorKind] as const),
  ),
);

/** `statusCode`: of the HTTP answer, undefined when there was none. */
export function classify(code: string, statusCode?: number): CloudErrorKind {
  // EC2 writes some codes with the side that is to blame in front.
  const bare = code.replace(/^(Client|Server)\./, '');
  const known = KIND_OF.get(bare);
  if (known) return known;
  if (bare.endsWith('.NotFound')) return 'not-found';
  if (bare.endsWith('.Malformed')) return 'invalid';
  return statusCode !== undefined && statusCode >= 500 ? 'unknown-outcome' : 'unclassified';
}

/** For the tests: every code of the table once. */
export function knownCodes(): ReadonlyMap<string, CloudErrorKind> {
  return KIND_OF;
}

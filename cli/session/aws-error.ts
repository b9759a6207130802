// What an error of AWS means for the person at the terminal, by its code. One table; the text of a message decides nothing.

import { CommandError, EXIT } from './exit.ts';

type Meaning = 'missing' | 'expired' | 'rejected' | 'denied' | 'throttled' | 'unreachable' | 'no-region';

// Lambda API Reference, "Invoke", and AWS General Reference, "Common errors"; names of the SDK's own providers.
const MEANINGS: Record<string, Meaning> = {
  CredentialsProviderError: 'missing',
  TokenProviderError: 'missing',
  MissingAuthenticationToken: 'missing',
  MissingAuthenticationTokenException: 'missing',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  RequestExpired: 'expired',
  UnrecognizedClientException: 'rejected',
  InvalidClientTokenId: 'rejected',
  InvalidAccessKeyId: 'rejected',
  InvalidSignatureException: 'rejected',
  SignatureDoesNotMatch: 'rejected',
  IncompleteSignature: 'rejected',
  AuthFailure: 'rejected',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  UnauthorizedOperation: 'denied',
  OptInRequired: 'denied',
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  RequestLimitExceeded: 'throttled',
  EC2ThrottledException: 'throttled',
  ServiceException: 'throttled',
  InternalFailure: 'throttled',
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EPIPE: 'unreachable',
  TimeoutError: 'unreachable',
};

/** Codes an error carries: the SDK's name, the service's code, the system's code of what lies beneath. */
function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const own = ['name', 'Code', 'code'].map((key): unknown => Reflect.get(error, key));
  const beneath: unknown = Reflect.get(error, 'cause');
  return [...own.filter((one) => typeof one === 'string'), ...codesOf(beneath)];
}

export const hasCode = (error: unknown, code: string): boolean => codesOf(error).includes(code);

const credentials = (code: string, says: string, next: string): CommandError =>
  new CommandError({ exit: EXIT.credentials, code, says, next });

/** Undefined for an error that is none of AWS's known ones. `doing` names the call in words. */
export function awsFailure(error: unknown, doing: string, endpointUrl?: string): CommandError | undefined {
  const code = codesOf(error).find((one) => Object.hasOwn(MEANINGS, one));
  const meaning = code === undefined ? undefined : MEANINGS[code];
  switch (meaning) {
    case 'missing':
      return credentials(
        'credentials-missing',
        'no AWS credentials found',
        'set AWS_PROFILE or give --profile, or log in (aws sso login)',
      );
    case 'expired':
      return credentials(
        'credentials-expired',
        `the AWS credentials expired while ${doing}`,
        'refresh them and run the command again; it is safe to repeat',
      );
    case 'rejected':
      return credentials(
        'credentials-rejected',
        `AWS does not accept these credentials (${code})`,
        'look at AWS_PROFILE, --profile and the access key',
      );
    case 'denied':
      return credentials(
        'denied',
        `these credentials do not allow ${doing}`,
        'use a profile of the operator role (docs/commands.md)',
      );
    case 'throttled':
      return new CommandError({
        exit: EXIT.other,
        code: 'throttled',
        says: `AWS is too busy for ${doing} (${code})`,
        next: 'run it again in a moment, that is safe',
      });
    case 'unreachable':
      return new CommandError({
        exit: EXIT.other,
        code: 'unreachable',
        says: `no answer from ${endpointUrl ?? 'AWS'} (${code})`,
        next:
          endpointUrl === undefined
            ? 'look at the network and --region'
            : 'is `spotkeep local` running there?',
      });
    default:
      return undefined;
  }
}

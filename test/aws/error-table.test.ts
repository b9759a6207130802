import { describe, expect, it } from 'vitest';
import { classify, knownCodes } from '../../shared/aws/call/error-table.ts';

describe('the error table', () => {
  it.each([
    ['InsufficientInstanceCapacity', 500, 'capacity'],
    ['UnfulfillableCapacity', 200, 'capacity'],
    ['MaxSpotInstanceCountExceeded', 400, 'quota'],
    ['VcpuLimitExceeded', 400, 'quota'],
    ['VolumeLimitExceeded', 400, 'quota'],
    ['Unsupported', 400, 'pool-unusable'],
    ['InsufficientFreeAddressesInSubnet', 400, 'pool-unusable'],
    ['RequestLimitExceeded', 503, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['ProvisionedThroughputExceededException', 400, 'throttled'],
    ['InternalError', 500, 'unknown-outcome'],
    ['InternalServerError', 500, 'unknown-outcome'],
    ['ServiceUnavailable', 503, 'unknown-outcome'],
    ['TimeoutError', undefined, 'unknown-outcome'],
    ['ECONNRESET', undefined, 'unknown-outcome'],
    ['InvalidVolume.NotFound', 400, 'not-found'],
    ['InvalidInstanceID.NotFound', 400, 'not-found'],
    ['InvalidSnapshot.NotFound', 400, 'not-found'],
    ['ResourceNotFoundException', 400, 'not-found'],
    ['VolumeInUse', 400, 'conflict'],
    ['IncorrectState', 400, 'conflict'],
    ['IncorrectInstanceState', 400, 'conflict'],
    ['InvalidInstanceId', 400, 'conflict'],
    ['UnauthorizedOperation', 403, 'denied'],
    ['AccessDeniedException', 400, 'denied'],
    ['ExpiredToken', 400, 'credentials'],
    ['ExpiredTokenException', 400, 'credentials'],
    ['AuthFailure', 401, 'credentials'],
    ['CredentialsProviderError', undefined, 'credentials'],
    ['IdempotentParameterMismatch', 400, 'token-burned'],
    ['InvalidParameterValue', 400, 'invalid'],
    ['UnknownParameter', 400, 'invalid'],
    ['ValidationException', 400, 'invalid'],
    ['InvalidVolumeID.Malformed', 400, 'invalid'],
    ['SomethingNew', 400, 'unclassified'],
    ['SomethingNew', undefined, 'unclassified'],
  ])('takes %s with status %s for %s', (code, statusCode, kind) => {
    expect(classify(code, statusCode)).toBe(kind);
  });

  it('takes any unknown code with a 5xx status for an unknown outcome', () => {
    expect([500, 502, 503, 504].map((status) => classify('SomethingNew', status))).toEqual(
      Array(4).fill('unknown-outcome'),
    );
  });

  it('trusts a known code over the status: these say for certain that nothing was done', () => {
    expect(classify('InsufficientInstanceCapacity', 500)).toBe('capacity');
    expect(classify('RequestLimitExceeded', 503)).toBe('throttled');
  });

  it("ignores the side that EC2 writes in front of some codes, but not a code's own first word", () => {
    expect(classify('Client.UnauthorizedOperation', 403)).toBe('denied');
    expect(classify('Server.InsufficientInstanceCapacity', 500)).toBe('capacity');
    expect(classify('ClientVolumeInUse', 400)).toBe('unclassified');
  });

  it('knows every code once', () => {
    const kinds = [...knownCodes().values()];
    expect(kinds.length).toBeGreaterThan(100);
    expect(kinds).not.toContain('unclassified');
  });
});

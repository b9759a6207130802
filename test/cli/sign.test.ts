// Signature Version 4 against the example of the AWS General Reference, and the calls a drill makes.

import { describe, expect, it } from 'vitest';
import { clientConfig, isLocal } from '../../cli/real/client-config.ts';
import { sign } from '../../cli/real/sign.ts';

describe('a signed request', () => {
  it('has the signature of the documented example', () => {
    const headers = sign(
      {
        method: 'GET',
        url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: '',
      },
      {
        credentials: {
          accessKeyId: 'AKIDEXAMPLE',
          secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
        },
        region: 'us-east-1',
        service: 'iam',
        now: Date.parse('2015-08-30T12:36:00Z'),
      },
    );
    expect(headers.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    );
  });

  it('carries a session token', () => {
    const headers = sign(
      {
        method: 'POST',
        url: new URL('https://fis.eu-west-1.amazonaws.com/experiments'),
        headers: {},
        body: '{}',
      },
      {
        credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
        region: 'eu-west-1',
        service: 'fis',
        now: 0,
      },
    );
    expect(headers['x-amz-security-token']).toBe('c');
    expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
  });
});

describe('credentials', () => {
  const NONE = { profile: undefined, region: undefined, endpointUrl: undefined };

  it('are not needed at the local region, and never invented for AWS', () => {
    expect(clientConfig({ ...NONE, endpointUrl: 'http://127.0.0.1:4567' }, {})).toMatchObject({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local' },
    });
    expect(clientConfig({ ...NONE, endpointUrl: 'https://vpce.example.com' }, {})).not.toHaveProperty(
      'credentials',
    );
    expect(clientConfig(NONE, {})).not.toHaveProperty('credentials');
  });

  it('a person names are used at the local region too', () => {
    const local = { ...NONE, endpointUrl: 'http://localhost:4567' };
    expect(clientConfig({ ...local, profile: 'work' }, {})).toMatchObject({ profile: 'work' });
    expect(clientConfig(local, { AWS_ACCESS_KEY_ID: 'x' })).not.toHaveProperty('credentials');
  });

  it.each([
    ['http://127.0.0.1:1', true],
    ['http://localhost:1', true],
    ['http://[::1]:1', true],
    ['http://127.0.0.1.example.com', false],
    ['https://lambda.eu-west-1.amazonaws.com', false],
    [undefined, false],
  ])('%s is the local region: %s', (url, local) => {
    expect(isLocal(url)).toBe(local);
  });
});

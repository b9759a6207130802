import { describe, expect, it } from 'vitest';
import { route } from '../../local/serve/route.ts';

const request = (headers: Record<string, string>, more: { path?: string; body?: string } = {}) => ({
  method: 'POST',
  path: more.path ?? '/',
  headers,
  body: more.body ?? '',
});

const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAX/20260301/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

describe('a request', () => {
  it('goes to the service of its credential scope, for the key that signed it', () => {
    for (const service of [
      'ec2',
      'ssm',
      'events',
      'dynamodb',
      'lambda',
      'sts',
      'iam',
      'servicequotas',
    ] as const)
      expect(route(request({ authorization: scope(service) }))).toEqual({
        kind: 'signed',
        service,
        accessKeyId: 'AKIAX',
      });
    const path = `/?X-Amz-Credential=${encodeURIComponent('AKIAY/20260301/eu-west-1/sts/aws4_request')}`;
    expect(route(request({}, { path }))).toEqual({ kind: 'signed', service: 'sts', accessKeyId: 'AKIAY' });
  });

  it('for a service that is not there is told so', () => {
    expect(route(request({ authorization: scope('s3') }))).toEqual({ kind: 'unknown', name: 's3' });
  });

  it('without a signature is refused in the form of the service that it looks like', () => {
    const service = (headers: Record<string, string>, more = {}) => {
      const routed = route(request(headers, more));
      return routed.kind === 'refused' ? `${routed.service} ${routed.code}` : routed.kind;
    };
    expect(service({ 'x-amz-target': 'DynamoDB_20120810.GetItem' })).toBe(
      'dynamodb MissingAuthenticationTokenException',
    );
    expect(service({ 'x-amz-target': 'AmazonSSM.GetParameter' })).toBe('ssm MissingAuthenticationToken');
    expect(service({}, { body: 'Action=GetCallerIdentity&Version=2011-06-15' })).toBe(
      'sts MissingAuthenticationToken',
    );
    expect(service({}, { body: 'Action=DescribeVolumes&Version=2016-11-15' })).toBe(
      'ec2 MissingAuthenticationToken',
    );
    expect(service({}, { path: '/2015-03-31/functions/x/invocations' })).toBe(
      'lambda MissingAuthenticationToken',
    );
    expect(service({ authorization: 'Bearer x' })).toBe('ec2 IncompleteSignature');
    expect(service({ authorization: 'AWS4-HMAC-SHA256 Credential=AKIAX/ec2' })).toBe(
      'ec2 IncompleteSignature',
    );
  });
});

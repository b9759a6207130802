import * as lambda from '@aws-sdk/client-lambda';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { awsQuery } from '../../simulator/wire/aws-query.ts';
import { isRegionError } from '../../simulator/wire/protocol.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { restJson } from '../../simulator/wire/rest-json.ts';
import { readModel } from '../../simulator/wire/schema.ts';

const STS = readModel('sts', sts);
const LAMBDA = readModel('lambda', lambda);
const query = awsQuery('sts', 'https://sts.amazonaws.com/doc/2011-06-15/');
const rest = restJson();

const form = (body: string) => ({ method: 'POST', path: '/', headers: {}, body });
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isRegionError(error)) return error.code;
    throw error;
  }
  return 'none';
};

describe('the query protocol', () => {
  it('reads members and lists with their own level', () => {
    const body =
      'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx&RoleSessionName=s&Tags.member.1.Key=a&Tags.member.1.Value=b';
    expect(query.parse(form(body), STS)).toEqual({
      name: 'AssumeRole',
      input: { RoleArn: 'arn:aws:iam::1:role/x', RoleSessionName: 's', Tags: [{ Key: 'a', Value: 'b' }] },
    });
  });

  it('puts the result one level below the response', () => {
    const { body } = query.answer(
      'GetCallerIdentity',
      { Account: '1', Arn: 'a<b' },
      { model: STS, requestId: 'r' },
    );
    expect(body).toContain(
      '<GetCallerIdentityResult><Account>1</Account><Arn>a&lt;b</Arn></GetCallerIdentityResult>',
    );
    expect(body).toContain('<RequestId>r</RequestId>');
  });

  it('refuses what it does not know', () => {
    expect(codeOf(() => query.parse(form('Action=Nothing'), STS))).toBe('InvalidAction');
    expect(codeOf(() => query.parse(form('Action=GetCallerIdentity&More=1'), STS))).toBe('UnknownParameter');
    expect(codeOf(() => query.parse(form('Action=AssumeRole'), STS))).toBe('MissingParameter');
    const error = new RegionError({
      service: 'sts',
      code: 'AccessDenied',
      message: 'no & no',
      statusCode: 403,
    });
    const { statusCode, body } = query.refuse(error, { model: STS, requestId: 'r' });
    expect([statusCode, body]).toEqual([
      403,
      expect.stringContaining('<Type>Sender</Type><Code>AccessDenied</Code><Message>no &amp; no</Message>'),
    ]);
  });
});

describe('the rest protocol', () => {
  const invoke = {
    method: 'POST',
    path: '/2015-03-31/functions/spotkeep-dev-tick/invocations?Qualifier=live',
    headers: { 'x-amz-invocation-type': 'Event', 'x-amz-log-type': 'Tail' },
    body: '{"a":"é"}',
  };

  it('reads the operation from method and path, members from path, query, headers and body', () => {
    const { name, input } = rest.parse(invoke, LAMBDA);
    expect([name, { ...input, Payload: undefined }]).toEqual([
      'Invoke',
      { FunctionName: 'spotkeep-dev-tick', InvocationType: 'Event', LogType: 'Tail', Qualifier: 'live' },
    ]);
    expect(new TextDecoder().decode(input.Payload instanceof Uint8Array ? input.Payload : undefined)).toBe(
      '{"a":"é"}',
    );
    const list = { method: 'GET', path: '/2015-03-31/functions?MaxItems=5', headers: {}, body: '' };
    expect(rest.parse(list, LAMBDA)).toEqual({ name: 'ListFunctions', input: { MaxItems: 5 } });
  });

  it('writes status, headers and a payload as it is', () => {
    const output = {
      StatusCode: 202,
      FunctionError: 'Unhandled',
      Payload: new TextEncoder().encode('{"b":1}'),
    };
    expect(rest.answer('Invoke', output, { model: LAMBDA, requestId: 'r' })).toMatchObject({
      statusCode: 202,
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: '{"b":1}',
    });
  });

  it('refuses with the status of the modelled error, and what is no route with 404', () => {
    const error = new RegionError({ service: 'lambda', code: 'ResourceNotFoundException', message: 'gone' });
    expect(rest.refuse(error, { model: LAMBDA, requestId: 'r' })).toMatchObject({
      statusCode: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
    });
    expect(codeOf(() => rest.parse({ ...invoke, path: '/2015-03-31/nothing' }, LAMBDA))).toBe(
      'UnknownOperationException',
    );
    expect(codeOf(() => rest.parse({ ...invoke, method: 'PATCH' }, LAMBDA))).toBe(
      'UnknownOperationException',
    );
    const broken = { ...invoke, path: '/2015-03-31/functions/%E0%A4%A/invocations' };
    expect(codeOf(() => rest.parse(broken, LAMBDA))).toBe('InvalidRequestContentException');
  });
});

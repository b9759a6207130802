// The endpoint below HTTP, fed with raw requests: what AWS refuses must be refused here, in AWS's form.

import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { awsJson } from '../../simulator/wire/aws-json.ts';
import { ec2Query } from '../../simulator/wire/ec2-query.ts';
import { createEndpoint } from '../../simulator/wire/endpoint.ts';
import { readModel } from '../../simulator/wire/schema.ts';
import { connectionLost, scriptedRegion } from '../aws/scripted-region.ts';

const EC2_MODEL = readModel('ec2', ec2);
const DYNAMO_MODEL = readModel('dynamodb', dynamodb);

function ec2Endpoint(script: Parameters<typeof scriptedRegion>[0] = {}) {
  const region = scriptedRegion(script);
  const endpoint = createEndpoint(region.handle, { model: EC2_MODEL, protocol: ec2Query });
  const post = (body: string) => endpoint({ method: 'POST', path: '/', headers: {}, body });
  return { region, post };
}

function dynamoEndpoint(script: Parameters<typeof scriptedRegion>[0] = {}) {
  const region = scriptedRegion(script);
  const endpoint = createEndpoint(region.handle, { model: DYNAMO_MODEL, protocol: awsJson('1.0') });
  const post = (target: string, body: string) =>
    endpoint({ method: 'POST', path: '/', headers: { 'x-amz-target': `DynamoDB_20120810.${target}` }, body });
  return { region, post };
}

describe('EC2 query protocol', () => {
  it.each([
    ['Action=AttachVolume&VolumeId=v&InstanceId=i', 'MissingParameter'],
    ['Action=AttachVolume&VolumeId=v&InstanceId=i&Device=d&Force=true', 'UnknownParameter'],
    ['Action=DescribeVolumes&Filter.1.Names=x', 'UnknownParameter'],
    ['Action=DescribeVolumes&Filters.1.Name=x', 'UnknownParameter'],
    ['Action=DescribeVolumes&Filter.Name=x', 'UnknownParameter'],
    ['Action=DescribeVolumes&MaxResults=many', 'InvalidParameterValue'],
    ['Action=DescribeVolumes&DryRun=yes', 'InvalidParameterValue'],
    ['Action=DescribeVolumes&MaxResults.1=3', 'UnknownParameter'],
    ['Action=DescribeVolume', 'InvalidAction'],
    ['', 'InvalidAction'],
  ])('refuses %s with %s', async (body, code) => {
    const { region, post } = ec2Endpoint();
    const answer = await post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(
      new RegExp(
        `<Response><Errors><Error><Code>${code}</Code><Message>[^<]+</Message></Error></Errors><RequestID>`,
      ),
    );
    expect(region.calls).toEqual([]);
  });

  it('reads numbered lists in the order of their numbers', async () => {
    const { region, post } = ec2Endpoint({ DescribeVolumes: { Volumes: [] } });
    const values = Array.from({ length: 11 }, (_, n) => `&Filter.1.Value.${11 - n}=v${11 - n}`).join('');
    await post(`Action=DescribeVolumes&Version=2016-11-15&Filter.1.Name=volume-id${values}`);
    expect(region.calls[0]?.input).toEqual({
      Filters: [{ Name: 'volume-id', Values: Array.from({ length: 11 }, (_, n) => `v${n + 1}`) }],
    });
  });

  it("answers as EC2 does: the action's element, its namespace, an empty element for an empty list", async () => {
    const { post } = ec2Endpoint({ DescribeVolumes: { Volumes: [], NextToken: 'a&b' } });
    const answer = await post('Action=DescribeVolumes');
    expect(answer.body).toContain(
      '<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">',
    );
    expect(answer.body).toContain('<volumeSet/><nextToken>a&amp;b</nextToken></DescribeVolumesResponse>');
    expect(answer.headers['content-type']).toBe('text/xml;charset=UTF-8');
  });

  it('fails loudly when the region answers with a member that EC2 does not have', async () => {
    const { post } = ec2Endpoint({ DescribeVolumes: { Volumes: [{ VolumeID: 'vol-1' }] } });
    await expect(post('Action=DescribeVolumes')).rejects.toThrow('Volume has no such member');
  });

  it.each([
    [{ Volumes: [{ Size: '20' }] }, 'expected a number'],
    [{ Volumes: [{ CreateTime: '2026-03-23' }] }, 'expected a Date'],
    [{ Volumes: { VolumeId: 'vol-1' } }, 'expected a list'],
  ])('fails loudly when the region answers with %j', async (output, problem) => {
    const { post } = ec2Endpoint({ DescribeVolumes: output });
    await expect(post('Action=DescribeVolumes')).rejects.toThrow(problem);
  });

  it('leaves a lost answer to the transport', async () => {
    const { post } = ec2Endpoint({ DescribeVolumes: connectionLost() });
    await expect(post('Action=DescribeVolumes')).rejects.toMatchObject({ outcome: 'connection-lost' });
  });

  it('counts request ids, so that the same run gives the same ones', async () => {
    const { post } = ec2Endpoint({ DescribeVolumes: { Volumes: [] } });
    const first = await post('Action=DescribeVolumes');
    const second = await post('Action=DescribeVolumes');
    expect([first, second].map(({ headers }) => headers['x-amzn-requestid'])).toEqual([
      '00000000-0000-4000-8000-000000000001',
      '00000000-0000-4000-8000-000000000002',
    ]);
  });
});

describe('AWS JSON protocol', () => {
  it.each([
    ['PutItem', '{"TableName":"t"}', 'ValidationException'],
    ['PutItem', '{"TableName":7,"Item":{}}', 'SerializationException'],
    ['PutItem', '{"TableName":"t","Item":[]}', 'SerializationException'],
    ['PutItem', '{"TableName":"t","Item":{},"ConditionExpresion":"x"}', 'SerializationException'],
    ['PutItem', 'not json', 'SerializationException'],
    ['PutItem', '[]', 'SerializationException'],
    ['PutItems', '{}', 'UnknownOperationException'],
  ])('refuses %s %s with %s', async (target, body, code) => {
    const { region, post } = dynamoEndpoint();
    const answer = await post(target, body);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: `com.amazonaws.dynamodb#${code}` });
    expect(region.calls).toEqual([]);
  });

  it('reads bytes and writes them back', async () => {
    const { region, post } = dynamoEndpoint({ PutItem: (input) => ({ Attributes: input.Item }) });
    const answer = await post('PutItem', '{"TableName":"t","Item":{"pk":{"B":"AQID"}}}');
    expect(region.calls[0]?.input.Item).toEqual({ pk: { B: new Uint8Array([1, 2, 3]) } });
    expect(JSON.parse(answer.body)).toEqual({ Attributes: { pk: { B: 'AQID' } } });
  });

  it('fails loudly when the region answers with a member that DynamoDB does not have', async () => {
    const { post } = dynamoEndpoint({ GetItem: { item: {} } });
    await expect(post('GetItem', '{"TableName":"t","Key":{}}')).rejects.toThrow('has no such member');
  });
});

// Requests that no client would send: malformed, too large, unsigned, from elsewhere. Each gets an answer in AWS's form.

import { strict as assert } from 'node:assert';
import { connect } from 'node:net';
import type { LocalProcess } from './local-process.ts';
import type { Case } from './suite.ts';

const signed = (service: string, more: Record<string, string> = {}): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIALOCALTEST/20261123/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  ...more,
});

export const wireCases = (region: LocalProcess): Case[] => {
  const post = async (headers: Record<string, string>, body: string | Uint8Array, path = '/') => {
    const response = await fetch(`${region.endpoint}${path}`, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };
  const table = (name: string) => signed('dynamodb', { 'x-amz-target': `DynamoDB_20120810.${name}` });
  return [
    {
      name: 'wire: unsigned and half-signed requests are refused in their service’s form',
      async run() {
        const unsigned = await post(
          { 'content-type': 'application/x-www-form-urlencoded' },
          'Action=DescribeVolumes&Version=2016-11-15',
        );
        assert.deepEqual(
          [unsigned.status, /<Code>MissingAuthenticationToken<\/Code>/.test(unsigned.text)],
          [403, true],
        );
        const json = await post({ 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}');
        assert.match(json.text, /MissingAuthenticationTokenException/);
        const half = await post({ authorization: 'AWS4-HMAC-SHA256 Credential=a/b' }, '');
        assert.match(half.text, /IncompleteSignature/);
        const bearer = await post({ authorization: 'Bearer x' }, '');
        assert.match(bearer.text, /IncompleteSignature/);
        const other = await post(signed('s3'), '');
        assert.deepEqual([other.status, /UnknownOperationException/.test(other.text)], [404, true]);
      },
    },
    {
      name: 'wire: malformed bodies and unknown operations are answered by each protocol',
      async run() {
        const cases: [Record<string, string>, string, RegExp][] = [
          [table('GetItem'), '{', /SerializationException/],
          [table('GetItem'), '[]', /SerializationException/],
          [table('GetItem'), '{"TableName":1}', /SerializationException/],
          [table('GetItem'), '{}', /ValidationException/],
          [table('NoSuch'), '{}', /UnknownOperationException/],
          [table('__proto__'), '{}', /UnknownOperationException/],
          [signed('dynamodb'), '{}', /UnknownOperationException/],
          [signed('ec2'), 'Action=NoSuch', /<Code>InvalidAction/],
          [signed('ec2'), '', /<Code>InvalidAction/],
          [signed('ec2'), 'Action=DescribeVolumes&Nope=1', /<Code>UnknownParameter/],
          [signed('ec2'), 'Action=AttachVolume', /<Code>MissingParameter/],
          [
            signed('ec2'),
            'Action=CreateVolume&AvailabilityZone=eu-west-1a&Size=much',
            /<Code>InvalidParameterValue/,
          ],
          [signed('ec2'), `Action=DescribeVolumes&${'a.'.repeat(20_000)}b=1`, /<Code>UnknownParameter/],
          [signed('sts'), 'Action=NoSuch&Version=2011-06-15', /<Code>InvalidAction/],
          [
            signed('events', { 'x-amz-target': 'AWSEvents.PutEvents' }),
            '{"Entries":[]}',
            /ValidationException/,
          ],
        ];
        for (const [headers, body, expected] of cases) {
          const { status, text } = await post(headers, body);
          assert.ok(status >= 400 && status < 500, `${body.slice(0, 60)}: ${status} ${text}`);
          assert.match(text, expected);
        }
        const route = await post(signed('lambda'), '{}', '/2015-03-31/nothing');
        assert.deepEqual(
          [route.status, /UnknownOperationException|is no operation/.test(route.text)],
          [404, true],
        );
        const odd = await post(signed('lambda'), '{}', '/2015-03-31/functions/%E0%A4%A/invocations');
        assert.ok(odd.status >= 400 && odd.status < 500);
      },
    },
    {
      name: 'wire: values nested ten thousand deep are an error, not a crash',
      async run() {
        const deep = `${'{"M":{"a":'.repeat(10_000)}{"S":"x"}${'}}'.repeat(10_000)}`;
        const body = `{"TableName":"spotkeep-dev","Item":{"pk":{"S":"a"},"sk":{"S":"b"},"deep":${deep}}}`;
        const { status } = await post(table('PutItem'), body);
        assert.ok(status >= 400);
        assert.ok((await region.state()).now > 0);
      },
    },
    {
      name: 'wire: ten megabytes are read, more are refused',
      async run() {
        const most = 10 * 1024 * 1024;
        const fits = await post(table('GetItem'), ' '.repeat(most));
        assert.match(fits.text, /SerializationException/);
        const over = await post(table('GetItem'), ' '.repeat(most + 1));
        assert.deepEqual([over.status, /RequestEntityTooLarge/.test(over.text)], [413, true]);
      },
    },
    {
      name: 'wire: pages of a browser and other hosts’ names do not get in',
      async run() {
        const page = await post(
          { origin: 'https://example.com' },
          '{"do":"fail-snapshot"}',
          '/_spotkeep/trouble',
        );
        assert.equal(page.status, 403);
        assert.match(
          await raw(
            region,
            'GET /_spotkeep/state HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n',
          ),
          /^HTTP\/1.1 403/,
        );
      },
    },
    {
      name: 'wire: broken HTTP and clients that go away harm nobody',
      async run() {
        assert.match(await raw(region, 'NONSENSE\r\n\r\n'), /^HTTP\/1.1 400/);
        const cut = connect(Number(new URL(region.endpoint).port), '127.0.0.1');
        await new Promise<void>((resolve) => {
          cut.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf', () => resolve());
        });
        cut.destroy();
        assert.ok((await region.state()).now > 0);
      },
    },
    {
      name: 'wire: trouble that nobody knows is refused with what is wrong',
      async run() {
        assert.equal((await region.trouble({ do: 'explode' })).status, 400);
        assert.equal((await region.trouble({ do: 'no-capacity', zone: 'mars' })).status, 409);
        assert.equal((await region.trouble({ do: 'interrupt', target: 'nobody' })).status, 409);
        assert.equal((await region.trouble({ do: 'interrupt', noticeSeconds: 'soon' })).status, 400);
      },
    },
  ];
};

const raw = (region: LocalProcess, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(region.endpoint).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(text);
  });

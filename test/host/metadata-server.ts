// Instance metadata (v2) and Parameter Store of the tests' own, run inside an instance's network. What it answers
// stands in a file that the tests rewrite; requests are appended to another.

import { appendFileSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';

const [folder = '.'] = process.argv.slice(2);

interface Answers {
  token: number;
  notice: { code: number; body: string };
  setup: { code: number; body: string };
}

const answers = (): Answers => JSON.parse(readFileSync(`${folder}/answers.json`, 'utf8'));
const note = (line: string): void => appendFileSync(`${folder}/requests`, `${line}\n`);
const end = (response: ServerResponse, code: number, body: string): ServerResponse =>
  response.writeHead(code).end(body);

const FIXED: Record<string, string> = {
  '/latest/meta-data/iam/security-credentials/': 'role',
  '/latest/meta-data/iam/security-credentials/role':
    '{ "Code" : "Success", "AccessKeyId" : "AKIAEXAMPLE", "SecretAccessKey" : "a/b+c", "Token" : "to/ken==" }',
  '/latest/meta-data/placement/region': 'eu-central-1',
  '/latest/meta-data/services/domain': 'amazonaws.test',
};

function metadata(request: IncomingMessage, response: ServerResponse): ServerResponse {
  const { method, url = '', headers } = request;
  note(`${method} ${url}`);
  const now = answers();
  if (method === 'PUT' && url === '/latest/api/token') return end(response, now.token, `token${now.token}`);
  if (headers['x-aws-ec2-metadata-token'] !== 'token200') return end(response, 401, '');
  if (url === '/latest/meta-data/spot/instance-action')
    return end(response, now.notice.code, now.notice.body);
  const fixed = FIXED[url];
  return end(response, fixed === undefined ? 404 : 200, fixed ?? 'not found');
}

function parameters(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const { authorization = '', 'x-amz-target': target, 'x-amz-security-token': token } = request.headers;
    note(`SSM ${target} ${token} ${authorization.split(',')[0]} ${body}`);
    const { code, body: text } = answers().setup;
    end(response, code, text);
  });
}

createServer(metadata).listen(80, '169.254.169.254', () => note('ready'));
const tls = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) };
createSecure(tls, parameters).listen(443, '127.0.0.1');

// The restJson1 protocol (Lambda): the operation is in method and path, members are in the path, the query, headers, or
// the JSON body; a payload member is the body itself.

import { parseJson, readJson, writeJson } from './aws-json.ts';
import { badOutput, type Protocol, type RawRequest, type RawResponse } from './protocol.ts';
import { RegionError } from './region-error.ts';
import type { Member, OperationShape, ServiceModel, Shape } from './schema.ts';

interface Route {
  operation: OperationShape;
  method: string;
  pattern: RegExp;
  labels: string[];
}

/** Asked for once per model: the routes of all of its operations, those with more fixed text first. */
function routesOf(model: ServiceModel): Route[] {
  const routes: Route[] = [];
  for (const name of model.operations()) {
    const operation = model.operation(name);
    if (!operation?.http) continue;
    const labels: string[] = [];
    const path = operation.http.path.split('?')[0] ?? '';
    const source = path
      .replace(/\/$/, '')
      .split('/')
      .map((part) => {
        const label = /^\{(\w+)\+?\}$/.exec(part)?.[1];
        if (label === undefined) return part.replace(/[.*+?^$()[\]\\]/g, '\\$&');
        labels.push(label);
        return '([^/]+)';
      })
      .join('/');
    routes.push({ operation, method: operation.http.method, pattern: new RegExp(`^${source}/?$`), labels });
  }
  return routes.sort((a, b) => a.labels.length - b.labels.length);
}

export function restJson(): Protocol {
  const known = new WeakMap<ServiceModel, Route[]>();
  return {
    parse(request, model) {
      const routes = known.get(model) ?? routesOf(model);
      known.set(model, routes);
      const [path = '', search = ''] = request.path.split('?', 2);
      for (const { operation, method, pattern, labels } of routes) {
        const found = method === request.method ? pattern.exec(path) : null;
        if (!found) continue;
        const values = new Map(labels.map((label, index) => [label, decode(model, found[index + 1] ?? '')]));
        const input = readInput(operation, { request, model, values, query: new URLSearchParams(search) });
        return { name: operation.name, input };
      }
      throw new RegionError({
        service: model.service,
        code: 'UnknownOperationException',
        message: `${request.method} ${path} is no operation of this service`,
        statusCode: 404,
      });
    },
    answer(name, output, context) {
      const operation = context.model.operation(name);
      if (!operation) throw new Error(`answered unknown operation ${name}`);
      return respond(operation, output, context.requestId);
    },
    refuse(error, { model, requestId }) {
      const modelled = model.error(error.code);
      const fields = modelled ? writeJson(modelled, error.fields ?? {}, error.code) : {};
      return {
        statusCode: model.errorStatus(error.code) ?? error.statusCode,
        headers: {
          'content-type': 'application/json',
          'x-amzn-requestid': requestId,
          'x-amzn-errortype': error.code,
        },
        body: JSON.stringify({
          Type: error.statusCode < 500 ? 'User' : 'Service',
          message: error.message,
          Message: error.message,
          ...fields,
        }),
      };
    },
  };
}

function decode(model: ServiceModel, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new RegionError({ service: model.service, code: 'InvalidRequestContentException', message: text });
  }
}

interface Incoming {
  request: RawRequest;
  model: ServiceModel;
  values: Map<string, string>;
  query: URLSearchParams;
}

function readInput(operation: OperationShape, incoming: Incoming): Record<string, unknown> {
  const { request, model, values, query } = incoming;
  const input: Record<string, unknown> = {};
  const inBody: Member[] = [];
  for (const member of operation.input.members) {
    const { httpHeader, httpQuery, httpLabel, httpPayload } = member.traits;
    if (httpPayload) input[member.name] = payload(member.shape, request.body, model);
    else if (httpHeader !== undefined) setText(input, member, request.headers[httpHeader.toLowerCase()]);
    else if (httpQuery !== undefined) setText(input, member, query.get(httpQuery) ?? undefined);
    else if (httpLabel) setText(input, member, values.get(member.name));
    else inBody.push(member);
  }
  if (inBody.length > 0 && request.body !== '') {
    const body = parseJson(request.body);
    const structure = {
      ...operation.input,
      members: inBody,
      byName: new Map(inBody.map((member) => [member.name, member])),
    };
    if (body === undefined) throw notJson(model);
    Object.assign(input, readJson(structure, body, model.service));
  }
  return input;
}

function notJson(model: ServiceModel): RegionError {
  return new RegionError({
    service: model.service,
    code: 'InvalidRequestContentException',
    message: 'Could not parse request body into json',
  });
}

function payload(shape: Shape, body: string, model: ServiceModel): unknown {
  if (shape.kind === 'blob') return new Uint8Array(Buffer.from(body));
  if (shape.kind === 'string') return body;
  const value = parseJson(body === '' ? '{}' : body);
  if (value === undefined || shape.kind !== 'structure') throw notJson(model);
  return readJson(shape, value, model.service);
}

function setText(input: Record<string, unknown>, { name, shape }: Member, text: string | undefined): void {
  if (text === undefined) return;
  if (shape.kind === 'number') input[name] = Number(text);
  else if (shape.kind === 'boolean') input[name] = text === 'true';
  else input[name] = text;
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  throw badOutput(where, 'expected text');
}

function respond(operation: OperationShape, output: Record<string, unknown>, requestId: string): RawResponse {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-requestid': requestId,
  };
  let statusCode = operation.http?.status ?? 200;
  let body: string | undefined;
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(output)) {
    const { traits } = operation.output.byName.get(name) ?? {};
    if (value === undefined) continue;
    if (traits?.httpResponseCode) statusCode = Number(value);
    else if (traits?.httpHeader !== undefined) headers[traits.httpHeader.toLowerCase()] = textOf(value, name);
    else if (traits?.httpPayload)
      body = value instanceof Uint8Array ? Buffer.from(value).toString() : textOf(value, name);
    else rest[name] = value;
  }
  return {
    statusCode,
    headers,
    body: body ?? JSON.stringify(writeJson(operation.output, rest, operation.name)),
  };
}

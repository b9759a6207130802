// The awsJson1.0 and 1.1 protocols (DynamoDB; Systems Manager, EventBridge): the operation is in `x-amz-target`, bodies
// are JSON, timestamps epoch seconds, bytes base64.

import type { ServiceName } from './operation.ts';
import { badOutput, isObject, type Protocol, type RawResponse } from './protocol.ts';
import { RegionError } from './region-error.ts';
import type { ServiceModel, Shape, Structure } from './schema.ts';

export function awsJson(version: '1.0' | '1.1'): Protocol {
  const respond = (statusCode: number, value: unknown, requestId: string): RawResponse => ({
    statusCode,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId },
    body: JSON.stringify(value),
  });
  return {
    parse(request, model) {
      const target = request.headers['x-amz-target'] ?? '';
      const name = target.slice(target.indexOf('.') + 1);
      const operation = model.operation(name);
      const refuse = (code: string, message: string) =>
        new RegionError({ service: model.service, code, message });
      if (!operation) throw refuse('UnknownOperationException', `Unknown operation ${target}`);
      const body = parseJson(request.body);
      if (body === undefined) throw refuse('SerializationException', 'The request body is not JSON');
      const problem = (problemKind: Problem, message: string) =>
        refuse(problemKind === 'missing' ? 'ValidationException' : 'SerializationException', message);
      return { name, input: readStructure(operation.input, body, { at: '', problem }) };
    },
    answer(name, output, context) {
      const operation = context.model.operation(name);
      if (!operation) throw new Error(`answered unknown operation ${name}`);
      return respond(200, writeStructure(operation.output, output, name), context.requestId);
    },
    refuse(error, context) {
      return respond(error.statusCode, errorBody(error, context.model), context.requestId);
    },
  };
}

function errorBody(error: RegionError, model: ServiceModel): Record<string, unknown> {
  const modelled = model.error(error.code);
  const fields = modelled ? writeStructure(modelled, error.fields ?? {}, error.code) : {};
  return { __type: `${model.namespace}#${error.code}`, message: error.message, ...fields };
}

type Problem = 'missing' | 'type' | 'unknown';

interface Reading {
  at: string;
  problem(kind: Problem, message: string): RegionError;
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A JSON body by the API's model, for the protocols that carry JSON otherwise. */
export function readJson(structure: Structure, body: unknown, service: ServiceName): Record<string, unknown> {
  const problem = (_kind: Problem, message: string) =>
    new RegionError({ service, code: 'InvalidParameterValueException', message });
  return readStructure(structure, body, { at: '', problem });
}

/** The reverse of `readJson`. */
export function writeJson(structure: Structure, value: unknown, where: string): Record<string, unknown> {
  return writeStructure(structure, value, where);
}

function readStructure(structure: Structure, value: unknown, reading: Reading): Record<string, unknown> {
  if (!isObject(value)) throw reading.problem('type', `${reading.at || 'The body'} is not an object`);
  const input: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const member = structure.byName.get(key);
    // AWS's services ignore a member they do not know. Here it is a defect of the caller and is shown.
    if (!member) throw reading.problem('unknown', `${structure.name} has no member ${key}`);
    if (item !== null) input[key] = readValue(member.shape, item, { ...reading, at: `${reading.at}/${key}` });
  }
  for (const member of structure.members) {
    if (member.required && input[member.name] === undefined) {
      throw reading.problem('missing', `Value at '${reading.at}/${member.name}' must not be null`);
    }
  }
  return input;
}

function readValue(shape: Shape, value: unknown, reading: Reading): unknown {
  const wrong = (wanted: string) => reading.problem('type', `${reading.at} is not ${wanted}`);
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, value, reading);
    case 'list':
      if (!Array.isArray(value)) throw wrong('a list');
      return value.map((item: unknown) => readValue(shape.element, item, reading));
    case 'map': {
      if (!isObject(value)) throw wrong('a map');
      const map: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value)) {
        map[key] = readValue(shape.value, item, { ...reading, at: `${reading.at}/${key}` });
      }
      return map;
    }
    case 'timestamp':
      if (typeof value !== 'number') throw wrong('a timestamp');
      return new Date(Math.round(value * 1000));
    case 'blob':
      if (typeof value !== 'string') throw wrong('base64');
      return new Uint8Array(Buffer.from(value, 'base64'));
    case 'document':
      return value;
    default:
      if (typeof value !== shape.kind) throw wrong(`a ${shape.kind}`);
      return value;
  }
}

function writeStructure(structure: Structure, value: unknown, where: string): Record<string, unknown> {
  if (!isObject(value)) throw badOutput(where, 'expected an object');
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = structure.byName.get(key);
    if (!member) {
      if (key === '$metadata') continue;
      throw badOutput(`${where}.${key}`, `${structure.name} has no such member`);
    }
    const item = value[key];
    if (item === undefined || item === null) continue;
    out[key] = writeValue(member.shape, item, `${where}.${key}`);
  }
  return out;
}

function writeValue(shape: Shape, value: unknown, where: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return writeStructure(shape, value, where);
    case 'list':
      if (!Array.isArray(value)) throw badOutput(where, 'expected a list');
      return value.map((item: unknown) => writeValue(shape.element, item, `${where}[]`));
    case 'map': {
      if (!isObject(value)) throw badOutput(where, 'expected a map');
      const map: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value))
        map[key] = writeValue(shape.value, item, `${where}.${key}`);
      return map;
    }
    case 'timestamp':
      if (!(value instanceof Date)) throw badOutput(where, 'expected a Date');
      return value.getTime() / 1000;
    case 'blob':
      if (!(value instanceof Uint8Array)) throw badOutput(where, 'expected bytes');
      return Buffer.from(value).toString('base64');
    case 'document':
      return value;
    default:
      if (typeof value !== shape.kind) throw badOutput(where, `expected a ${shape.kind}`);
      return value;
  }
}

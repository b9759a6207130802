// Reads the schemas that the SDK clients export (`DescribeVolumes$`, …) into plain shapes for the codecs. They are
// Smithy's static schemas: tuples `[type, namespace, name, traits, …]`. The package names no public reader for a
// server's side, which is why only this file knows the tuples, and why the clients' versions are pinned.

import type { ServiceName } from './operation.ts';

export interface Traits {
  xmlName?: string;
  ec2QueryName?: string;
  /** Where restJson1 puts the member; in the body when none of these is given. */
  httpLabel?: boolean;
  httpPayload?: boolean;
  httpResponseCode?: boolean;
  httpHeader?: string;
  httpQuery?: string;
}

export interface Member {
  name: string;
  shape: Shape;
  traits: Traits;
  required: boolean;
}

export interface Structure {
  kind: 'structure';
  name: string;
  union: boolean;
  members: Member[];
  byName: Map<string, Member>;
}

export type Shape =
  | Structure
  | { kind: 'list'; element: Shape; elementTraits: Traits }
  | { kind: 'map'; value: Shape }
  | { kind: 'timestamp'; format: 'default' | 'date-time' | 'http-date' | 'epoch-seconds' }
  | { kind: 'string' | 'number' | 'boolean' | 'blob' | 'document' };

export interface OperationShape {
  name: string;
  input: Structure;
  output: Structure;
  /** restJson1: method, path with `{Label}`s, status of success. */
  http?: { method: string; path: string; status: number };
}

export interface ServiceModel {
  service: ServiceName;
  /** Undefined when the API has no such operation. */
  operation(name: string): OperationShape | undefined;
  /** A modelled error's members; undefined for codes that the model does not know (most of EC2's). */
  error(code: string): Structure | undefined;
  namespace: string;
  /** Names of all operations. */
  operations(): string[];
  /** HTTP status of a modelled error, where the model names one. */
  errorStatus(code: string): number | undefined;
}

const EMPTY: Structure = { kind: 'structure', name: 'Unit', union: false, members: [], byName: new Map() };

/** `client` is the client package's namespace object (`import * as ec2 from '@aws-sdk/client-ec2'`). */
export function readModel(service: ServiceName, client: Record<string, unknown>): ServiceModel {
  const shapes = new WeakMap<readonly unknown[], Shape>();
  const operations = new Map<string, OperationShape | undefined>();
  const exported = (name: string, type: number): readonly unknown[] | undefined => {
    const schema = deref(client[`${name}$`]);
    return Array.isArray(schema) && schema[0] === type ? schema : undefined;
  };
  const structure = (ref: unknown): Structure => {
    const shape = deref(ref) === 'unit' ? EMPTY : toShape(ref, shapes);
    if (shape.kind !== 'structure') throw new Error('operation input and output are structures');
    return shape;
  };
  return {
    service,
    namespace: namespaceOf(client),
    operation(name) {
      if (!operations.has(name)) {
        const schema = exported(name, 9);
        operations.set(
          name,
          schema && { name, input: structure(schema[4]), output: structure(schema[5]), ...httpOf(schema[3]) },
        );
      }
      return operations.get(name);
    },
    error(code) {
      const schema = exported(code, -3);
      return schema && structure(schema);
    },
    operations: () =>
      Object.keys(client)
        .filter((name) => name.endsWith('$'))
        .map((name) => name.slice(0, -1))
        .filter((name) => exported(name, 9) !== undefined),
    errorStatus(code) {
      const traits = exported(code, -3)?.[3];
      const status =
        typeof traits === 'object' && traits && 'httpError' in traits ? traits.httpError : undefined;
      return typeof status === 'number' ? status : undefined;
    },
  };
}

function httpOf(traits: unknown): Pick<OperationShape, 'http'> {
  if (typeof traits !== 'object' || traits === null || !('http' in traits)) return {};
  const { http } = traits;
  if (!Array.isArray(http)) return {};
  const parts: unknown[] = http;
  const [method, path, status] = parts;
  return { http: { method: String(method), path: String(path), status: Number(status) } };
}

function namespaceOf(client: Record<string, unknown>): string {
  for (const [name, value] of Object.entries(client)) {
    if (name.endsWith('$') && Array.isArray(value) && typeof value[1] === 'string') return value[1];
  }
  throw new Error('the client exports no schemas');
}

/** Schemas that refer to themselves are wrapped in functions. */
function isThunk(ref: unknown): ref is () => unknown {
  return typeof ref === 'function';
}

function deref(ref: unknown): unknown {
  return isThunk(ref) ? deref(ref()) : ref;
}

/** A member is `[schema, traits]`; anything else carries no traits of its own. */
function withTraits(ref: unknown): { ref: unknown; traits: Traits } {
  const schema = deref(ref);
  if (!Array.isArray(schema) || schema.length !== 2) return { ref: schema, traits: {} };
  const inner = withTraits(schema[0]);
  return { ref: inner.ref, traits: { ...inner.traits, ...toTraits(schema[1]) } };
}

/** Bits of a number that stands for a set of traits (`translateTraits` of Smithy's schemas). */
const LABEL_BIT = 1;
const PAYLOAD_BIT = 16;
const RESPONSE_CODE_BIT = 32;

function toTraits(value: unknown): Traits {
  const traits: Traits = {};
  if (typeof value === 'number') {
    if (value & LABEL_BIT) traits.httpLabel = true;
    if (value & PAYLOAD_BIT) traits.httpPayload = true;
    if (value & RESPONSE_CODE_BIT) traits.httpResponseCode = true;
  }
  if (typeof value !== 'object' || value === null) return traits;
  if ('httpHeader' in value && typeof value.httpHeader === 'string') traits.httpHeader = value.httpHeader;
  if ('httpQuery' in value && typeof value.httpQuery === 'string') traits.httpQuery = value.httpQuery;
  if ('xmlName' in value && typeof value.xmlName === 'string') traits.xmlName = value.xmlName;
  if ('ec2QueryName' in value && typeof value.ec2QueryName === 'string')
    traits.ec2QueryName = value.ec2QueryName;
  return traits;
}

function toShape(reference: unknown, shapes: WeakMap<readonly unknown[], Shape>): Shape {
  const { ref } = withTraits(reference);
  if (typeof ref === 'number') return simpleShape(ref);
  if (!Array.isArray(ref)) throw new Error(`unknown schema ${String(ref)}`);
  const known = shapes.get(ref);
  if (known) return known;
  const type: unknown = ref[0];
  if (type === 0) return toShape(ref[4], shapes);
  if (type === 1) {
    // Registered before its parts are read: schemas may refer to themselves.
    const list: Shape = { kind: 'list', element: EMPTY, elementTraits: withTraits(ref[4]).traits };
    shapes.set(ref, list);
    list.element = toShape(ref[4], shapes);
    return list;
  }
  if (type === 2) {
    const map: Shape = { kind: 'map', value: EMPTY };
    shapes.set(ref, map);
    map.value = toShape(ref[5], shapes);
    return map;
  }
  return toStructure(ref, shapes);
}

function toStructure(ref: readonly unknown[], shapes: WeakMap<readonly unknown[], Shape>): Structure {
  const [type, , name, , names, members, required] = ref;
  if ((type !== 3 && type !== -3 && type !== 4) || !Array.isArray(names) || !Array.isArray(members)) {
    throw new Error(`unknown schema type ${String(type)}`);
  }
  const structure: Structure = {
    kind: 'structure',
    name: String(name),
    union: type === 4,
    members: [],
    byName: new Map(),
  };
  shapes.set(ref, structure);
  const requiredCount = typeof required === 'number' ? required : 0;
  for (const [index, memberName] of names.entries()) {
    const member: Member = {
      name: String(memberName),
      shape: toShape(members[index], shapes),
      traits: withTraits(members[index]).traits,
      required: index < requiredCount,
    };
    structure.members.push(member);
    structure.byName.set(member.name, member);
  }
  return structure;
}

function simpleShape(code: number): Shape {
  if (code >= 128) return { kind: 'map', value: simpleShape(code & 63) };
  if (code >= 64) return { kind: 'list', element: simpleShape(code & 63), elementTraits: {} };
  if (code === 0) return { kind: 'string' };
  if (code === 1 || code === 17 || code === 19) return { kind: 'number' };
  if (code === 2) return { kind: 'boolean' };
  if (code === 15) return { kind: 'document' };
  if (code === 21 || code === 42) return { kind: 'blob' };
  const format = (['default', 'date-time', 'http-date', 'epoch-seconds'] as const)[code - 4];
  if (format === undefined) throw new Error(`unknown simple schema ${code}`);
  return { kind: 'timestamp', format };
}

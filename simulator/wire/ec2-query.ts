// EC2's query protocol: form fields in (`Filter.1.Value.1=…`), XML out. Refuses what EC2 refuses: a field that the
// action does not have is UnknownParameter, a missing one MissingParameter (page "Error codes for the Amazon EC2 API").

import type { AnswerContext, Protocol, RawResponse } from './protocol.ts';
import { RegionError } from './region-error.ts';
import type { Member, Shape, Structure } from './schema.ts';
import { escapeXml, writeStructure } from './xml.ts';

/** A form key split at its dots: leaves are values, `Filter.1.Name` is Filter → 1 → Name. */
type FormTree = Map<string, FormTree | string>;

export const ec2Query: Protocol = {
  parse(request, model) {
    const form = new URLSearchParams(request.body || (request.path.split('?')[1] ?? ''));
    const name = form.get('Action') ?? '';
    const operation = model.operation(name);
    if (!operation) {
      throw refusal('InvalidAction', `The action ${name} is not valid for this web service.`);
    }
    const tree: FormTree = new Map();
    for (const [key, value] of form) {
      if (key !== 'Action' && key !== 'Version') plant(tree, key, value);
    }
    return { name, input: readStructure(operation.input, tree, '') };
  },
  answer(name, output, context) {
    const operation = context.model.operation(name);
    if (!operation) throw new Error(`answered unknown action ${name}`);
    const content = writeStructure(operation.output, output, name);
    const id = `<requestId>${context.requestId}</requestId>`;
    return xml(
      200,
      `<${name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${id}${content}</${name}Response>`,
      context,
    );
  },
  refuse(error, context) {
    const detail = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
    const body = `<Response><Errors><Error>${detail}</Error></Errors><RequestID>${context.requestId}</RequestID></Response>`;
    return xml(error.statusCode, body, context);
  },
};

function xml(statusCode: number, body: string, context: AnswerContext): RawResponse {
  const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': context.requestId };
  return { statusCode, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}

function refusal(code: string, message: string): RegionError {
  return new RegionError({ service: 'ec2', code, message });
}

function plant(tree: FormTree, key: string, value: string): void {
  const parts = key.split('.');
  const leaf = parts.pop() ?? key;
  let branch = tree;
  for (const part of parts) {
    const next = branch.get(part) ?? new Map();
    if (typeof next === 'string')
      throw refusal('InvalidParameterCombination', `The parameter ${key} is given twice`);
    branch.set(part, next);
    branch = next;
  }
  if (branch.has(leaf)) throw refusal('InvalidParameterCombination', `The parameter ${key} is given twice`);
  branch.set(leaf, value);
}

function fieldName(member: Member): string {
  const { ec2QueryName, xmlName } = member.traits;
  if (ec2QueryName) return ec2QueryName;
  const name = xmlName ?? member.name;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function readStructure(structure: Structure, tree: FormTree, at: string): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const unread = new Set(tree.keys());
  for (const member of structure.members) {
    const field = fieldName(member);
    const node = tree.get(field);
    if (node === undefined) {
      if (member.required) {
        throw refusal('MissingParameter', `The request must contain the parameter ${at}${field}`);
      }
      continue;
    }
    unread.delete(field);
    input[member.name] = readValue(member.shape, node, `${at}${field}`);
  }
  for (const field of unread) {
    throw refusal('UnknownParameter', `The parameter ${at}${field} is not recognized`);
  }
  return input;
}

function readValue(shape: Shape, node: FormTree | string, at: string): unknown {
  if (shape.kind === 'structure') {
    if (typeof node === 'string')
      throw refusal('InvalidParameterValue', `The parameter ${at} is not a value`);
    return readStructure(shape, node, `${at}.`);
  }
  if (shape.kind === 'list') {
    if (typeof node === 'string')
      throw refusal('InvalidParameterValue', `The parameter ${at} is not a value`);
    const numbered = [...node].map(([index, item]) => ({ index: Number(index), item }));
    if (numbered.some(({ index }) => !Number.isInteger(index))) {
      throw refusal(
        'UnknownParameter',
        `The parameter ${at}.${[...node.keys()].join(',')} is not recognized`,
      );
    }
    numbered.sort((a, b) => a.index - b.index);
    return numbered.map(({ index, item }) => readValue(shape.element, item, `${at}.${index}`));
  }
  if (typeof node !== 'string') {
    throw refusal('UnknownParameter', `The parameter ${at}.${[...node.keys()].join(',')} is not recognized`);
  }
  return readScalar(shape, node, at);
}

function readScalar(shape: Shape, text: string, at: string): unknown {
  const invalid = () => refusal('InvalidParameterValue', `Value (${text}) for parameter ${at} is invalid`);
  switch (shape.kind) {
    case 'string':
      return text;
    case 'number': {
      const value = Number(text);
      if (text === '' || !Number.isFinite(value)) throw invalid();
      return value;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalid();
      return text === 'true';
    case 'timestamp': {
      const epochMs = Date.parse(text);
      if (Number.isNaN(epochMs)) throw invalid();
      return new Date(epochMs);
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      throw invalid();
  }
}

// XML answers of the EC2 query protocol, written from the API's model.

import { badOutput, isObject } from './protocol.ts';
import type { Shape, Structure } from './schema.ts';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);
}

/** The members of `value` as elements; the surrounding element is the caller's. */
export function writeStructure(structure: Structure, value: unknown, where: string): string {
  if (!isObject(value)) throw badOutput(where, 'expected an object');
  let xml = '';
  for (const key of Object.keys(value)) {
    const member = structure.byName.get(key);
    if (!member) {
      if (key === '$metadata') continue;
      throw badOutput(`${where}.${key}`, `${structure.name} has no such member`);
    }
    const item = value[key];
    if (item === undefined || item === null) continue;
    xml += element(member.traits.xmlName ?? key, writeValue(member.shape, item, `${where}.${key}`));
  }
  return xml;
}

function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function writeValue(shape: Shape, value: unknown, where: string): string {
  switch (shape.kind) {
    case 'structure':
      return writeStructure(shape, value, where);
    case 'list': {
      if (!Array.isArray(value)) throw badOutput(where, 'expected a list');
      const name = shape.elementTraits.xmlName ?? 'member';
      return value
        .map((item: unknown) => element(name, writeValue(shape.element, item, `${where}[]`)))
        .join('');
    }
    case 'map': {
      if (!isObject(value)) throw badOutput(where, 'expected a map');
      return Object.entries(value)
        .map(
          ([key, item]) =>
            `<entry>${element('key', escapeXml(key))}${element('value', writeValue(shape.value, item, where))}</entry>`,
        )
        .join('');
    }
    case 'timestamp':
      if (!(value instanceof Date)) throw badOutput(where, 'expected a Date');
      return value.toISOString();
    case 'number':
    case 'boolean':
    case 'string':
      if (typeof value !== shape.kind) throw badOutput(where, `expected a ${shape.kind}`);
      return escapeXml(String(value));
    case 'blob':
      if (!(value instanceof Uint8Array)) throw badOutput(where, 'expected bytes');
      return Buffer.from(value).toString('base64');
    case 'document':
      throw badOutput(where, 'documents have no XML form');
  }
}

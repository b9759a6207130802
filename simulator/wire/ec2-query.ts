// EC2's query protocol: form fields in (`Filter.1.Value.1=…`), XML out. Refuses what EC2 refuses: a field that the
// action does not have is UnknownParameter, a missing one MissingParameter (page "Error codes for the Amazon EC2 API").

import { type FormStyle, type FormTree, plant, readStructure } from './form.ts';
import type { AnswerContext, Protocol, RawResponse } from './protocol.ts';
import { RegionError } from './region-error.ts';
import { escapeXml, writeStructure } from './xml.ts';

const STYLE: FormStyle = {
  fieldName(member) {
    const { ec2QueryName, xmlName } = member.traits;
    if (ec2QueryName) return ec2QueryName;
    const name = xmlName ?? member.name;
    return name.charAt(0).toUpperCase() + name.slice(1);
  },
  refusal,
};

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
      if (key !== 'Action' && key !== 'Version') plant(tree, key, value, STYLE);
    }
    return { name, input: readStructure(operation.input, tree, '', STYLE) };
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

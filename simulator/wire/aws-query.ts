// The query protocol of the older services (STS, IAM): form fields in (`Tags.member.1.Key=…`), XML out, with the result
// one level below the response.

import { type FormStyle, type FormTree, plant, readStructure } from './form.ts';
import type { AnswerContext, Protocol, RawResponse } from './protocol.ts';
import { RegionError } from './region-error.ts';
import { escapeXml, writeStructure } from './xml.ts';

/** `xmlns` is the service's own; clients do not read it, people do. */
export function awsQuery(service: 'sts' | 'iam', xmlns: string): Protocol {
  const refusal = (code: string, message: string): RegionError => new RegionError({ service, code, message });
  const style: FormStyle = {
    fieldName: ({ name, traits }) => traits.xmlName ?? name,
    listLevel: 'member',
    refusal,
  };
  return {
    parse(request, model) {
      const form = new URLSearchParams(request.body || (request.path.split('?')[1] ?? ''));
      const name = form.get('Action') ?? '';
      const operation = model.operation(name);
      if (!operation) throw refusal('InvalidAction', `Could not find operation ${name}`);
      const tree: FormTree = new Map();
      for (const [key, value] of form) {
        if (key !== 'Action' && key !== 'Version') plant(tree, key, value, style);
      }
      return { name, input: readStructure(operation.input, tree, '', style) };
    },
    answer(name, output, context) {
      const operation = context.model.operation(name);
      if (!operation) throw new Error(`answered unknown action ${name}`);
      const content = writeStructure(operation.output, output, name);
      const meta = `<ResponseMetadata><RequestId>${context.requestId}</RequestId></ResponseMetadata>`;
      const body = `<${name}Response xmlns="${xmlns}"><${name}Result>${content}</${name}Result>${meta}</${name}Response>`;
      return xml(200, body, context);
    },
    refuse(error, context) {
      const type = error.statusCode < 500 ? 'Sender' : 'Receiver';
      const detail = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
      const body = `<ErrorResponse xmlns="${xmlns}"><Error>${detail}</Error><RequestId>${context.requestId}</RequestId></ErrorResponse>`;
      return xml(error.statusCode, body, context);
    },
  };
}

function xml(statusCode: number, body: string, context: AnswerContext): RawResponse {
  return {
    statusCode,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': context.requestId },
    body,
  };
}

// The YAML form as JSON Schema, for editors (`# yaml-language-server: $schema=…`). A command-line and test matter:
// nothing in a Lambda imports this.

import * as z from 'zod/mini';
import { definitionInput } from './input-schema.ts';

export function definitionJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(definitionInput, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'Spotkeep workload definition' };
}

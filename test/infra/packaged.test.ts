// One packaging, several suites over its template.

import { beforeAll, describe } from 'vitest';
import type { Template } from '../../local/policy/template.ts';
import { authorizationReference } from './authorization-reference.ts';
import { goldenSuite } from './golden.ts';
import { packagedTemplate } from './packaged-template.ts';
import { commandPolicies } from './policies-commands.ts';
import { dataPolicies } from './policies-data.ts';
import { launchPolicies } from './policies-launch.ts';
import { operatorPolicies } from './policies-operator.ts';
import { rolePolicies } from './policies-roles.ts';
import { schemaSuite } from './schema.ts';
import { templateRules } from './template-rules.ts';

describe('the packaged template', () => {
  let packaged: Template | undefined;
  beforeAll(async () => {
    packaged = await packagedTemplate();
  }, 60_000);
  const template = (): Template => {
    if (!packaged) throw new Error('packaging has not finished');
    return packaged;
  };

  goldenSuite(template);
  schemaSuite(template);
  templateRules(template);
  launchPolicies(template);
  dataPolicies(template);
  commandPolicies(template);
  rolePolicies(template);
  operatorPolicies(template);
  authorizationReference(template);
});

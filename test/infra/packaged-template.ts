// Packages the service once for all tests of the template: the real serverless.yml and infra/, beside placeholder
// functions, because the template does not depend on what is in the bundles and bundling is the slow part.

import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { packageService, ROOT } from '../../infra/package/osls.ts';
import { type Template, templateShape } from '../../local/policy/template.ts';

const DIRECTORIES = ['infra', 'shared', 'node_modules'];
/** Copied: the framework takes no link for its own file. */
const FILES = ['esbuild-plugins.cjs', 'package.json', 'serverless.yml', 'tsconfig.json'];

const serviceShape = z.looseObject({
  functions: z.record(z.string(), z.looseObject({ handler: z.string() })),
});

/** Handlers as serverless.yml names them, e.g. `functions/entry/loop/tick.handler`. */
export async function handlers(): Promise<string[]> {
  const text = await readFile(path.join(ROOT, 'serverless.yml'), 'utf8');
  // CloudFormation's short tags mean nothing here.
  const service = serviceShape.parse(parse(text, { logLevel: 'silent' }));
  return Object.values(service.functions).map(({ handler }) => handler);
}

export async function packagedTemplate(): Promise<Template> {
  const directory = await mkdtemp(path.join(tmpdir(), 'spotkeep-package-'));
  try {
    for (const name of FILES) await copyFile(path.join(ROOT, name), path.join(directory, name));
    for (const name of DIRECTORIES) await symlink(path.join(ROOT, name), path.join(directory, name));
    for (const handler of await handlers()) {
      const file = path.join(directory, `${handler.replace(/\.handler$/, '')}.ts`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, 'export const handler = async () => undefined;\n');
    }
    await packageService(directory, 'out');
    const text = await readFile(
      path.join(directory, 'out', 'cloudformation-template-update-stack.json'),
      'utf8',
    );
    return templateShape.parse(JSON.parse(text));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

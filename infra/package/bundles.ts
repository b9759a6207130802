// The bundles that packaging makes, without packaging: the same options, entries and plug-ins, in one run and in memory.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { ROOT } from './osls.ts';

/** Cold starts pay for every kilobyte twice, in download and in parsing. */
export const LIMIT_BYTES = 600_000;

const serviceShape = z.object({
  custom: z.object({ esbuild: z.looseObject({ target: z.string(), mainFields: z.array(z.string()) }) }),
  functions: z.record(z.string(), z.looseObject({ handler: z.string() })),
});

const service = () =>
  // CloudFormation's short tags mean nothing here.
  serviceShape.parse(parse(readFileSync(path.join(ROOT, 'serverless.yml'), 'utf8'), { logLevel: 'silent' }));

/** Files of the functions' handlers, as serverless.yml names them: `functions/entry/loop/tick.ts`. */
export function functionFiles(): string[] {
  return Object.values(service().functions).map(({ handler }) => handler.replace(/\.\w+$/, '.ts'));
}

/** The bundles of these files, by the file's name without its folder and ending. */
export async function bundles(files: readonly string[]): Promise<Map<string, string>> {
  const { target, mainFields } = service().custom.esbuild;
  const require = createRequire(import.meta.url);
  const plugins = z.array(z.custom<Plugin>()).parse(require('../../esbuild-plugins.cjs'));
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...files],
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target,
    mainFields,
    legalComments: 'none',
    plugins,
    write: false,
    outdir: 'bundles',
  });
  return new Map(outputFiles.map((file) => [path.basename(file.path, '.js'), file.text]));
}

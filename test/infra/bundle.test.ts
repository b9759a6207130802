// The functions' bundles: what esbuild-plugins.cjs takes out of the SDK must not be missed, and they must stay small.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { ROOT } from '../../infra/package/osls.ts';
import { sourceFiles } from '../structure/source-files.ts';
import { samples } from './sdk-sample.ts';

const require = createRequire(import.meta.url);
const LIMIT_BYTES = 600_000;

const optionsShape = z.object({
  custom: z.object({ esbuild: z.looseObject({ target: z.string(), mainFields: z.array(z.string()) }) }),
});

async function bundle(entry: string): Promise<string> {
  const service: unknown = parse(readFileSync(path.join(ROOT, 'serverless.yml'), 'utf8'), {
    logLevel: 'silent',
  });
  const { target, mainFields } = optionsShape.parse(service).custom.esbuild;
  const plugins: Plugin[] = require('../../esbuild-plugins.cjs');
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target,
    mainFields,
    legalComments: 'none',
    plugins,
    write: false,
    outfile: 'bundle.cjs',
  });
  return outputFiles[0]?.text ?? '';
}

function run(code: string): unknown {
  const module = { exports: {} as unknown };
  const wrapped = vm.compileFunction(code, ['module', 'exports', 'require']);
  wrapped(module, module.exports, require);
  return module.exports;
}

describe('a bundle', () => {
  it('sends, reads and fails as the SDK does from disk', async () => {
    const bundled = z.object({ samples: z.function() }).parse(run(await bundle('test/infra/sdk-sample.ts')));
    const plain = await samples();
    expect(plain).toHaveLength(9);
    expect(JSON.stringify(await bundled.samples(), null, 1)).toBe(JSON.stringify(plain, null, 1));
    expect(JSON.stringify(plain)).toContain('"byClass":true,"item":{"pk":{"S":"x"},"version":{"N":"7"}}');
  });

  it('keeps each error that the product tells by its class', () => {
    const plugin = readFileSync(path.join(ROOT, 'esbuild-plugins.cjs'), 'utf8');
    const kept = plugin.match(/ERRORS_TOLD_BY_CLASS = new Set\(\[([^\]]*)\]\)/)?.[1];
    const told = sourceFiles(['shared/aws', 'functions']).flatMap(({ code }) =>
      [...code.matchAll(/instanceof (\w+Exception|\w+Fault|\w+NotFound)\b/g)].map(([, name]) => name),
    );
    expect(told.length).toBeGreaterThan(0);
    for (const name of told) expect(kept).toContain(`'${name}'`);
  });

  it(`of the largest function has at most ${LIMIT_BYTES / 1000} KB`, async () => {
    expect((await bundle('functions/reconcile.ts')).length).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  it('is listed in docs/bundles.md for every function', () => {
    const page = readFileSync(path.join(ROOT, 'docs', 'bundles.md'), 'utf8');
    const rows = [...page.matchAll(/^\| ([a-z-]+) \| (\d+) \| (\d+) \|$/gm)];
    expect(rows.map(([, name = '']) => name).sort()).toEqual([
      'apply-workload',
      'backup',
      'destroy',
      'history',
      'interruption',
      'move',
      'plan',
      'reconcile',
      'recover',
      'restore',
      'resume',
      'set-schedule',
      'start-now',
      'status',
      'stop-now',
      'sweep',
      'tick',
    ]);
    for (const [, , kilobytes] of rows) expect(Number(kilobytes) * 1000).toBeLessThanOrEqual(LIMIT_BYTES);
  });
});

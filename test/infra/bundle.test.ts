// The functions' bundles: what esbuild-plugins.cjs takes out of the SDK must not be missed, and they must stay small.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { stale } from '../../infra/package/bundle-page.ts';
import { bundles, functionFiles, LIMIT_BYTES } from '../../infra/package/bundles.ts';
import { ROOT } from '../../infra/package/osls.ts';
import { sourceFiles } from '../structure/source-files.ts';
import { samples } from './sdk-sample.ts';

const require = createRequire(import.meta.url);

function run(code: string): unknown {
  const module = { exports: {} as unknown };
  const wrapped = vm.compileFunction(code, ['module', 'exports', 'require']);
  wrapped(module, module.exports, require);
  return module.exports;
}

describe('a bundle', () => {
  it('sends, reads and fails as the SDK does from disk', async () => {
    const code = await bundles(['test/infra/sdk-sample.ts']);
    const bundled = z.object({ samples: z.function() }).parse(run(code.get('sdk-sample') ?? ''));
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

  it(`has at most ${LIMIT_BYTES / 1000} KB, and docs/bundles.md says about how many`, async () => {
    const built = await bundles(functionFiles());
    const weights = [...built].map(([name, code]) => ({ name, bytes: Buffer.byteLength(code) }));
    expect(weights).toHaveLength(functionFiles().length);
    expect(weights.filter(({ bytes }) => bytes > LIMIT_BYTES)).toEqual([]);
    expect(stale(weights), '`npm run package` writes the page').toEqual([]);
  });
});

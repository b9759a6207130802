// How long each function may run is said by serverless.yml; the simulated Lambda cuts the same functions at the same time.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { SIMULATED_TIMEOUTS } from '../../simulator/world.ts';

const service = z
  .object({
    provider: z.object({ timeout: z.number() }),
    functions: z.record(z.string(), z.object({ handler: z.string(), timeout: z.optional(z.number()) })),
  })
  .parse(
    parse(readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8'), {
      // Tags such as !GetAtt are CloudFormation's: their values are not looked at here.
      logLevel: 'error',
    }),
  );

describe('time-outs', () => {
  it('of the simulated functions are those of the deployed ones', () => {
    const deployed = Object.values(service.functions).map(({ handler, timeout }) => [
      path.basename(handler, '.handler'),
      (timeout ?? service.provider.timeout) * 1000,
    ]);
    expect(deployed).toHaveLength(18);
    expect(Object.fromEntries(deployed)).toEqual(SIMULATED_TIMEOUTS);
  });
});

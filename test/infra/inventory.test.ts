import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inventoryOf, policySizes } from '../../infra/package/inventory.ts';
import { templateShape } from '../../local/policy/template.ts';

/** The reviewed template, as the longest stage that fits the names would have it. */
const templateOf = (stage: string) =>
  templateShape.parse(
    JSON.parse(
      readFileSync(new URL('../golden/template.json', import.meta.url), 'utf8').replaceAll(
        'spotkeep-dev',
        `spotkeep-${stage}`,
      ),
    ),
  );

describe('every role', () => {
  for (const region of ['ap-southeast-1', 'us-gov-west-1', 'eusc-de-east-1', 'cn-northwest-1'])
    it(`fits IAM’s limits in ${region}, with a stage of ten letters`, () => {
      const sizes = policySizes(templateOf('production'), { region });
      expect(sizes.length).toBeGreaterThan(20);
      expect(sizes.filter(({ characters, limit }) => characters > limit)).toEqual([]);
    });

  it('is told with its size where it does not fit', () => {
    const template = templateOf('dev');
    const role = template.Resources.TickRole;
    if (!role?.Properties) throw new Error('no TickRole');
    role.Properties.Policies = [{ PolicyName: 'x', PolicyDocument: { Statement: ['y'.repeat(11_000)] } }];
    const [worst] = policySizes(template, { region: 'eu-west-1' });
    expect(worst).toMatchObject({ role: 'TickRole', limit: 10_240 });
    expect(worst?.characters).toBeGreaterThan(11_000);
  });
});

describe('an inventory', () => {
  it('counts a metric-math alarm by the metrics it reads', () => {
    const alarm = (Properties: Record<string, unknown>) => ({ Type: 'AWS::CloudWatch::Alarm', Properties });
    const { alarms } = inventoryOf(
      {
        Resources: {
          Plain: alarm({ MetricName: 'Errors' }),
          Sum: alarm({ Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'a+b' }] }),
        },
      },
      { region: 'eu-west-1' },
    );
    expect(alarms).toBe(3);
  });
});

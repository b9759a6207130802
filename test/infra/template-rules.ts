import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { DOCUMENT_LIMIT_BYTES, ssmDocument, withoutDoubleBraces } from '../../infra/package/host-assets.ts';
import { type Resource, resolve, type Template } from '../../local/policy/template.ts';
import { ACCOUNT, FUNCTIONS, PROJECT } from './policy-subject.ts';

const record = z.record(z.string(), z.unknown());
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

export function templateRules(template: () => Template): void {
  const ofType = (type: string): Resource[] =>
    Object.values(template().Resources).filter(({ Type }) => Type === type);
  const properties = (type: string) => ofType(type).map(({ Properties = {} }) => Properties);

  describe('events', () => {
    it('match a pinned source and this account alone', () => {
      expect(properties('AWS::Events::Rule')).toHaveLength(5);
      for (const { EventPattern } of properties('AWS::Events::Rule')) {
        const pattern = z.parse(record, resolve(template(), ACCOUNT, EventPattern));
        expect(pattern.account).toEqual([ACCOUNT.accountId]);
        expect(['aws.ec2', 'aws.ssm', 'spotkeep']).toEqual(
          expect.arrayContaining(z.parse(z.array(z.string()), pattern.source)),
        );
        expect(pattern['detail-type']).toBeDefined();
        // EventBridge's limit on a pattern, characters.
        expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048);
      }
    });

    it('reach each target with retries and a dead-letter queue', () => {
      const targets = properties('AWS::Events::Rule').flatMap(({ Targets }) =>
        z.parse(z.array(record), Targets),
      );
      const scheduled = properties('AWS::Scheduler::Schedule').map(({ Target }) => z.parse(record, Target));
      expect(targets.length + scheduled.length).toBe(7);
      for (const target of [...targets, ...scheduled]) {
        expect(target.DeadLetterConfig).toEqual({ Arn: arnOf('EventDeadLetters') });
        expect(Object.keys(z.parse(record, target.RetryPolicy)).sort()).toEqual([
          'MaximumEventAgeInSeconds',
          'MaximumRetryAttempts',
        ]);
      }
    });

    it('come to the bus from this account only: it has no policy', () => {
      expect(ofType('AWS::Events::EventBusPolicy')).toEqual([]);
      expect(properties('AWS::Events::EventBus').map(({ Policy }) => Policy)).toEqual([undefined]);
    });

    it('tick each minute and sweep each five, without a flexible window', () => {
      const found = properties('AWS::Scheduler::Schedule').map(
        ({ ScheduleExpression, FlexibleTimeWindow }) => [ScheduleExpression, FlexibleTimeWindow],
      );
      expect(found).toEqual([
        ['rate(1 minute)', { Mode: 'OFF' }],
        ['rate(5 minutes)', { Mode: 'OFF' }],
      ]);
    });

    it('may invoke a function only through the rule that names it', () => {
      const rules = Object.values(template().Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
      const wired = rules.flatMap(({ Properties }) =>
        z.parse(z.array(record), Properties?.Targets).map(({ Arn }) => JSON.stringify(Arn)),
      );
      for (const { FunctionName, SourceArn, Principal } of properties('AWS::Lambda::Permission')) {
        expect(Principal).toBe('events.amazonaws.com');
        expect(wired).toContain(JSON.stringify(FunctionName));
        expect(SourceArn).toMatchObject({ 'Fn::GetAtt': [expect.stringMatching(/Rule$/), 'Arn'] });
      }
      expect(properties('AWS::Lambda::Permission')).toHaveLength(4);
    });
  });

  describe('the table', () => {
    it('can be recovered, is protected against deletion and outlives the stack', () => {
      expect(ofType('AWS::DynamoDB::Table')).toMatchObject([
        {
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            SSESpecification: { SSEEnabled: true },
          },
        },
      ]);
    });
  });

  describe('instances', () => {
    it('ask for metadata version 2 from one hop, encrypt their root, and end when they power off', () => {
      const templates = properties('AWS::EC2::LaunchTemplate').map(({ LaunchTemplateData }) =>
        z.parse(record, LaunchTemplateData),
      );
      expect(templates).toHaveLength(3);
      for (const data of templates) {
        expect(data).toMatchObject({
          InstanceInitiatedShutdownBehavior: 'terminate',
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
          BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeType: 'gp3', DeleteOnTermination: true } }],
          UserData: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
        });
        const tags = z.parse(
          z.array(z.object({ ResourceType: z.string(), Tags: z.array(z.unknown()) })),
          data.TagSpecifications,
        );
        expect(tags.map(({ ResourceType }) => ResourceType).sort()).toEqual(['network-interface', 'volume']);
        for (const { Tags } of tags) expect(Tags).toContainEqual({ Key: 'spotkeep:project', Value: PROJECT });
      }
    });
  });

  describe('documents', () => {
    it('give every parameter a whole pattern and hand it over in the environment', () => {
      expect(properties('AWS::SSM::Document').map(({ Name }) => Name)).toEqual(
        ['format', 'adopt', 'start', 'stop', 'probe'].map((name) => `spotkeep-dev-${name}`),
      );
      for (const { Content } of properties('AWS::SSM::Document')) {
        const { executionTimeout, ...toScript } = z.parse(record, z.parse(record, Content).parameters);
        for (const parameter of Object.values(toScript)) {
          expect(parameter).toMatchObject({
            type: 'String',
            interpolationType: 'ENV_VAR',
            allowedPattern: expect.stringMatching(/^\^.*\$$/),
          });
        }
        // The agent itself reads this one: digits, in no script.
        expect(executionTimeout).toMatchObject({ type: 'String', allowedPattern: '^[1-9][0-9]{1,3}$' });
      }
    });

    it('hold no text that SSM would replace, and are small enough for it', () => {
      for (const name of ['format', 'adopt', 'start', 'stop', 'probe'] as const) {
        const document = ssmDocument(name);
        expect(document.mainSteps[0]?.inputs.runCommand.filter((line) => line.includes('{{'))).toEqual([]);
        expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(DOCUMENT_LIMIT_BYTES);
      }
    });

    it("break Docker's braces where the shell does not mind, and nowhere else", () => {
      expect(withoutDoubleBraces(`docker ps --format '{{.Names}}{{"\\t"}}'`)).toBe(
        `docker ps --format '{''{.Names}}{''{"\\t"}}'`,
      );
      expect(() => withoutDoubleBraces('echo "{{.Names}}"')).toThrow('outside single quotes');
      expect(() => withoutDoubleBraces('echo {{.Names}}')).toThrow('outside single quotes');
    });
  });

  describe('functions', () => {
    it('are the ten, on the runtime and architecture that the bundles are made for', () => {
      const found = properties('AWS::Lambda::Function');
      expect(found.map(({ FunctionName }) => String(FunctionName)).sort()).toEqual(
        FUNCTIONS.map((name) => `spotkeep-dev-${name}`).sort(),
      );
      for (const it of found) expect(it).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    });

    it('keep concurrency and a short limit for warnings', () => {
      const warning = properties('AWS::Lambda::Function').find(
        ({ FunctionName }) => FunctionName === 'spotkeep-dev-interruption',
      );
      expect(warning).toMatchObject({ Timeout: 10, ReservedConcurrentExecutions: 5 });
    });

    it('send what fails for good to the dead-letter queue, and alarm', () => {
      const configs = properties('AWS::Lambda::EventInvokeConfig');
      expect(configs).toHaveLength(4);
      for (const { DestinationConfig } of configs) {
        expect(DestinationConfig).toEqual({ OnFailure: { Destination: arnOf('FunctionDeadLetters') } });
      }
      const alarms = properties('AWS::CloudWatch::Alarm');
      for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([{ Ref: 'Alerts' }]);
      const names = alarms.map(({ AlarmName }) => AlarmName);
      for (const name of FUNCTIONS) expect(names).toContain(`spotkeep-dev-${name}-errors`);
      expect(names).toEqual(
        expect.arrayContaining(
          ['event-dead-letters', 'function-dead-letters', 'state-over-budget', 'tick-silent'].map(
            (name) => `spotkeep-dev-${name}`,
          ),
        ),
      );
    });

    it('log for thirty days', () => {
      const groups = properties('AWS::Logs::LogGroup');
      expect(groups).toHaveLength(FUNCTIONS.length);
      for (const { RetentionInDays } of groups) expect(RetentionInDays).toBe(30);
    });
  });
}

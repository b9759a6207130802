import { describe, expect, it } from 'vitest';
import { openWorld, SUBNET, type Subject, stackWith, TestWall } from './subject.ts';

const put = (world: Subject['world'], id: string) =>
  world.call({
    service: 'dynamodb',
    name: 'PutItem',
    input: {
      TableName: 'spotkeep-dev',
      Item: { pk: { S: id }, sk: { S: 'x' }, bytes: { B: new Uint8Array([0, 255]) } },
    },
  });

const run = (world: Subject['world']) =>
  world.call({
    service: 'ec2',
    name: 'RunInstances',
    input: { ImageId: 'ami-1', InstanceType: 'm5.large', SubnetId: SUBNET, MinCount: 1, MaxCount: 1 },
  });

const volume = (world: Subject['world']) =>
  world.call({
    service: 'ec2',
    name: 'CreateVolume',
    input: { AvailabilityZone: 'eu-west-1a', Size: 1, VolumeType: 'gp3' },
  });

/** Everything that a caller could see. */
const seen = ({ world }: Subject) => ({
  instances: [...world.region.instances.values()].map(({ id, state, spotCode }) => ({ id, state, spotCode })),
  volumes: [...world.region.volumes.values()].map(({ id, state, attachment, content }) => ({
    id,
    state,
    attachment,
    content,
  })),
  items: world.region.dynamo.snapshot('spotkeep-dev').items,
  asks: [...world.region.asks.pending.values()],
  letters: [...world.region.asks.deadLetters],
  rules: [...world.region.bus.rules.keys()],
});

const textAt = (output: Record<string, unknown>, name: string): string => String(output[name]);

describe('the local region', () => {
  it('follows the wall clock, its latencies scaled', async () => {
    const subject = await openWorld({ latency: 0.1 });
    await run(subject.world);
    const [instance] = [...subject.world.region.instances.values()];
    expect(instance?.state).toBe('pending');
    await subject.pass(0.7);
    expect(instance?.state).toBe('pending');
    await subject.pass(1.2);
    expect(instance?.state).toBe('running');
  });

  it('gives two minutes notice whatever the scale', async () => {
    const subject = await openWorld({ latency: 0.01 });
    await run(subject.world);
    await subject.pass(2);
    const [instance] = [...subject.world.region.instances.values()];
    await subject.world.trouble({ do: 'interrupt', target: instance?.id });
    await subject.pass(119);
    expect(instance?.state).toBe('running');
    await subject.pass(2);
    expect(instance?.state).not.toBe('running');
  });

  it('is the same after a replay, with what was in flight', async () => {
    const first = await openWorld();
    await put(first.world, 'a');
    await run(first.world);
    const made = await volume(first.world);
    await first.pass(3);
    await expect(put(first.world, '')).rejects.toThrow();
    const [instance] = [...first.world.region.instances.values()];
    const attach = { VolumeId: textAt(made, 'VolumeId'), InstanceId: instance?.id, Device: '/dev/sdf' };
    await first.world.call({ service: 'ec2', name: 'AttachVolume', input: attach });
    await expect(first.world.trouble({ do: 'reclaim', target: 'nobody' })).rejects.toThrow('no workload');
    await first.world.ask({ functionName: 'spotkeep-dev-tick', payload: '{}' });
    const { wall } = first;
    const second = await openWorld({ lines: first.lines, wall });
    expect(seen(second)).toEqual(seen(first));
    await first.pass(5);
    await second.pass(0);
    expect(seen(second)).toEqual(seen(first));
    const [attached] = [...second.world.region.volumes.values()];
    expect(attached?.attachment?.state).toBe('attached');
  });

  it('goes on where it stood: what is made next after a restart is made as without one', async () => {
    const first = await openWorld();
    await run(first.world);
    const lines = [...first.lines];
    const second = await openWorld({ lines, wall: first.wall });
    expect(await volume(second.world)).toEqual(await volume(first.world));
  });

  it('catches up with what happened while it was away', async () => {
    const first = await openWorld();
    await run(first.world);
    const [{ id } = { id: '' }] = [...first.world.region.instances.values()];
    await first.pass(3);
    await first.world.trouble({ do: 'interrupt', target: id });
    const wall = first.wall;
    wall.pass(600);
    const second = await openWorld({ lines: first.lines, wall });
    await second.pass(0);
    expect(second.world.region.instances.get(id)?.state).toBe('terminated');
  });

  it('does not go on from a past that this version would not have had', async () => {
    const first = await openWorld();
    await run(first.world);
    const lines = first.lines.map((line) => line.replace(/"made":"[0-9a-f]{8}"/, '"made":"00000000"'));
    await expect(openWorld({ lines, wall: first.wall })).rejects.toThrow('another version');
    await expect(openWorld({ lines: ['{"x":1}\n'] })).rejects.toThrow('not one of spotkeep local');
  });

  it('answers a change only when its line is written, and a read without one', async () => {
    const subject = await openWorld();
    const before = subject.lines.length;
    await put(subject.world, 'a');
    expect(subject.lines.length).toBe(before + 1);
    await subject.world.call({ service: 'ec2', name: 'DescribeVolumes', input: {} });
    expect(subject.lines.length).toBe(before + 1);
  });

  it('knows the documents and launch templates of the template only', async () => {
    const { world } = await openWorld({ wall: new TestWall(), stack: stackWith() });
    const send = (DocumentName: string, Parameters: Record<string, string[]>) =>
      world.call({
        service: 'ssm',
        name: 'SendCommand',
        input: { DocumentName, InstanceIds: ['i-1'], Parameters },
      });
    await expect(send('spotkeep-dev-nothing', {})).rejects.toMatchObject({ code: 'InvalidDocument' });
    await expect(send('spotkeep-dev-probe', { more: ['x'] })).rejects.toMatchObject({
      code: 'InvalidParameters',
    });
    await expect(send('spotkeep-dev-probe', { volumeId: ['; rm -rf /'] })).rejects.toMatchObject({
      code: 'InvalidParameters',
    });
    const LaunchTemplateConfigs = [
      { LaunchTemplateSpecification: { LaunchTemplateName: 'other' }, Overrides: [] },
    ];
    const fleet = world.call({
      service: 'ec2',
      name: 'CreateFleet',
      input: { ClientToken: 't', Type: 'instant', LaunchTemplateConfigs },
    });
    await expect(fleet).rejects.toMatchObject({ code: 'InvalidLaunchTemplateName.NotFoundException' });
  });

  it('keeps what was delivered when a newer package has other rules, and delivers by those from then on', async () => {
    const first = await openWorld();
    await run(first.world);
    await first.pass(5);
    const asked = [...first.world.region.asks.pending.values()];
    expect(asked.length).toBeGreaterThan(0);
    const stack = stackWith({ CloudChangeRule: undefined, CloudChangeRulePermission: undefined });
    const second = await openWorld({ lines: first.lines, wall: first.wall, stack });
    expect([...second.world.region.asks.pending.values()]).toEqual(asked);
    await run(second.world);
    await second.pass(5);
    expect([...second.world.region.asks.pending.values()]).toEqual(asked);
  });

  it('does not deliver the past again by the rules of a newer package', async () => {
    const without = stackWith({ CloudChangeRule: undefined, CloudChangeRulePermission: undefined });
    const first = await openWorld({ stack: without });
    await run(first.world);
    await first.pass(5);
    await put(first.world, 'later');
    const second = await openWorld({ lines: first.lines, wall: first.wall });
    await second.pass(0);
    expect(second.world.region.asks.pending.size).toBe(0);
  });

  it('delivers after a restart what the last written line set off', async () => {
    const first = await openWorld();
    await run(first.world);
    const lines = [...first.lines];
    await first.pass(5);
    expect(first.lines.length).toBeGreaterThan(lines.length);
    const second = await openWorld({ lines, wall: first.wall });
    await second.pass(0);
    expect([...second.world.region.asks.pending.values()]).toEqual([
      ...first.world.region.asks.pending.values(),
    ]);
  });

  it('remembers subnets that were named once', async () => {
    const first = await openWorld({ subnets: new Map([['subnet-00000000000000001', 'eu-west-1b']]) });
    const second = await openWorld({ lines: first.lines, wall: first.wall });
    expect(second.world.region.subnets.get('subnet-00000000000000001')).toBe('eu-west-1b');
  });

  it('numbers asks that come at once one by one', async () => {
    const { world } = await openWorld();
    const ask = { functionName: 'spotkeep-dev-tick', payload: '{}' };
    await Promise.all([world.ask(ask), world.ask(ask), world.ask(ask)]);
    expect([...world.region.asks.pending.keys()]).toEqual([1, 2, 3]);
    await world.ended(2, { kind: 'done' });
    expect([...world.region.asks.pending.keys()]).toEqual([1, 3]);
  });
});

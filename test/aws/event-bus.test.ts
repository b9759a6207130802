import { describe, expect, it } from 'vitest';
import { eventBus } from '../../shared/aws/event-bus.ts';
import { wireClients } from '../../simulator/wire/clients.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';
import { scriptedRegion, timeout } from './scripted-region.ts';
import { testClock } from './test-clock.ts';

function busOn(script: Parameters<typeof scriptedRegion>[0]) {
  const region = scriptedRegion(script);
  const { events } = wireClients(region.handle, 'eu-west-1');
  const bus = eventBus({
    events,
    clock: testClock(),
    random: () => 0.5,
    busName: 'spotkeep-test',
    notifyDetailTypes: ['Held'],
  });
  return { region, bus };
}

const taken = (count: number) => ({
  FailedEntryCount: 0,
  Entries: Array.from({ length: count }, (_, n) => ({ EventId: `e-${n}` })),
});

const event = (n: number) => ({ detailType: 'Moved' as const, detail: { workload: 'gitlab', n } });

const entry = (n: number) => ({
  EventBusName: 'spotkeep-test',
  Source: 'spotkeep',
  DetailType: 'Moved',
  Detail: `{"workload":"gitlab","n":${n}}`,
});

describe('publishing', () => {
  it('puts events on the own bus, ten at a time', async () => {
    const { region, bus } = busOn({ PutEvents: taken(10) });
    await bus.publish(Array.from({ length: 12 }, (_, n) => event(n)));
    const sent = region.inputs('PutEvents').map(({ Entries }) => Entries);
    expect(sent).toEqual([Array.from({ length: 10 }, (_, n) => entry(n)), [entry(10), entry(11)]]);
  });

  it('sends nothing for nothing', async () => {
    const { region, bus } = busOn({});
    await bus.publish([]);
    expect(region.calls).toEqual([]);
  });

  it('sends again only what failed inside an HTTP 200', async () => {
    const { region, bus } = busOn({
      PutEvents: [
        { FailedEntryCount: 1, Entries: [{ EventId: 'e-0' }, { ErrorCode: 'ThrottlingException' }] },
        taken(1),
      ],
    });
    await bus.publish([event(0), event(1)]);
    expect(region.inputs('PutEvents').map(({ Entries }) => Entries)).toEqual([
      [entry(0), entry(1)],
      [entry(1)],
    ]);
  });

  it('rejects when an entry goes on failing', async () => {
    const { bus } = busOn({
      PutEvents: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] },
    });
    await expect(bus.publish([event(0)])).rejects.toMatchObject({
      kind: 'unknown-outcome',
      operation: 'PutEvents',
    });
  });

  it('sends everything again after a lost answer', async () => {
    const { region, bus } = busOn({ PutEvents: [timeout(), taken(1)] });
    await bus.publish([event(0)]);
    expect(region.calls).toHaveLength(2);
  });
});

describe("a workload's notifications", () => {
  const RULE = { Name: 'notify-gitlab', EventBusName: 'spotkeep-test' };
  const TARGETS = { Rule: 'notify-gitlab', EventBusName: 'spotkeep-test' };

  it('go to its topic by a rule of its own', async () => {
    const { region, bus } = busOn({ PutRule: {}, PutTargets: { FailedEntryCount: 0 } });
    await bus.routeNotifications('gitlab', 'arn:aws:sns:eu-west-1:123456789012:team');
    expect(region.inputs('PutRule')).toEqual([
      {
        ...RULE,
        State: 'ENABLED',
        EventPattern: '{"source":["spotkeep"],"detail-type":["Held"],"detail":{"workload":["gitlab"]}}',
      },
    ]);
    expect(region.inputs('PutTargets')).toEqual([
      { ...TARGETS, Targets: [{ Id: 'topic', Arn: 'arn:aws:sns:eu-west-1:123456789012:team' }] },
    ]);
  });

  it('fail when the target was not taken', async () => {
    const failed = { FailedEntryCount: 1, FailedEntries: [{ ErrorCode: 'AccessDeniedException' }] };
    const { bus } = busOn({ PutRule: {}, PutTargets: failed });
    await expect(bus.routeNotifications('gitlab', 'arn:x')).rejects.toMatchObject({ kind: 'denied' });
  });

  it('end with the target removed first, then the rule', async () => {
    const { region, bus } = busOn({ RemoveTargets: { FailedEntryCount: 0 }, DeleteRule: {} });
    await bus.routeNotifications('gitlab', undefined);
    expect(region.calls.map(({ name, input }) => [name, input])).toEqual([
      ['RemoveTargets', { ...TARGETS, Ids: ['topic'] }],
      ['DeleteRule', RULE],
    ]);
  });

  it('are already gone where there is no rule', async () => {
    const gone = new RegionError({ service: 'events', code: 'ResourceNotFoundException' });
    const { region, bus } = busOn({ RemoveTargets: gone });
    await bus.routeNotifications('gitlab', undefined);
    expect(region.calls).toHaveLength(1);
  });

  it('have rules that EventBridge accepts, and one for each, however long the names', async () => {
    const { region, bus } = busOn({ PutRule: {}, PutTargets: { FailedEntryCount: 0 } });
    const long = 'x'.repeat(80);
    for (const name of [`${long}-a`, `${long}-b`]) await bus.routeNotifications(name, 'arn:x');
    const names = region.inputs('PutRule').map(({ Name }) => String(Name));
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^notify-[\w.-]{1,57}$/);
  });
});

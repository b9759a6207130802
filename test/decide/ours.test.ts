// Whose an instance is: our two tags and a template of this stack, as EC2 says; what the record names is believed whatever
// its tags say; what is somebody else's is never touched, and no hold.

import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../shared/base/time.ts';
import { isOurs } from '../../shared/decide/turn/ours.ts';
import type { InstanceView } from '../../shared/port/cloud.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { intent, launching } from './intents.ts';
import {
  ago,
  attachedTo,
  candidate,
  decide,
  effectsOf,
  former,
  instance,
  OWNER,
  PROJECT,
  reading,
  record,
  type Seen,
  SUCCESSOR,
  TEMPLATE,
  TOUCHES,
  UNKNOWN,
  volume,
} from './scene.ts';

const STRANGER = 'i-0000000000000000f';
const read = <T>(value: T) => ({ kind: 'read' as const, value });
const OURS = { templateId: TEMPLATE, project: PROJECT };
const OTHERS = { templateId: 'lt-other', project: 'spotkeep-other' };
const PLAIN = { templateId: 'lt-plain' };
const templates = read([OURS, OTHERS, PLAIN]);

const stranger = (changes: Partial<InstanceView> = {}): InstanceView =>
  instance(STRANGER, { launchId: 'launch-x', ...changes });
const beside = (view: InstanceView, more: Seen = {}): ReturnType<typeof reading> =>
  reading({ hosts: [instance(OWNER), view], templates, ...more });

const NOT_OURS: [what: string, changes: Partial<InstanceView>][] = [
  ['came from no template', { templateId: undefined }],
  ['came from a template of another stack', { templateId: OTHERS.templateId }],
  ['came from a template without our tag', { templateId: PLAIN.templateId }],
];
const WITHOUT_OUR_TAGS: [what: string, changes: Partial<InstanceView>][] = [
  ['has another project’s tag', { project: 'spotkeep-other' }],
  ['has no project’s tag', { project: undefined }],
  ['has another workload’s tag', { workload: 'wiki' }],
  ['has no workload’s tag', { workload: undefined }],
];
const GONE: [what: string, seen: Seen][] = [
  ['is gone', { templates: read([OTHERS]) }],
  ['cannot be read', { templates: UNKNOWN }],
];

describe('an instance', () => {
  const ours = { project: PROJECT, workload: 'gitlab', templates };

  it('is ours with our two tags and a template of this stack', () => {
    expect(isOurs(stranger(), ours)).toBe(true);
  });

  it.each([...NOT_OURS, ...WITHOUT_OUR_TAGS])('is not ours when it %s', (_what, changes) => {
    expect(isOurs(stranger(changes), ours)).toBe(false);
  });

  it.each(GONE)('is ours with our two tags when its template %s, and not without them', (_what, seen) => {
    const judged = { ...ours, templates: reading(seen).templates };
    expect(isOurs(stranger(), judged)).toBe(true);
    expect(isOurs(stranger({ project: undefined }), judged)).toBe(false);
    expect(isOurs(stranger({ templateId: undefined }), judged)).toBe(false);
  });
});

describe('an instance of ours whose launch nobody knows', () => {
  it.each<[string, Seen]>([['is there', {}], ...GONE])('is a hold when its template %s', (_what, seen) => {
    const { record: after } = effectsOf(record(), beside(stranger(), seen), {
      turns: 40,
      every: seconds(20),
    });
    expect(after.hold?.code).toBe('unknown-instance');
  });
});

describe('an instance with our tags that is somebody else’s', () => {
  it.each(NOT_OURS)('is an alert an hour and no hold when it %s, and is not touched', (_what, changes) => {
    const view = stranger(changes);
    const once = decide(record(), beside(view));
    expect(once.events).toMatchObject([
      { detailType: 'Alert', detail: { code: 'foreign-instance', text: expect.stringContaining(STRANGER) } },
    ]);
    const { effects, record: after } = effectsOf(record(), beside(view), { turns: 60, every: seconds(60) });
    expect([after.hold, after.suspicion, after.leaving]).toEqual([undefined, undefined, []]);
    expect(effects.filter((kind) => kind === 'terminate' || TOUCHES.has(kind))).toEqual([]);
    expect(decide(after, beside(view)).events).toEqual([]);
  });

  it('is one also with a launch of the record: whoever copies an instance copies its tags', () => {
    const copied = stranger({ launchId: 'launch-1', templateId: undefined });
    const { events, record: after } = decide(record(), beside(copied));
    expect(events).toHaveLength(1);
    expect(after.suspicion).toBeUndefined();
  });

  it('is not taken for the launch whose answer was lost', () => {
    const lost = record({
      owner: undefined,
      state: 'parked',
      override: { kind: 'stop', from: ago(minutes(9)), until: ago(minutes(-60)) },
      candidate: candidate({ instanceId: undefined, onlineAt: undefined, launchedAt: undefined }),
      intent: intent(launching(), ago(minutes(1))),
    });
    const seen = (view: InstanceView) => reading({ hosts: [view], disks: [volume()], templates });
    const copied = stranger({ launchId: 'launch-2', templateId: undefined });
    expect(decide(lost, seen(copied)).record.candidate?.instanceId).toBeUndefined();
    expect(decide(lost, seen(stranger({ launchId: 'launch-2' }))).record.candidate?.instanceId).toBe(
      STRANGER,
    );
  });

  it.each<[string, Partial<InstanceView>]>([
    ...WITHOUT_OUR_TAGS,
    ['is ending', { state: 'shutting-down', templateId: undefined }],
    ['has ended', { state: 'terminated', templateId: undefined }],
  ])('is not even told of when it %s', (_what, changes) => {
    expect(decide(record(), beside(stranger(changes))).events).toEqual([]);
  });

  it('is a hold when it has the volume, whatever it is', () => {
    for (const [, changes] of [...NOT_OURS, ...WITHOUT_OUR_TAGS]) {
      const seen = beside(stranger(changes), { disks: [volume({ attachments: attachedTo(STRANGER) })] });
      const { record: after } = effectsOf(record(), seen, { turns: 40, every: seconds(20) });
      expect(after.hold?.code).toBe('volume-held-by-other');
    }
  });
});

describe('what the record names', () => {
  const bare = { project: undefined, workload: undefined, launchId: undefined, templateId: undefined };
  const taken = { project: 'spotkeep-other', workload: 'wiki', launchId: 'x', templateId: OTHERS.templateId };

  it.each([bare, taken, { launchId: undefined }])('is the owner still, whatever its tags say: %o', (tags) => {
    const seen = reading({ hosts: [instance(OWNER, tags)], templates });
    const { effects, record: after } = effectsOf(record(), seen, { turns: 40, every: minutes(1) });
    expect(after).toMatchObject({ owner: { instanceId: OWNER }, state: 'serving' });
    expect([after.hold, after.owner?.missingSince]).toEqual([undefined, undefined]);
    expect(effects.filter((kind) => kind !== 'command')).toEqual([]);
  });

  it.each([bare, taken])('is a former owner still, alive until its end is proved: %o', (tags) => {
    const r = record({
      owner: undefined,
      state: 'launching',
      leaving: [former({ lastSeenAt: ago(minutes(600)) })],
    });
    const seen = reading({ hosts: [instance(OWNER, tags)], disks: [volume()], templates });
    const { record: after } = effectsOf(r, seen, { turns: 60, every: minutes(20) });
    expect(after.leaving).toMatchObject([{ instanceId: OWNER, missingAt: [] }]);
  });

  it('is the volume still, as long as its generation is the record’s', () => {
    const tags = { 'spotkeep:project': 'other', 'spotkeep:workload': 'wiki', 'spotkeep:dataset': 'x' };
    const seen = reading({ disks: [volume({ attachments: attachedTo(OWNER), tags })] });
    const { record: after } = effectsOf(record(), seen, { turns: 40, every: minutes(1) });
    expect([after.state, after.hold, after.suspicion]).toEqual(['serving', undefined, undefined]);
  });
});

describe('a recovery', () => {
  const recovering = (): RecordBody =>
    record({
      owner: undefined,
      state: 'held',
      hold: { code: 'table-restored', at: ago(minutes(20)), evidence: 'another table' },
      recover: { at: ago(minutes(15)), tableId: 'table-2', ended: [], begun: true },
    });
  const ended = (hosts: InstanceView[], more: Seen = {}) => {
    const seen = reading({
      hosts,
      disks: [volume()],
      snaps: [],
      tableId: read('table-2'),
      templates,
      ...more,
    });
    const { effects, record: after } = effectsOf(recovering(), seen, { turns: 6, every: seconds(1) });
    return { effects: new Set(effects), ids: after.leaving.map((one) => one.instanceId) };
  };

  it('ends what is ours, also of a template that the record never knew', () => {
    const made = { templateId: 'lt-new', project: PROJECT };
    const since = stranger({ templateId: 'lt-new' });
    const { effects, ids } = ended([since, instance(SUCCESSOR)], { templates: read([OURS, made]) });
    expect(effects).toEqual(new Set(['terminate']));
    expect(ids.toSorted()).toEqual([SUCCESSOR, STRANGER].toSorted());
  });

  it.each(GONE)('ends what carries our tags when its template %s', (_what, seen) => {
    expect(ended([stranger()], seen).ids).toEqual([STRANGER]);
  });

  it.each([...NOT_OURS, ...WITHOUT_OUR_TAGS])('asks nothing of one that %s', (_what, changes) => {
    const { effects, ids } = ended([stranger(changes)]);
    expect(effects).toEqual(new Set());
    expect(ids).toEqual([]);
  });

  it('waits for the volume to leave an instance that is not ours, and says so', () => {
    const recover = {
      at: ago(minutes(15)),
      tableId: 'table-2',
      ended: [],
      begun: true,
      clearSince: ago(minutes(11)),
      readings: 4,
    };
    const seen = reading({
      hosts: [stranger({ templateId: undefined })],
      disks: [volume({ attachments: attachedTo(STRANGER) })],
      snaps: [],
      tableId: read('table-2'),
      templates,
    });
    const planned = decide({ ...recovering(), recover }, seen);
    expect(planned.record.recover).toBeDefined();
    expect(planned.events.map(({ detail }) => detail.code)).toEqual(['foreign-instance', 'recover-held']);
  });
});

// What a workload waits for is a code beside words: the words may change, and nothing reads them.

import { describe, expect, it } from 'vitest';
import { seconds } from '../../shared/base/time.ts';
import type { Plan } from '../../shared/decide/plan.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { ago, candidate, decide, instance, NOW, reading, record, SUCCESSOR, volume } from './scene.ts';

/** An instance that was launched and whose agent has not registered. */
const coming = (changes: Partial<RecordBody> = {}): Plan =>
  decide(
    record({
      owner: undefined,
      state: 'launching',
      candidate: candidate({ onlineAt: undefined }),
      ...changes,
    }),
    reading({ hosts: [instance(SUCCESSOR)], online: [], disks: [volume()] }),
  );
const words = `the agent of ${SUCCESSOR}`;

describe('a wait', () => {
  it('is kept with its code, its words and since when', () => {
    const { record: after, reason, waitsFor } = coming();
    expect(after.waitingFor).toEqual({ step: 'agent', what: words, since: NOW });
    expect(waitsFor).toMatchObject({ step: 'agent', what: words });
    expect(reason).toBe(words);
  });

  it('that an earlier version began goes on, and gains its code', () => {
    const { record: after, history } = coming({ waitingFor: { what: words, since: ago(seconds(200)) } });
    expect(after.waitingFor).toEqual({ step: 'agent', what: words, since: ago(seconds(200)) });
    expect(history.map(({ kind }) => kind)).not.toContain('waited');
  });

  it('of another code is another wait, and a long one before it is told', () => {
    const since = ago(seconds(200));
    const { record: after, history } = coming({ waitingFor: { step: 'listing', what: words, since } });
    expect(after.waitingFor).toEqual({ step: 'agent', what: words, since: NOW });
    expect(history).toContainEqual({
      kind: 'waited',
      reason: `waited for ${words}`,
      detail: { step: 'listing', for: words, since, seconds: 200 },
    });
  });

  it('is no reason where something is done', () => {
    const done = decide(record({ owner: undefined }), reading({ hosts: [], disks: [volume()] }));
    expect([done.effect?.kind, done.waitsFor]).toEqual(['launch', undefined]);
  });
});

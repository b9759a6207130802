// Our tags as they are read: typed, and nothing of them where somebody wrote something else.

import { describe, expect, it } from 'vitest';
import { snapshotTags, volumeTags } from '../../shared/port/tags.ts';

describe('tags', () => {
  it('of a volume are its project, workload, dataset, role, generation, move and intent', () => {
    expect(
      volumeTags({
        'spotkeep:project': 'spotkeep-dev',
        'spotkeep:workload': 'gitlab',
        'spotkeep:dataset': 'dataset-1',
        'spotkeep:role': 'frozen',
        'spotkeep:generation': '12',
        'spotkeep:migration': 'move-1',
        'spotkeep:intent': 'intent-1',
        team: 'blue',
      }),
    ).toEqual({
      project: 'spotkeep-dev',
      workload: 'gitlab',
      dataset: 'dataset-1',
      role: 'frozen',
      generation: 12,
      migration: 'move-1',
      intent: 'intent-1',
    });
  });

  it.each(['', '-1', '01', '1.0', '1e3', ' 1', '1 ', '1234567890', 'two'])(
    'with the generation %j have none',
    (generation) => {
      expect(volumeTags({ 'spotkeep:generation': generation })).toEqual({ generationText: generation });
    },
  );

  it('have the largest generation', () => {
    expect(snapshotTags({ 'spotkeep:generation': '999999999' })).toEqual({ generation: 999_999_999 });
  });

  it('have the roles of their kind, and none for another word', () => {
    expect(volumeTags({ 'spotkeep:role': 'backup' }).role).toBeUndefined();
    expect(volumeTags({ 'spotkeep:role': 'Active' }).role).toBeUndefined();
    expect(snapshotTags({ 'spotkeep:role': 'backup' }).role).toBe('backup');
    expect(snapshotTags({ 'spotkeep:role': 'active' }).role).toBeUndefined();
    expect(snapshotTags({})).toEqual({});
  });
});

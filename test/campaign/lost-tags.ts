// Tags that people take away or change by mistake, of what a record names: instances, volumes, snapshots. Nothing may come of
// it. Before a restored table is recovered they are put back: only there tags say what is ours.

import { namedInstances, namedSnapshots, namedVolumes } from '../../shared/record/named.ts';
import { OTHER_PROJECT } from '../../simulator/region/others.ts';
import { applyByHand, chanceOf, type Stage } from './stage.ts';

const KEYS = ['spotkeep:project', 'spotkeep:workload', 'spotkeep:launch', 'spotkeep:dataset'];

export interface LostTags {
  /** True when there was something to lose them. */
  lose(name: string): boolean;
  putBack(name: string): void;
}

export const lostTags = (stage: Stage): LostTags => {
  const { judge, region } = stage.world;
  const chance = chanceOf(stage, 'lost tags');
  const lost = new Map<string, { id: string; tags: Record<string, string> }[]>();
  const tagsOf = (id: string): Record<string, string> | undefined =>
    (region.instances.get(id) ?? region.volumes.get(id) ?? region.snapshots.get(id))?.tags;
  const change = (name: 'CreateTags' | 'DeleteTags', id: string, tags: Record<string, string>): void => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({
      Key,
      ...(name === 'CreateTags' && { Value }),
    }));
    if (Tags.length > 0) applyByHand(stage, 'ec2', name, { Resources: [id], Tags });
  };
  return {
    lose(name) {
      const record = judge.records.get(name);
      if (!record || stage.frozen.has(name)) return false;
      const named = chance.pick([namedInstances, namedInstances, namedVolumes, namedSnapshots])(record);
      const id = named.length > 0 ? chance.pick(named) : undefined;
      const tags = Object.entries((id !== undefined && tagsOf(id)) || {}).filter(([key]) =>
        KEYS.includes(key),
      );
      if (id === undefined || tags.length === 0) return false;
      const some = tags.filter(() => chance.hit(0.7));
      lost.set(name, [{ id, tags: Object.fromEntries(some) }, ...(lost.get(name) ?? [])]);
      if (chance.hit(0.7)) change('DeleteTags', id, Object.fromEntries(some));
      else change('CreateTags', id, { ...Object.fromEntries(some), 'spotkeep:project': OTHER_PROJECT });
      return true;
    },
    putBack(name) {
      for (const { id, tags } of lost.get(name) ?? []) change('CreateTags', id, tags);
      lost.delete(name);
    },
  };
};

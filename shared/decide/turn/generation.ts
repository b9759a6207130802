// The number of a generation as tags carry it, and the roles of what was a home at some time.

import type { SnapshotTags, VolumeTagRole, VolumeTags } from '../../port/tags.ts';

const PROMOTED: ReadonlySet<VolumeTagRole> = new Set(['active', 'frozen', 'superseded']);

/** 0: there is none, or what stands there is no number of ours. */
export const generationIn = ({ generation }: VolumeTags | SnapshotTags): number => generation ?? 0;

export const isPromoted = ({ tags: { role } }: { tags: VolumeTags }): boolean =>
  role !== undefined && PROMOTED.has(role);

// Our tags, as EC2 knows them: a second copy for people, for IAM conditions (infra/policies-*.yml name the same) and for
// finding orphans; never the truth. A key or a role changes only together with the policies.

export const TAG = {
  project: 'spotkeep:project',
  workload: 'spotkeep:workload',
  launch: 'spotkeep:launch',
  dataset: 'spotkeep:dataset',
  role: 'spotkeep:role',
  generation: 'spotkeep:generation',
  migration: 'spotkeep:migration',
  intent: 'spotkeep:intent',
} as const;

/** What a volume is to its dataset, as its tag says. */
export const VOLUME_TAG_ROLES = ['active', 'frozen', 'migrating', 'superseded', 'deleting'] as const;
export type VolumeTagRole = (typeof VOLUME_TAG_ROLES)[number];

/**
 * By which the user lets one stage use a network, an address or an image of theirs. A key for each stage, so that one
 * subnet can serve several.
 */
export const stageTag = (stage: string): string => `spotkeep:stage:${stage}`;
export const STAGE_TAG_VALUE = 'yes';

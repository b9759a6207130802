// Our tags, as EC2 knows them: a second copy for people, for IAM conditions (infra/policies-*.yml name the same) and for
// finding orphans; never the truth. A key or a role changes only together with the policies.

import { BACKUP_LABEL } from '../definition/backups.ts';

export const TAG = {
  project: 'spotkeep:project',
  workload: 'spotkeep:workload',
  launch: 'spotkeep:launch',
  dataset: 'spotkeep:dataset',
  role: 'spotkeep:role',
  generation: 'spotkeep:generation',
  migration: 'spotkeep:migration',
  intent: 'spotkeep:intent',
  /** Of a manual backup. */
  label: 'spotkeep:label',
} as const;

/** EC2's own, of the launch template an instance came from: no caller can set a key that begins with `aws:` (User Guide, “Tag your Amazon EC2 resources”). */
export const TEMPLATE_TAG = 'aws:ec2launchtemplate:id';

/** What a volume is to its dataset, as its tag says. */
export const VOLUME_TAG_ROLES = ['active', 'frozen', 'migrating', 'superseded', 'deleting'] as const;
export type VolumeTagRole = (typeof VOLUME_TAG_ROLES)[number];

/**
 * By which the user lets one stage use a network, an address or an image of theirs. A key for each stage, so that one
 * subnet can serve several.
 */
export const stageTag = (stage: string): string => `spotkeep:stage:${stage}`;
export const STAGE_TAG_VALUE = 'yes';

/** What a snapshot was made for, as its tag says. */
export const SNAPSHOT_TAG_ROLES = ['backup', 'base', 'migration'] as const;
export type SnapshotTagRole = (typeof SNAPSHOT_TAG_ROLES)[number];

/** Our tags of a volume or snapshot as they were read. What is not of the form that we write is absent. */
export interface DataTags<Role extends string> {
  project?: string;
  workload?: string;
  dataset?: string;
  role?: Role;
  generation?: number;
  /** What stands there in place of a number, for the operator to see. */
  generationText?: string;
  migration?: string;
  intent?: string;
}

/** `0` (never written) to `999999999`: no sign, no leading zero, no point. */
const GENERATION = /^(?:0|[1-9]\d{0,8})$/;

const dataTags = <Role extends string>(
  tags: Readonly<Record<string, string>>,
  roles: readonly Role[],
): DataTags<Role> => {
  const text = tags[TAG.generation];
  const isNumber = text !== undefined && GENERATION.test(text);
  return {
    project: tags[TAG.project],
    workload: tags[TAG.workload],
    dataset: tags[TAG.dataset],
    role: roles.find((role) => role === tags[TAG.role]),
    generation: isNumber ? Number(text) : undefined,
    generationText: isNumber ? undefined : text,
    migration: tags[TAG.migration],
    intent: tags[TAG.intent],
  };
};

export type VolumeTags = DataTags<VolumeTagRole>;
export const volumeTags = (tags: Readonly<Record<string, string>>): VolumeTags =>
  dataTags(tags, VOLUME_TAG_ROLES);

export interface SnapshotTags extends DataTags<SnapshotTagRole> {
  /** Of a manual backup, also where the label was edited in EC2. */
  label?: string;
}
export const snapshotTags = (tags: Readonly<Record<string, string>>): SnapshotTags => {
  const label = tags[TAG.label];
  const read = label === undefined || BACKUP_LABEL.test(label) ? label : 'manual';
  return { ...dataTags(tags, SNAPSHOT_TAG_ROLES), ...(read === undefined ? {} : { label: read }) };
};

// The mutating calls a plan can ask for, as they are written into the record before they are made: what is asked again
// after a lost answer is what was asked, byte for byte.

import * as z from 'zod/mini';
import type { LaunchRequest, VolumeRequest } from '../port/cloud.ts';
import type { HostDocument } from '../port/commands.ts';
import type { VolumeTagRole } from '../port/tags.ts';
import { id, kept } from './fields.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';
const generation = z.int().check(z.gte(1));
const texts = z.record(z.string(), z.string());
const madeFor = z.enum(['blank', 'migration']);

const launch = kept({ kind: z.literal('launch'), request: z.custom<LaunchRequest>(isObject) });
const createVolume = kept({
  kind: z.literal('create-volume'),
  purpose: madeFor,
  generation,
  /** Of a copy. */
  migrationId: z.optional(id),
  request: z.custom<VolumeRequest>(isObject),
});
const snapshot = kept({
  kind: z.literal('snapshot'),
  purpose: z.enum(['backup', 'base', 'migration']),
  volumeId: id,
  generation,
  /** Of a volume that has not been started yet. */
  unproved: z.optional(z.boolean()),
  migrationId: z.optional(id),
  /** Of a manual backup. */
  label: z.optional(z.string()),
  /** Nothing was written since an earlier one. */
  repeat: z.optional(z.boolean()),
  description: z.string(),
  tags: texts,
});
/** A volume asked for by a version that did not write down the whole request: never asked again, only looked for. */
const earlierVolume = kept({
  kind: z.literal('earlier-volume'),
  purpose: madeFor,
  generation,
  migrationId: z.optional(id),
});

const effects = [
  launch,
  createVolume,
  snapshot,
  kept({ kind: z.literal('attach'), volumeId: id, instanceId: id }),
  kept({ kind: z.literal('detach'), volumeId: id, instanceId: id }),
  kept({ kind: z.literal('keep-volume'), instanceId: id }),
  kept({ kind: z.literal('terminate'), instanceId: id, force: z.boolean() }),
  kept({
    kind: z.literal('tag-volume'),
    volumeId: id,
    role: z.custom<VolumeTagRole>(isText),
    generation: z.optional(generation),
  }),
  kept({ kind: z.literal('delete-volume'), volumeId: id }),
  kept({ kind: z.literal('delete-snapshot'), snapshotId: id }),
  kept({ kind: z.literal('associate-address'), allocationId: id, instanceId: id }),
  kept({
    kind: z.literal('command'),
    document: z.custom<HostDocument>(isText),
    instanceId: id,
    parameters: texts,
  }),
] as const;

/** What an intent names: a call, or what is left of one that an earlier version asked for. */
export const intended = z.union([...effects, earlierVolume]);

/** What these make would be lost if their intent were forgotten. */
export const madeOnce = z.union([launch, createVolume, snapshot, earlierVolume]);

export type Effect = z.infer<(typeof effects)[number]>;
export type Intended = z.infer<typeof intended>;
export type MadeOnce = z.infer<typeof madeOnce>;

export const isMadeOnce = (one: Intended): one is MadeOnce =>
  one.kind === 'launch' ||
  one.kind === 'create-volume' ||
  one.kind === 'snapshot' ||
  one.kind === 'earlier-volume';

// Calls as a plan asks for them, and the intents that name them.

import type { Instant } from '../../shared/base/time.ts';
import { seconds } from '../../shared/base/time.ts';
import type { Effect, Intended } from '../../shared/record/effect.ts';
import type { Intent } from '../../shared/record/intent.ts';
import { ago, SNAPSHOT, VOLUME } from './scene.ts';

type Call<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** A call whose answer is still to come. */
export const intent = (effect: Intended, at: Instant = ago(seconds(3))): Intent => ({
  id: 'intent-1',
  effect,
  at,
});

/** By default that of `candidate()`. */
export const launching = (changes: Partial<Call<'launch'>['request']> = {}): Call<'launch'> => ({
  kind: 'launch',
  request: {
    token: 'token-1',
    workload: 'gitlab',
    launchId: 'launch-2',
    launchTemplate: 'lt',
    imageId: 'ami-0123456789abcdef0',
    architecture: 'x86_64',
    purchase: 'spot',
    zone: 'eu-west-1a',
    subnetId: 'subnet-1',
    instanceTypes: ['m7i.large'],
    securityGroupIds: [],
    tags: {},
    ...changes,
  },
});

export const creatingBlank = (changes: Partial<Call<'create-volume'>> = {}): Call<'create-volume'> => ({
  kind: 'create-volume',
  purpose: 'blank',
  generation: 1,
  request: { token: 'token-2', zone: 'eu-west-1a', sizeGiB: 20, type: 'gp3', tags: {} },
  ...changes,
});

/** By default that of `migration()`. */
export const creatingCopy = (changes: Partial<Call<'create-volume'>> = {}): Call<'create-volume'> => ({
  kind: 'create-volume',
  purpose: 'migration',
  generation: 2,
  migrationId: 'migration-1',
  request: {
    token: 'token-3',
    zone: 'eu-west-1b',
    sizeGiB: 20,
    type: 'gp3',
    snapshotId: SNAPSHOT,
    tags: {},
  },
  ...changes,
});

export const snapshotting = (
  purpose: Call<'snapshot'>['purpose'],
  changes: Partial<Call<'snapshot'>> = {},
): Call<'snapshot'> => ({
  kind: 'snapshot',
  purpose,
  volumeId: VOLUME,
  generation: 1,
  description: '',
  tags: {},
  ...changes,
});

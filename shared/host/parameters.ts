// The parameters of the five documents, as data: infra makes the SSM documents from them, the control plane builds
// and checks its commands with them, and the scripts check them once more. No user's free text ever is one.
// Patterns are plain enough for JavaScript, SSM's allowedPattern and bash's extended expressions alike.

import type { HostDocument } from '../port/commands.ts';

const ULID = '[0-9A-HJKMNP-TV-Z]{26}';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

export interface Parameter {
  /** Anchored; matches in JavaScript, in SSM and in bash. */
  pattern: string;
  meaning: string;
}

const operation = {
  operationNumber: { pattern: '^[1-9][0-9]{0,14}$', meaning: 'number of the operation; a higher one wins' },
  operationId: { pattern: `^${ULID}$`, meaning: 'random id of the operation' },
} satisfies Record<string, Parameter>;

const volume = {
  datasetId: { pattern: `^${ULID}$`, meaning: 'the dataset' },
  volumeId: { pattern: '^vol-([0-9a-f]{8}|[0-9a-f]{17})$', meaning: 'the EBS volume' },
  generation: { pattern: '^[1-9][0-9]{0,8}$', meaning: 'generation of the volume' },
  migrationId: {
    pattern: `^(none|${ULID})$`,
    meaning: 'the migration that made this volume, or none (then not compared)',
  },
} satisfies Record<string, Parameter>;

const device = {
  fileSystem: { pattern: '^(ext4|xfs)$', meaning: 'recorded kind of file system' },
  expectSizeGiB: { pattern: '^[1-9][0-9]{0,4}$', meaning: 'recorded size of the volume, GiB' },
} satisfies Record<string, Parameter>;

const fsUuid = { pattern: `^${UUID}$`, meaning: 'UUID of the file system' } satisfies Parameter;

const grant = {
  grantUntil: {
    pattern: '^[1-9][0-9]{9,10}$',
    meaning: 'until when the instance may run unattended, epoch seconds',
  },
} satisfies Record<string, Parameter>;

const stopBudgetSeconds = {
  pattern: '^[1-9][0-9]{0,2}$',
  meaning: 'how long stopping Docker and unmounting may take together, seconds',
} satisfies Parameter;

const unkeptBinds = {
  pattern: '^(refuse|warn)$',
  meaning: 'what to do about writable binds outside the volume',
} satisfies Parameter;

/** In the order in which the SSM documents list them. */
export const PARAMETERS = {
  format: { ...operation, ...volume, fsUuid, ...device, ...grant },
  adopt: {
    ...operation,
    ...volume,
    fsUuid: {
      pattern: `^(none|${UUID})$`,
      meaning: 'the UUID the operator confirmed; none when only inspecting',
    },
    ...device,
    ...grant,
    adoptMode: { pattern: '^(inspect|write)$', meaning: 'only look, or write the marker' },
    deadDriver: {
      pattern: '^(refuse|move-aside)$',
      meaning: 'what to do with a driver Docker no longer has',
    },
  },
  start: {
    ...operation,
    ...volume,
    parentGeneration: {
      pattern: '^(none|[1-9][0-9]{0,8})$',
      meaning: 'the generation this volume was copied from, until it was proved; else none',
    },
    fsUuid,
    ...device,
    ...grant,
    stopBudgetSeconds,
    setupSha256: { pattern: '^(none|[0-9a-f]{64})$', meaning: 'SHA-256 of the setup script, or none' },
    setupParameter: {
      pattern: '^(none|/spotkeep/[A-Za-z0-9/_.-]{1,200})$',
      meaning: "the setup script's name in Parameter Store, or none",
    },
    unkeptBinds,
  },
  stop: { ...operation, volumeId: volume.volumeId, stopBudgetSeconds },
  probe: {
    ...operation,
    ...volume,
    ...grant,
    unkeptBinds,
    healthKind: { pattern: '^(container|http|tcp)$', meaning: 'how the application is checked' },
    healthPort: { pattern: '^(0|[1-9][0-9]{0,4})$', meaning: 'port for http and tcp, else 0' },
    healthPath: { pattern: '^(none|/[A-Za-z0-9/_.-]{0,100})$', meaning: 'path for http, else none' },
  },
} as const satisfies Record<HostDocument, Record<string, Parameter>>;

/** Values by parameter name for one document: every one is needed, none has a default. */
export type ParameterValues<D extends HostDocument> = Record<keyof (typeof PARAMETERS)[D] & string, string>;

/** Names of parameters that are missing, unknown or do not match their pattern. */
export function badParameters(document: HostDocument, values: Readonly<Record<string, string>>): string[] {
  const known: Readonly<Record<string, Parameter>> = PARAMETERS[document];
  const wrong = Object.entries(known).filter(
    ([name, { pattern }]) => !new RegExp(pattern).test(values[name] ?? ''),
  );
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(known, name));
  return [...wrong.map(([name]) => name), ...unknown];
}

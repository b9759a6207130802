// What the user writes about one workload, after parsing: defaults filled in, units in the names.
// The YAML form and its checks are in schema.ts; this type is what the rest of the product sees
// and what the record stores.

export type Architecture = 'arm64' | 'x86_64';
export type VolumeType = 'gp3' | 'gp2' | 'io1' | 'io2' | 'st1' | 'sc1';
export type FileSystem = 'ext4' | 'xfs';
/** Monday first. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export interface NewVolume {
  kind: 'new';
  sizeGiB: number;
  type: VolumeType;
  iops?: number;
  throughputMiBps?: number;
  /** Always true for new volumes; a KMS key id or ARN of the same region, else the account's default key. */
  encrypted: true;
  kmsKeyId?: string;
  fileSystem: FileSystem;
  firstZone: string;
}

export interface AdoptedVolume {
  kind: 'adopt';
  volumeId: string;
  fileSystem: FileSystem;
}

export interface Requirements {
  vcpuMin: number;
  vcpuMax?: number;
  memoryMinGiB: number;
  memoryMaxGiB?: number;
}

/** `HH:MM`, 00:00 to 24:00. */
export type LocalTime = string;
/** `YYYY-MM-DD`. */
export type LocalDate = string;

/** Half-open [from, to); `to` at or before `from` means the next day (overnight). */
export interface WeeklyWindow {
  days: Day[];
  from: LocalTime;
  to: LocalTime;
}

/** Hours added to or removed from one date, whatever the weekly windows and holidays say. */
export interface ScheduleException {
  date: LocalDate;
  kind: 'add' | 'remove';
  from: LocalTime;
  to: LocalTime;
}

export interface Schedule {
  /** IANA zone name, or UTC. */
  timeZone: string;
  mode: 'weekly' | 'always' | 'never';
  windows: WeeklyWindow[];
  /** Windows that would begin on these local dates do not. */
  holidays: LocalDate[];
  exceptions: ScheduleException[];
  /** The service is launched this much before a window, so that it serves at its start. */
  readyByMinutes: number;
}

export type Health =
  | { kind: 'container' }
  | { kind: 'http'; port: number; path: string }
  | { kind: 'tcp'; port: number };

/** Of how many of the newest days, weeks and months a recovery point is kept. */
export interface Tiers {
  daily: number;
  weekly: number;
  monthly: number;
}

export interface Definition {
  name: string;
  region: string;
  volume: NewVolume | AdoptedVolume;
  capacity: {
    architecture: Architecture;
    /** At least one of instanceTypes and requirements. */
    instanceTypes: string[];
    requirements?: Requirements;
    zones: { zone: string; subnetId: string }[];
    onDemand: { kind: 'never' } | { kind: 'fallback'; afterMinutes: number };
    /** Quiet hours in which a service that is always on may be handed back to spot. */
    returnToSpot?: WeeklyWindow;
  };
  /** `amazon-linux-2023-ecs` | `amazon-linux-2023` | `ubuntu-24.04` | `flatcar` | `ami-…` | `/ssm/parameter`. */
  image: string;
  network: { securityGroupIds: string[]; elasticIpAllocationId?: string };
  instance: { extraPolicyArns: string[]; tags: Record<string, string> };
  /** SHA-256 (hex) of the setup script kept in Parameter Store under the workload's own path. */
  setup?: { sha256: string };
  schedule: Schedule;
  /** How long `stop` may take before the instance is terminated anyway. */
  stopGraceSeconds: number;
  /** How long the application usually takes after Docker answers; shown, never waited for. */
  warmUpSeconds: number;
  health: Health;
  backups: {
    afterStop: boolean;
    /** At most this long between two recovery points; absent: 24. */
    everyHours?: number;
    /** A number alone is that of days. */
    keep: number | Tiers;
  };
  retention: { supersededDays: number };
  notifyTopicArn?: string;
  unkeptBinds: 'refuse' | 'warn';
}

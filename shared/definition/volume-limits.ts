// What each EBS volume type allows. Source: Amazon EBS User Guide, "Amazon EBS volume types", and the CreateVolume
// page of the EC2 API reference (sizes in GiB, throughput in MiB/s).

import type { VolumeType } from './definition.ts';

export interface VolumeLimits {
  sizeGiB: readonly [number, number];
  /** Absent: the type takes no provisioned IOPS. */
  iops?: { range: readonly [number, number]; required: boolean; perGiB: number };
  /** Absent: the type takes no provisioned throughput. `perIops` in MiB/s. */
  throughputMiBps?: { range: readonly [number, number]; perIops: number };
}

export const GP3_DEFAULT_IOPS = 3_000;

export const VOLUME_LIMITS: Record<VolumeType, VolumeLimits> = {
  gp3: {
    sizeGiB: [1, 65_536],
    // 3,000 come with every volume, whatever its size; more are bound to the size.
    iops: { range: [GP3_DEFAULT_IOPS, 80_000], required: false, perGiB: 500 },
    throughputMiBps: { range: [125, 2_000], perIops: 0.25 },
  },
  gp2: { sizeGiB: [1, 16_384] },
  io1: { sizeGiB: [4, 16_384], iops: { range: [100, 64_000], required: true, perGiB: 50 } },
  io2: { sizeGiB: [4, 65_536], iops: { range: [100, 256_000], required: true, perGiB: 1_000 } },
  st1: { sizeGiB: [125, 16_384] },
  sc1: { sizeGiB: [125, 16_384] },
};

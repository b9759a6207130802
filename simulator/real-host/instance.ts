// What the tests need of an instance and of a volume. Two kinds stand behind it: systemd-nspawn (nspawn.ts: quick,
// real systemd, Docker, ext4/XFS; serials made up) and QEMU (qemu.ts: real NVMe with serials, hot-plug, power loss).

import type { ShellResult } from './shell.ts';
import type { Volume } from './volume.ts';

export interface Instance {
  readonly name: string;
  readonly kind: 'nspawn' | 'qemu';
  /** Runs a script as the agent does: a file, parameters in the environment. Ends with the script's output. */
  run(script: string, env?: Record<string, string>, timeoutMs?: number): Promise<ShellResult>;
  /** Rejects while another instance has the volume. */
  attach(volume: Volume): Promise<void>;
  detach(volume: Volume): Promise<void>;
  /** The instance is gone at once; what was not synced to a volume is lost. */
  kill(): Promise<void>;
  /** Record numbers that the writer container acknowledged here, in order. Readable after a kill. */
  acknowledged(): Promise<number[]>;
}

export interface LaunchOptions {
  /** Debian release of the userland: bookworm has Docker 20.10, trixie 26.1. */
  release?: 'bookworm' | 'trixie';
  /** Without the boothook the instance boots like a stock image. */
  boothook?: boolean;
  /** Docker's units are enabled, as a stock image has them. Else they do not run at boot, which is quicker. */
  dockerAtBoot?: boolean;
}

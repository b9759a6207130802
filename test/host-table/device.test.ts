// How the scripts find the volume's device, with the kernel's answers put in place: names prove nothing.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const part = fileURLToPath(new URL('../../shared/host/part/device.sh', import.meta.url));

/** What is observed of a device, given what sysfs and the by-id links show for the serial. */
const observed = (sysfs: string, links: string): string => {
  const script = `
    source ${part}
    SSM_volumeId=vol-0123456789abcdef0 SSM_expectSizeGiB=1
    observe() { printf '%s=%s\\n' "$1" "$2"; }
    detail() { :; }
    udevadm() { :; }
    sleep() { :; }
    root_disk() { printf 'vda'; }
    xen_devices() { :; }
    sysfs_devices() { [[ $1 == vol0123456789abcdef0 ]] && printf '${sysfs}'; return 0; }
    linked_devices() { [[ $1 == vol0123456789abcdef0 ]] && printf '${links}'; return 0; }
    observe_device`;
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return stdout.trim();
};

describe('the data volume’s device', () => {
  it('is absent where no device shows the volume’s serial, whatever devices there are', () => {
    expect(observed('', '')).toBe('device=absent');
  });

  it('is absent until sysfs and the by-id link both show it', () => {
    expect(observed('/dev/null', '')).toBe('device=absent');
  });

  it('is a mismatch where the two disagree', () => {
    expect(observed('/dev/one', '/dev/two')).toBe('device=mismatch');
  });

  it('is ambiguous where two devices show the serial', () => {
    expect(observed('/dev/one\\n/dev/two', '/dev/one')).toBe('device=ambiguous');
  });

  it('is never the root disk', () => {
    expect(observed('/dev/vda', '/dev/vda')).toBe('device=mismatch');
  });
});

// What the QEMU guests boot: Debian's cloud kernel (NVMe and ext4 are built in, so no initrd) and an ext4 image of the
// bookworm userland with the kernel's modules. Built once, kept under .cache/; each guest writes to an overlay.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { boothookUserData } from '../../shared/host/bundle.ts';
import type { Images } from './image.ts';
import { must } from './shell.ts';

// Over a plain serial port, which the kernel has built in.
const AGENT = `[Unit]
Description=The tests' command channel
DefaultDependencies=no
After=local-fs.target
[Service]
ExecStart=/usr/sbin/qemu-ga -m isa-serial -p /dev/ttyS1
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
`;

export interface GuestImage {
  kernel: string;
  root: string;
}

async function downloadKernel(folder: string): Promise<{ kernel: string; modules: string }> {
  const depends = await must('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const name = /Depends: (linux-image-[a-z0-9.+-]+-cloud-amd64)/.exec(depends)?.[1];
  if (!name) throw new Error(`no cloud kernel in the package lists: ${depends}`);
  await must('bash', [
    '-c',
    'cd "$1" && apt-get download "$2" && dpkg-deb -x "$2"_*.deb kernel',
    'get',
    folder,
    name,
  ]);
  const boot = path.join(folder, 'kernel', 'boot');
  const image = readdirSync(boot).find((file) => file.startsWith('vmlinuz-'));
  if (!image) throw new Error(`no kernel in ${name}`);
  return { kernel: path.join(boot, image), modules: path.join(folder, 'kernel', 'lib', 'modules') };
}

export async function buildGuestImage(cache: string, images: Images): Promise<GuestImage> {
  const base = images.root('bookworm');
  const key = createHash('sha256').update(`4 ${base} ${boothookUserData()}`).digest('hex').slice(0, 12);
  const folder = path.join(cache, `guest-${key}`);
  const root = path.join(folder, 'root.img');
  if (existsSync(path.join(folder, '.complete'))) {
    const boot = path.join(folder, 'kernel', 'boot');
    const image = readdirSync(boot).find((file) => file.startsWith('vmlinuz-')) ?? '';
    return { kernel: path.join(boot, image), root };
  }
  for (const old of readdirSync(cache))
    if (old.startsWith('guest-')) rmSync(path.join(cache, old), { recursive: true });
  mkdirSync(folder, { recursive: true });
  console.log(`building the QEMU guest (once) in ${folder}`);
  const { kernel, modules } = await downloadKernel(folder);
  const tree = path.join(folder, 'tree');
  await must('cp', ['-a', base, tree]);
  mkdirSync(path.join(tree, 'lib', 'modules'), { recursive: true });
  await must('bash', [
    '-c',
    'cp -a "$1"/. "$2"/usr/lib/modules/; chroot "$2" depmod "$(ls "$1")"',
    'modules',
    modules,
    tree,
  ]);
  writeFileSync(path.join(tree, 'etc', 'user-data'), boothookUserData());
  writeFileSync(path.join(tree, 'etc/systemd/system/test-agent.service'), AGENT);
  // Without KVM every start costs: Docker at boot, which the boothook would stop, is shown under nspawn.
  for (const unit of [
    'multi-user.target.wants/docker.service',
    'multi-user.target.wants/containerd.service',
    'sockets.target.wants/docker.socket',
  ])
    rmSync(path.join(tree, 'etc/systemd/system', unit), { force: true });
  writeFileSync(
    path.join(tree, 'etc/modprobe.d/slow.conf'),
    'blacklist kvm\nblacklist kvm_amd\nblacklist kvm_intel\nblacklist powernow_k8\n',
  );
  symlinkSync(
    '../test-agent.service',
    path.join(tree, 'etc/systemd/system/multi-user.target.wants/test-agent.service'),
  );
  writeFileSync(path.join(tree, 'etc', 'machine-id'), '0123456789abcdef0123456789abcdef\n');
  await must('cp', [images.writerTar, path.join(tree, 'opt', 'writer.tar')]);
  await must('mkfs.ext4', ['-q', '-d', tree, root, '4G'], { timeoutMs: 600_000 });
  rmSync(tree, { recursive: true });
  writeFileSync(path.join(folder, '.complete'), '');
  return { kernel, root };
}

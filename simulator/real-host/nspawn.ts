// An instance as a systemd-nspawn container: its own init, mounts, processes and network, on this machine's kernel.
// What is made up: the NVMe serial and by-id link of an attached volume (a loop device). Everything above is real.
// Killing one is a clean unmount for the kernel, so `kill` first shuts the file system down without flushing its log:
// what was not synced is lost, as with a power failure.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { boothookUserData } from '../../shared/host/assemble.ts';
import { hierarchies, LAUNCH, removeGroups } from './control-groups.ts';
import type { Images } from './image.ts';
import type { Instance, LaunchOptions } from './instance.ts';
import { DOCKER_UNITS, GENERATORS, maskIn, UNITS } from './masks.ts';
import { endProcess, must, quietly, run, type ShellResult, type Undo, until } from './shell.ts';
import { loopsOf, releaseLoop, type Volume } from './volume.ts';

// EXT4_IOC_SHUTDOWN, which XFS shares; 2: do not flush the log.
const SHUT_DOWN =
  'open(F, "<", $ARGV[0]) or die; my $how = pack("L", 2); defined(ioctl(F, 0x8004587d, $how)) or die $!';

function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Gone already: nothing to end.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

export class NspawnInstance implements Instance {
  readonly kind = 'nspawn';
  readonly name: string;
  readonly folder: string;
  private readonly child: ChildProcess;
  private readonly undo: Undo;
  private readonly held = new Map<string, { loop: string; release: () => void }>();
  private leader = 0;
  private commands = 0;
  private devices = 0;
  private forget: () => void = () => {};

  private constructor(name: string, folder: string, child: ChildProcess, undo: Undo) {
    this.name = name;
    this.folder = folder;
    this.child = child;
    this.undo = undo;
  }

  static async launch(
    name: string,
    folder: string,
    images: Images,
    undo: Undo,
    options: LaunchOptions = {},
  ): Promise<NspawnInstance> {
    const root = path.join(folder, 'root');
    for (const part of ['upper', 'work', 'root']) mkdirSync(path.join(folder, part), { recursive: true });
    const lower = images.root(options.release ?? 'bookworm');
    const layers = `lowerdir=${lower},upperdir=${folder}/upper,workdir=${folder}/work`;
    await must('mount', ['-t', 'overlay', 'overlay', '-o', layers, root]);
    maskIn(root, 'system', UNITS);
    maskIn(root, 'system-generators', GENERATORS);
    if (options.dockerAtBoot !== true) maskIn(root, 'system', DOCKER_UNITS);
    if (options.boothook !== false) writeFileSync(path.join(root, 'etc/user-data'), boothookUserData());
    const log = openSync(path.join(folder, 'console'), 'w');
    // Nice: guests without KVM next to it are slow enough.
    const child = spawn('nice', ['-n', '5', 'bash', '-c', LAUNCH, 'launch', ...hierarchies()], {
      stdio: ['ignore', log, log],
      detached: true,
      env: {
        PATH: process.env.PATH,
        NAME: name,
        ROOT: root,
        SYSTEMD_NSPAWN_API_VFS_WRITABLE: '1',
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: hierarchies().length === 1 ? '1' : '0',
      },
    });
    const instance = new NspawnInstance(name, folder, child, undo);
    instance.forget = undo.add(() => instance.remove());
    await instance.boot(options);
    return instance;
  }

  private async boot(options: LaunchOptions): Promise<void> {
    await until(`${this.name} boots`, 60_000, () => {
      if (this.child.exitCode !== null)
        throw new Error(`${this.name} ended: ${readFileSync(path.join(this.folder, 'console'), 'utf8')}`);
      const children = readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8').trim();
      this.leader = Number(children.split(' ')[0] ?? 0);
      return this.leader > 0 && existsSync(`${this.root}/run/dbus/system_bus_socket`);
    });
    await this.run(
      'mount -t tmpfs tmpfs /sys/block; for h in /sys/fs/cgroup/*/; do mount -o remount,bind,rw "$h"; done; ip link set lo up; ip address add 169.254.169.254/32 dev lo',
    );
    if (options.boothook !== false)
      await until(`${this.name} runs its boothook`, 60_000, () =>
        existsSync(`${this.root}/run/spotkeep/guarded`),
      );
  }

  /** The instance's file system as seen from here. */
  get root(): string {
    return `/proc/${this.leader}/root`;
  }

  get pid(): number {
    return this.leader;
  }

  async run(script: string, env: Record<string, string> = {}, timeoutMs = 120_000): Promise<ShellResult> {
    this.commands += 1;
    const file = `/run/command-${this.commands}.sh`;
    writeFileSync(`${this.root}${file}`, script.startsWith('#!') ? script : `#!/bin/bash\n${script}`, {
      mode: 0o700,
    });
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const clean = ['-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...variables];
    return run('nsenter', ['-t', String(this.leader), '-a', 'env', ...clean, 'sh', '-c', file], {
      timeoutMs,
    });
  }

  /** The volume's device name inside. */
  device(volume: Volume): string {
    return `/dev/${readFileSync(`${this.root}/run/device-${volume.id}`, 'utf8')}`;
  }

  /** Runs lines with the volume's file system mounted at /mnt. */
  async withMounted(volume: Volume, script: string, options = 'rw'): Promise<void> {
    await this.inside(
      `mount -o ${options} ${this.device(volume)} /mnt; cd /mnt; ${script}\ncd /; umount /mnt`,
    );
  }

  /** A program found before the real one, by its name. Returns what removes it. */
  fake(name: string, script: string): () => void {
    const file = `${this.root}/usr/local/sbin/${name}`;
    writeFileSync(file, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
    return () => rmSync(file, { force: true });
  }

  /** A file of this machine, put into the instance's /run or any other of its file systems. */
  async copyIn(file: string, target: string): Promise<void> {
    await must('cp', [file, `${this.root}${target}`]);
  }

  async attach(volume: Volume): Promise<void> {
    if ((await loopsOf(volume.file)).length > 0) throw new Error(`${volume.id} is attached already`);
    const loop = await must('losetup', ['-f', '--show', volume.file]);
    this.devices += 1;
    const name = `nvme${this.devices}n1`;
    this.held.set(volume.id, { loop, release: this.undo.add(() => releaseLoop(loop)) });
    const minor = loop.slice('/dev/loop'.length);
    const sectors = await must('blockdev', ['--getsz', loop]);
    const link = `nvme-Amazon_Elastic_Block_Store_${volume.serial}`;
    await this.inside(`
      rm -f /dev/${name}; mknod /dev/${name} b 7 ${minor}
      mkdir -p /sys/block/${name}/device /sys/block/${name}/holders /dev/disk/by-id
      printf '%s\\n' '${volume.serial}   ' >/sys/block/${name}/device/serial
      printf '%s\\n' ${sectors} >/sys/block/${name}/size
      ln -sf ../../${name} /dev/disk/by-id/${link}; printf '%s' ${name} >/run/device-${volume.id}`);
  }

  has(volume: Volume): boolean {
    return this.held.has(volume.id);
  }

  async detach(volume: Volume): Promise<void> {
    const had = this.held.get(volume.id);
    if (!had) throw new Error(`${volume.id} is not attached to ${this.name}`);
    await this.inside(`
      name=$(cat /run/device-${volume.id})
      rm -rf /sys/block/$name /dev/$name /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume.serial}`);
    had.release();
    this.held.delete(volume.id);
    await until(`${volume.id} is free`, 10_000, async () => (await loopsOf(volume.file)).length === 0);
  }

  /** A shell line that must succeed. */
  async inside(script: string, env: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(`set -e\n${script}`, env);
    if (code !== 0) throw new Error(`${this.name}: ${script}: ${code}\n${stderr}${stdout}`);
    return stdout.trim();
  }

  /** Whether the instance has something at Docker's directory. */
  mounted(): boolean {
    const table = readFileSync(`/proc/${this.leader}/mountinfo`, 'utf8');
    return table.split('\n').some((line) => line.split(' ')[4] === '/var/lib/docker');
  }

  /** From now on every write to the mounted volume fails, as after the loss of a disk. */
  async breakVolume(): Promise<void> {
    await must('perl', ['-e', SHUT_DOWN, `${this.root}/var/lib/docker`]);
  }

  async kill(): Promise<void> {
    if (this.mounted()) await this.breakVolume();
    this.stopProcesses();
    for (const { release } of this.held.values()) release();
    this.held.clear();
  }

  private stopProcesses(): void {
    // The first process inside is what keeps the others alive: without it the kernel ends them all.
    if (this.leader > 0 && killed(this.leader))
      quietly('bash', [
        '-c',
        `for i in {1..200}; do [ -e /proc/${this.leader} ] || exit 0; sleep 0.02; done`,
      ]);
    endProcess(this.child);
  }

  async acknowledged(): Promise<number[]> {
    const file = path.join(this.folder, 'upper/var/ack/log');
    if (!existsSync(file)) return [];
    const text = readFileSync(file, 'utf8');
    return text
      .slice(0, Math.floor(text.length / 9) * 9)
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map(Number);
  }

  private remove(): void {
    this.stopProcesses();
    for (const { release } of this.held.values()) release();
    quietly('umount', [path.join(this.folder, 'root')]);
    quietly('chattr', ['-R', '-i', path.join(this.folder, 'upper/var/lib')]);
    rmSync(this.folder, { recursive: true, force: true });
    removeGroups(this.name);
  }

  /** Ends it and leaves nothing behind. */
  destroy(): void {
    this.forget();
  }
}

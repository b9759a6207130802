// An instance as a QEMU guest (without KVM, so slow): NVMe volumes with real serials, plugged and unplugged while it
// runs, held by one guest at a time through the image's lock, and a loss that is a power failure. Commands go through
// the guest agent, as through the one on EC2.

import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Instance } from '../../simulator/real-host/instance.ts';
import { endProcess, must, type ShellResult, sleep, type Undo } from '../../simulator/real-host/shell.ts';
import type { Volume } from '../../simulator/real-host/volume.ts';
import { isJson, type LineSocket } from './line-socket.ts';
import type { GuestImage } from './qemu-image.ts';
import { PORTS, putToSleep, type RunningMachine, startMachine } from './qemu-machine.ts';

const BOOT_LIMIT_MS = 180_000;

const text = (value: unknown): string =>
  typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';

interface Held {
  port: number;
  node: string;
  limits: string;
}

export class QemuInstance implements Instance {
  readonly kind = 'qemu';
  readonly name: string;
  private readonly folder: string;
  private readonly child: ChildProcess;
  private readonly monitor: LineSocket;
  private readonly agent: LineSocket;
  private readonly held = new Map<string, Held>();
  private queue: Promise<unknown> = Promise.resolve();
  private nodes = 0;
  private commands = 0;
  private readonly forget: () => void;

  private constructor(name: string, folder: string, machine: RunningMachine, forget: () => void) {
    this.name = name;
    this.folder = folder;
    this.child = machine.child;
    this.monitor = machine.monitor;
    this.agent = machine.agent;
    this.forget = forget;
  }

  /** A clone of the sleeping golden guest. */
  static async launch(name: string, folder: string, image: GuestImage, undo: Undo): Promise<QemuInstance> {
    const guest = await QemuInstance.start(name, folder, image, undo);
    // Its clock still shows when the golden one fell asleep. The watcher counts from the boot: first move that.
    const now = Math.floor(Date.now() / 1000);
    await guest.must(`echo ${now} >/run/spotkeep/booted-at; date -s @${now}; hostname ${name}`);
    return guest;
  }

  /** The golden guest: boots, waits for its boothook, reads what every start needs, and is put to sleep. */
  static async makeGolden(
    folder: string,
    image: Omit<GuestImage, 'asleep'>,
    asleep: string,
    undo: Undo,
  ): Promise<void> {
    const guest = await QemuInstance.start('golden', folder, image, undo);
    await guest.waitInside('test -e /run/spotkeep/guarded', BOOT_LIMIT_MS);
    await guest.must(
      'cat /usr/sbin/dockerd /usr/bin/docker /usr/bin/containerd* /usr/bin/runc >/dev/null; dockerd --version; docker --version; systemctl is-system-running --wait || true; sync',
    );
    await putToSleep(guest.monitor, asleep);
    guest.destroy();
  }

  private static async start(
    name: string,
    folder: string,
    image: Omit<GuestImage, 'asleep'> & { asleep?: string },
    undo: Undo,
  ): Promise<QemuInstance> {
    mkdirSync(folder, { recursive: true });
    const golden = image.asleep === undefined;
    const disk = golden ? image.disk : path.join(folder, 'root.qcow2');
    const [backing, format] = golden ? [image.root, 'raw'] : [image.disk, 'qcow2'];
    await must('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', backing, '-F', format, disk]);
    const machine = await startMachine({ ...image, disk }, folder);
    const forget = undo.add(() => {
      endProcess(machine.child);
      rmSync(folder, { recursive: true, force: true });
    });
    const guest = new QemuInstance(name, folder, machine, forget);
    await guest.answers();
    return guest;
  }

  private async answers(): Promise<void> {
    const end = performance.now() + BOOT_LIMIT_MS;
    for (let id = 1; ; id++) {
      const pong = this.agent.next((message) => message.return === id).then(() => true);
      // What is written before the agent listens may be lost: asked again until it answers.
      this.agent.send('guest-sync', { id });
      if (await Promise.race([pong, sleep(1500).then(() => false)])) break;
      pong.catch(() => undefined);
      if (performance.now() > end) throw new Error(`${this.name} does not boot`);
    }
  }

  private async must(script: string): Promise<void> {
    const { code, stderr } = await this.run(script);
    if (code !== 0) throw new Error(`${this.name}: ${script}: ${code}\n${stderr}`);
  }

  /** Requests to the agent one after the other: its answers carry no id. */
  private askAgent(execute: string, args: Record<string, unknown>): Promise<unknown> {
    const answer = this.queue.then(() => this.agent.ask(execute, args));
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  async run(script: string, env: Record<string, string> = {}, timeoutMs = 300_000): Promise<ShellResult> {
    this.commands += 1;
    const file = `/run/command-${this.commands}.sh`;
    const body = script.startsWith('#!') ? script : `#!/bin/bash\n${script}`;
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    // The serial line is slow: what goes over it is packed.
    const prepare = `gunzip >${file} && chmod 700 ${file} && exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" ${file} </dev/null`;
    const begun = await this.askAgent('guest-exec', {
      path: '/bin/sh',
      arg: ['-c', prepare, 'command', ...variables],
      'input-data': gzipSync(body).toString('base64'),
      'capture-output': true,
    });
    const pid = typeof begun === 'object' && begun !== null && 'pid' in begun ? begun.pid : undefined;
    const end = performance.now() + timeoutMs;
    for (;;) {
      const status = await this.askAgent('guest-exec-status', { pid });
      const { exited, exitcode, 'out-data': out, 'err-data': err } = isJson(status) ? status : {};
      if (exited === true)
        return { code: typeof exitcode === 'number' ? exitcode : 137, stdout: text(out), stderr: text(err) };
      if (performance.now() > end)
        throw new Error(`${this.name}: not within ${timeoutMs} ms: ${script.slice(0, 200)}`);
      await sleep(300);
    }
  }

  /** Waits inside: each question from outside costs the slow guest more than the wait. */
  private async waitInside(check: string, limitMs: number): Promise<void> {
    const wait = `for i in {1..${Math.round(limitMs / 500)}}; do ${check} && exit 0; sleep 0.5; done; exit 1`;
    const { code } = await this.run(wait, {}, limitMs * 2);
    if (code !== 0) throw new Error(`${this.name}: not within ${limitMs} ms: ${check}`);
  }

  async attach(volume: Volume): Promise<void> {
    const used = new Set([...this.held.values()].map(({ port }) => port));
    const port = Array.from({ length: PORTS }, (_, i) => i).find((i) => !used.has(i));
    if (port === undefined) throw new Error(`${this.name} has no free port`);
    this.nodes += 1;
    // Names of their own for every try: a refused one is not free again.
    const node = `volume${this.nodes}`;
    const limits = `limits${this.nodes}`;
    await this.monitor.ask('object-add', { 'qom-type': 'throttle-group', id: limits, limits: {} });
    await this.monitor.ask('blockdev-add', {
      driver: 'throttle',
      'node-name': node,
      'throttle-group': limits,
      file: {
        driver: 'raw',
        // A guest's flush need not reach this machine's disk: only the guest's own memory is lost with it.
        cache: { 'no-flush': true },
        file: { driver: 'file', filename: volume.file, locking: 'on' },
      },
    });
    await this.monitor.ask('device_add', {
      driver: 'nvme',
      id: `nvme-${volume.serial}`,
      serial: volume.serial,
      drive: node,
      bus: `port${port}`,
    });
    this.held.set(volume.id, { port, node, limits });
    await this.waitInside(`ls /dev/disk/by-id | grep -q ${volume.serial}`, 60_000);
  }

  async detach(volume: Volume): Promise<void> {
    const gone = this.monitor.next((message) => message.event === 'DEVICE_DELETED');
    gone.catch(() => undefined);
    await this.monitor.ask('device_del', { id: `nvme-${volume.serial}` });
    await gone;
    const { node } = this.holding(volume);
    this.held.delete(volume.id);
    await this.monitor.ask('blockdev-del', { 'node-name': node });
  }

  /** From now on the disk takes a byte a second: whoever writes to it hangs. */
  async stall(volume: Volume): Promise<void> {
    const path = `/objects/${this.holding(volume).limits}`;
    await this.monitor.ask('qom-set', { path, property: 'limits', value: { 'bps-write': 1 } });
  }

  private holding(volume: Volume): Held {
    const held = this.held.get(volume.id);
    if (!held) throw new Error(`${volume.id} is not attached to ${this.name}`);
    return held;
  }

  /** Its QEMU is gone, by us or by itself. */
  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async kill(): Promise<void> {
    if (this.ended) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    endProcess(this.child);
    await ended;
    this.monitor.close();
    this.agent.close();
  }

  async acknowledged(): Promise<number[]> {
    const all = readFileSync(path.join(this.folder, 'acknowledged'), 'latin1').split(/\r?\n/);
    // The last piece may be half a line.
    return all
      .slice(0, -1)
      .filter((line) => /^\d{8}$/.test(line))
      .map(Number);
  }

  destroy(): void {
    this.monitor.close();
    this.agent.close();
    this.forget();
  }
}

// How a guest's QEMU is started: the same machine for the golden one, which boots once and is put to sleep, and for its
// clones, which wake from that sleep. Memory is a file: shared for the golden one, private to each clone. QEMU's NVMe
// cannot travel, so the root disk is virtio and volumes are plugged after waking.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../../simulator/real-host/shell.ts';
import { LineSocket } from './line-socket.ts';

/** One for each volume that may be plugged at a time. */
export const PORTS = 4;

export interface Machine {
  kernel: string;
  initrd: string;
  /** A qcow2 of this guest's own. */
  disk: string;
  memory: string;
  /** Absent: it boots. Else: it wakes from this. */
  asleep?: string;
}

export interface RunningMachine {
  child: ChildProcess;
  monitor: LineSocket;
  agent: LineSocket;
}

const words = (text: string): string[] => text.split(' ');

function argumentsOf(machine: Machine, folder: string): string[] {
  const at = (file: string): string => path.join(folder, file);
  const share = machine.asleep === undefined ? 'on' : 'off';
  return [
    ...words('-machine pc-q35-7.2,memory-backend=ram -accel tcg -cpu max -smp 2 -m 1024'),
    ...['-object', `memory-backend-file,id=ram,size=1024M,mem-path=${machine.memory},share=${share}`],
    ...words('-display none -no-reboot -nic none'),
    ...Array.from({ length: PORTS }, (_, i) => [
      '-device',
      `pcie-root-port,id=port${i},chassis=${i + 1}`,
    ]).flat(),
    ...['-drive', `if=virtio,file=${machine.disk},format=qcow2,cache=unsafe`],
    ...['-kernel', machine.kernel, '-initrd', machine.initrd],
    ...[
      '-append',
      'root=/dev/vda rw net.ifnames=0 panic=-1 quiet mitigations=off apparmor=0 nokaslr console=ttyS2',
    ],
    ...['-serial', `file:${at('acknowledged')}`],
    ...['-chardev', `socket,path=${at('agent')},server=on,wait=off,id=agent`, '-serial', 'chardev:agent'],
    ...['-serial', `file:${at('console')}`],
    ...['-qmp', `unix:${at('qmp')},server=on,wait=off`],
    ...(machine.asleep === undefined ? [] : ['-incoming', 'defer']),
  ];
}

/** The version is part of what a sleeping machine is bound to. */
export const QEMU = 'qemu-system-x86_64';

// Where the kernel shares time among sessions, a process's own niceness counts only within its session.
function favour(pid: number | undefined): void {
  const file = `/proc/${pid}/autogroup`;
  if (existsSync(file)) writeFileSync(file, '-5');
}

export async function startMachine(machine: Machine, folder: string): Promise<RunningMachine> {
  const at = (file: string): string => path.join(folder, file);
  const log = openSync(at('qemu.log'), 'w');
  // Without KVM a guest is the slowest thing here; what it waits for has limits that it must keep.
  const child = spawn('nice', ['-n', '-5', QEMU, ...argumentsOf(machine, folder)], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  favour(child.pid);
  await until('QEMU starts', 20_000, () => {
    if (child.exitCode !== null) throw new Error(readFileSync(at('qemu.log'), 'utf8'));
    return existsSync(at('qmp')) && existsSync(at('agent'));
  });
  const closed = (): string =>
    `QEMU is gone (${child.exitCode ?? child.signalCode ?? 'no exit code yet'}): ${lastOf(at('qemu.log'))} ${lastOf(at('console'))}`;
  const monitor = await LineSocket.connect(at('qmp'), closed);
  await monitor.ask('qmp_capabilities');
  if (machine.asleep !== undefined) await wake(monitor, machine.asleep);
  return { child, monitor, agent: await LineSocket.connect(at('agent'), closed) };
}

/** The end of what it said, for people who look for the cause. */
const lastOf = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'latin1').slice(-1500).trim() : '';

const leaveMemory = { capabilities: [{ capability: 'x-ignore-shared', state: true }] };

async function settled(monitor: LineSocket): Promise<void> {
  await until('the machine has moved', 60_000, async () => {
    const answer = await monitor.ask('query-migrate');
    const status = typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : '';
    if (status === 'failed') throw new Error(`QEMU cannot move the machine: ${JSON.stringify(answer)}`);
    return status === 'completed';
  });
}

async function wake(monitor: LineSocket, asleep: string): Promise<void> {
  await monitor.ask('migrate-set-capabilities', leaveMemory);
  await monitor.ask('migrate-incoming', { uri: `exec:cat '${asleep}'` });
  await settled(monitor);
  await monitor.ask('cont');
}

/** Stops the machine and writes all of it but its memory, which is in its file already, to `asleep`. */
export async function putToSleep(monitor: LineSocket, asleep: string): Promise<void> {
  await monitor.ask('stop');
  await monitor.ask('migrate-set-capabilities', leaveMemory);
  await monitor.ask('migrate', { uri: `exec:cat > '${asleep}'` });
  await settled(monitor);
}

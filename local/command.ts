// `spotkeep local`: runs the region, and does things to a running one. Registered by the command line; everything heavy is
// loaded only when one of these runs.

import type { Command } from 'commander';
import type { TypedOption } from './trouble-address.ts';

const DEFAULT_PORT = '4567';

interface RunFlags {
  port: string;
  latency: string;
  state?: string;
  package: string | false;
  packageDir: string;
  subnet: string[];
  concurrency: string;
  verbose?: boolean;
}

/** Things to do to a running region, with the flags that each takes. */
const TROUBLES: readonly {
  name: string;
  says: string;
  target?: boolean;
  pool?: boolean;
  lasts?: boolean;
  more?: [string, string][];
}[] = [
  {
    name: 'interrupt',
    says: 'a Spot interruption: two minutes notice, then gone',
    target: true,
    more: [['--notice <seconds>', 'how long before it goes']],
  },
  { name: 'reclaim', says: 'gone at once, without a notice', target: true },
  { name: 'rebalance', says: 'a rebalance recommendation', target: true },
  { name: 'false-event', says: 'an event says that the machine ended, and it runs on', target: true },
  {
    name: 'container',
    says: 'a container beside the one that writes is in another state',
    target: true,
    more: [
      ['--to <state>', 'running, restarting, exited, created, dead or paused'],
      ['--container <name>', 'its name (default: proxy)'],
      ['--restart <policy>', 'always, unless-stopped, on-failure or no (default: unless-stopped)'],
      ['--by-hand', 'stopped with `docker stop`'],
    ],
  },
  { name: 'halt', says: 'the machine hangs and stays running', target: true },
  { name: 'reboot', says: 'the machine reboots', target: true },
  { name: 'poweroff', says: 'the machine powers itself off', target: true },
  { name: 'no-capacity', says: 'pools without capacity', pool: true, lasts: true },
  { name: 'capacity', says: 'pools have capacity again', pool: true, lasts: true },
  { name: 'quota-error', says: 'launches fail with a quota error', lasts: true },
  {
    name: 'agent-offline',
    says: 'the SSM agent never comes online on the next launch',
    more: [['--launches <n>', 'of so many launches']],
  },
  { name: 'stuck-detach', says: 'volumes stay detaching', lasts: true },
  { name: 'slow-terminate', says: 'how long the next instance takes to terminate', lasts: true },
  { name: 'slow-snapshot', says: 'how long the next snapshot takes', lasts: true },
  { name: 'fail-snapshot', says: 'the next snapshot fails' },
  { name: 'lose-events', says: "AWS's events are lost", lasts: true },
  { name: 'duplicate-events', says: "AWS's events come twice", lasts: true },
  {
    name: 'api-errors',
    says: "functions' calls to AWS are refused",
    lasts: true,
    more: [['--code <code>', 'with this error code']],
  },
  { name: 'control-plane-down', says: 'no function runs', lasts: true },
];

const collect = (value: string, before: string[]): string[] => [...before, value];

/** Adds `local` and its subcommands. */
export const registerLocal = (program: Command): void => {
  const local = program
    .command('local')
    .description('run a whole AWS region on this machine, with the packaged functions in it')
    .option('--port <n>', 'port on 127.0.0.1', DEFAULT_PORT)
    .option('--latency <share>', "share of AWS's own latencies; notices and deadlines keep their time", '0.1')
    .option('--state <file>', 'keep everything in this file across restarts')
    .option('--no-package', 'use the existing package; do not rebuild')
    .option('--package-dir <dir>', 'where the package is', '.serverless')
    .option('--subnet <id=zone>', 'a subnet of yours (repeatable)', collect, [])
    .option('--concurrency <n>', 'functions that run at the same time', '10')
    .option('--verbose', 'every call and log line')
    .action(async (flags: RunFlags) => {
      const { runLocal } = await import('./run-local.ts');
      process.exitCode = await runLocal(flags);
    });
  for (const trouble of TROUBLES) addTrouble(local, trouble);
};

const typedOption = (command: Command, name: string): TypedOption => {
  const value: unknown = command.optsWithGlobals()[name];
  const from = command.getOptionValueSourceWithGlobals(name);
  return {
    value: typeof value === 'string' ? value : undefined,
    from: from === 'cli' ? 'cli' : from === 'env' ? 'env' : 'default',
  };
};

const addTrouble = (local: Command, trouble: (typeof TROUBLES)[number]): void => {
  const command = local.command(trouble.name).description(trouble.says);
  if (trouble.target) command.argument('[name]', 'workload, or instance id; needed when several run');
  if (trouble.pool)
    command
      .option('--zone <zone>', 'in this zone; everywhere when left out')
      .option('--types <types>', 'of these instance types, with commas')
      .option('--purchase <purchase>', 'spot or on-demand');
  if (trouble.lasts) command.option('--for <seconds>', 'how long', '600');
  for (const [flag, says] of trouble.more ?? []) command.option(flag, says);
  command.action(async (...args: unknown[]) => {
    const { runTrouble } = await import('./run-trouble.ts');
    const target = trouble.target && typeof args[0] === 'string' ? args[0] : undefined;
    process.exitCode = await runTrouble({
      name: trouble.name,
      target,
      flags: command.optsWithGlobals(),
      port: typedOption(command, 'port'),
      endpointUrl: typedOption(command, 'endpointUrl'),
    });
  });
};

// Arguments and options that several commands share, told in the same words.

import type { Command } from 'commander';
import type { Action } from '../session/action.ts';

type Load = () => Promise<{ run: Action }>;

/** `load` brings the module of the command that was asked for. */
export type Choose = (load: Load, command: Command) => void;

export type Act = (load: Load) => (this: Command) => void;

export const NAME = ['<name>', 'name of the workload'] as const;
export const TIMEOUT = [
  '--timeout <seconds>',
  'stop waiting after this long (exit code 5); Spotkeep continues',
] as const;
export const NO_WAIT = ['--no-wait', 'return as soon as the request is accepted'] as const;
export const YES = ['--yes', 'skip confirmation'] as const;
export const FILES = ['-f, --file <file...>', 'a workload definition in YAML; several may be given'] as const;
export const UNTIL = [
  '--until <time>',
  'HH:MM (the next such time in the workload’s zone), YYYY-MM-DDTHH:MM, or an instant with an offset',
] as const;

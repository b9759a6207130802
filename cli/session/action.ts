// What a command is: a module loaded only when it is run, given the session and what was typed, answering with a value
// for programs and lines for people.

import { badInput, type ExitCode } from './exit.ts';
import type { Session } from './session.ts';

export interface Typed {
  args: readonly string[];
  options: Readonly<Record<string, unknown>>;
}

export interface Output {
  /** Printed with --json; undefined prints nothing. */
  json: unknown;
  /** Printed otherwise. */
  lines: readonly string[];
  exit?: ExitCode;
}

export type Action = (session: Session, typed: Typed) => Promise<Output>;

export const flag = ({ options }: Typed, name: string): boolean => options[name] === true;

/** False with --no-wait. */
export const waits = ({ options }: Typed): boolean => options.wait !== false;

export function option({ options }: Typed, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function listOption({ options }: Typed, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Whole seconds from 1 up; `fallback` where the option was not given. */
export function secondsOption(typed: Typed, name: string, fallback: number): number {
  const given = option(typed, name);
  if (given === undefined) return fallback;
  const value = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (value < 1)
    throw badInput(`--${name}: expected whole seconds from 1 to 999999, found ${JSON.stringify(given)}`);
  return value;
}

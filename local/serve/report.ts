// What the person at the terminal reads: who called what, what failed, what the functions said.

import type { Identity } from '../access/authorize.ts';
import type { InvocationEnd } from '../lambda/sandbox.ts';
import type { LambdaFunction } from '../stack/types.ts';

/** The last lines are kept for `GET /_spotkeep/logs`. */
const KEPT_LINES = 2_000;

/** Refusals that the product lives with every day. */
const EXPECTED = new Set([
  'ConditionalCheckFailedException',
  'InvocationDoesNotExist',
  'InvalidInstanceId',
  'IncorrectState',
  'DryRunOperation',
]);

export class InvocationReport {
  readonly lines: string[] = [];
  readonly problems: string[] = [];
  readonly #out: (line: string) => void;
  readonly #verbose: boolean;

  constructor(options: { out(line: string): void; verbose: boolean }) {
    this.#out = (line) => options.out(line);
    this.#verbose = options.verbose;
  }

  #say(line: string, show: boolean): void {
    const stamped = `${new Date().toISOString().slice(11, 19)} ${line}`;
    this.lines.push(stamped);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    if (show || this.#verbose) this.#out(stamped);
  }

  /** Of the wiring: a permission, a rule, a destination that does not work. */
  problem(text: string): void {
    this.problems.push(text);
    if (this.problems.length > KEPT_LINES) this.problems.shift();
    this.#say(`PROBLEM ${text}`, true);
  }

  /** Of the simulator itself. */
  defect(error: unknown): void {
    this.problem(`defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  call({
    service,
    name,
    by,
    refused,
  }: {
    service: string;
    name: string;
    by: Identity;
    refused: string | undefined;
  }): void {
    const who = by.arn.split('/').at(-1) ?? '';
    if (refused === undefined) this.#say(`${who} ${service}:${name}`, false);
    else if (by.role && /Unauthorized|AccessDenied/.test(refused))
      this.problem(`${who} ${service}:${name} is denied by its role's policies`);
    else this.#say(`${who} ${service}:${name} refused: ${refused}`, !EXPECTED.has(refused));
  }

  /** A workload came into another state. */
  state(workload: string, state: string, before: string | undefined): void {
    this.#say(`${workload}: ${before === undefined ? state : `${before} → ${state}`}`, true);
  }

  /** A subscriber received it. */
  told(arn: string, event: Record<string, unknown>): void {
    const name = arn.split(':').at(-1) ?? arn;
    this.#say(`${name} was told: ${String(event['detail-type'])} ${JSON.stringify(event.detail)}`, true);
  }

  log(functionName: string, text: string): void {
    for (const line of text.split('\n'))
      if (line.trim() !== '') this.#say(`[${functionName}] ${line}`, false);
  }

  ended(fn: LambdaFunction, outcome: InvocationEnd, ms: number): void {
    const took = `${(ms / 1000).toFixed(1)} s`;
    if (outcome.kind === 'error')
      this.#say(
        `${fn.name} failed after ${took}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`,
        true,
      );
    else this.#say(`${fn.name} ${took} ${outcome.payload.slice(0, 200)}`, false);
  }
}

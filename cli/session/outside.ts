// What the command needs from the machine it runs on: a terminal, files, a clock, a user, AWS. Tests bring their own;
// main.ts brings the real ones.

import type { Clock } from '../../shared/port/clock.ts';
import type { Style } from '../../text/style.ts';
import type { Inspector } from './inspector.ts';

export interface Connection {
  /** Undefined: the ordinary chain (environment, profile). */
  profile: string | undefined;
  region: string | undefined;
  endpointUrl: string | undefined;
}

/** What Lambda's Invoke answered, as it came. */
export interface Invoked {
  payload: string | undefined;
  /** `Unhandled` when the function failed; the payload is then the error. */
  functionError: string | undefined;
}

/** AWS as the command sees it. Calls reject with the SDK's own errors; aws-error.ts tells what they mean. */
export interface Aws {
  /** Resolved: option, environment or profile. */
  region: string;
  invoke(functionName: string, payload: string): Promise<Invoked>;
  identity: () => Promise<{ account: string; arn: string }>;
  /** Has EC2 take this instance with two minutes' notice. Answers what did it: an experiment's id, or `local`. */
  interrupt(wanted: { instanceId: string; workload: string; stage: string }): Promise<string>;
  /** Loads the clients that only doctor needs. */
  inspector(): Promise<Inspector>;
}

export interface Person {
  confirm(question: string): Promise<boolean>;
  /** Undefined: the person pressed Ctrl-C. */
  text(
    question: string,
    hint?: { initial?: string; check?: (text: string) => string | undefined },
  ): Promise<string>;
  choose(question: string, choices: readonly string[]): Promise<string>;
}

export interface Outside {
  out(text: string): void;
  err(text: string): void;
  /** A terminal at both ends: questions may be asked. */
  interactive: boolean;
  /** Standard error is a terminal: progress is written over itself. */
  live: boolean;
  columns: number;
  style: Style;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Of this machine; what `init` proposes. */
  timeZone: string;
  files: {
    /** Undefined when it cannot be read. */
    read(path: string): string | undefined;
    /** False when something is there already. */
    create(path: string, text: string): boolean;
  };
  person: Person;
  /** Calls `then` at Ctrl-C instead of ending; the answer takes it back. */
  onInterrupt(then: () => void): () => void;
  connect(connection: Connection): Promise<Aws>;
}

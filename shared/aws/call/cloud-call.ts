// One call to AWS: every failure becomes a `CloudError`, and calls that are safe to repeat are repeated here, on the
// injected clock. The SDK's own retries are off (maxAttempts 1), because they would also repeat the calls without a
// token, and because their delays run on the wall clock (docs/decision/0002-retries-in-the-adapters.md).

import { add, type Instant, ms, seconds } from '../../base/time.ts';
import type { Clock } from '../../port/clock.ts';
import { CloudError, type CloudErrorKind, isOfOneTry } from '../../port/errors.ts';
import { classify } from './error-table.ts';

/** The first try and three more: a fourth retry would come after the budget in most draws. */
const MAX_TRIES = 4;
/** First delay's upper end; doubled each time. AWS's page "Exponential backoff and jitter" on full jitter. */
const BASE_DELAY = ms(200);
/** No try begins later than this after the first: the loop has other work and comes back by itself. */
const BUDGET = seconds(8);

const PASSING: readonly CloudErrorKind[] = ['throttled', 'unknown-outcome'];

export interface CallDeps {
  clock: Clock;
  /** [0, 1), for jitter. */
  random(): number;
}

export class CloudCaller {
  readonly #deps: CallDeps;
  constructor(deps: CallDeps) {
    this.#deps = deps;
  }

  /** For calls that AWS gives no token: sent exactly once, whatever happens. */
  async once<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw toCloudError(operation, error);
    }
  }

  /**
   * For reads and for calls with a token or idempotent by nature. Repeated when throttled or of unknown outcome, and on
   * the kinds in `also`, where they pass by themselves. A refusal after a try of unknown outcome is of unknown outcome.
   */
  async repeatable<T>(
    operation: string,
    send: () => Promise<T>,
    also: readonly CloudErrorKind[] = [],
  ): Promise<T> {
    const passing = [...PASSING, ...also];
    const { clock } = this.#deps;
    const deadline = add(clock.now(), BUDGET);
    let lost = false;
    for (let tries = 1; ; tries += 1) {
      try {
        return await send();
      } catch (error) {
        const failure = toCloudError(operation, error);
        lost ||= failure.kind === 'unknown-outcome';
        const pause = passing.includes(failure.kind) ? this.#pause(tries, deadline) : undefined;
        if (pause === undefined) throw lost && isOfOneTry(failure.kind) ? asLost(failure) : failure;
        await clock.sleep(pause);
      }
    }
  }

  #pause(tries: number, deadline: Instant) {
    if (tries >= MAX_TRIES) return undefined;
    const pause = ms(Math.ceil(this.#deps.random() * BASE_DELAY * 2 ** (tries - 1)));
    return add(this.#deps.clock.now(), pause) > deadline ? undefined : pause;
  }
}

const asLost = ({ operation, code, message }: CloudError): CloudError =>
  new CloudError('unknown-outcome', operation, code, message);

/** Errors that carry no code of AWS, a socket or the SDK (a TypeError of ours) are no cloud errors and pass through. */
export function toCloudError(operation: string, error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  const { code, statusCode, message } = describe(error);
  const kind = classify(code, statusCode);
  if (kind === 'unclassified' && statusCode === undefined) throw error;
  const cloudError = new CloudError(kind, operation, code, message);
  cloudError.cause = error;
  return cloudError;
}

function describe(error: unknown): { code: string; statusCode?: number; message: string } {
  if (!(error instanceof Error)) return { code: 'NotAnError', message: String(error) };
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  // Sockets put their code beside the name `Error`; the SDK's exceptions have AWS's code as their name.
  const code = error.name === 'Error' && 'code' in error ? String(error.code) : error.name;
  return { code, message: error.message, ...(typeof status === 'number' ? { statusCode: status } : {}) };
}

/** AWS answered, but not in the documented shape: thrown on, so that dead letters and alarm show it. */
export function unexpected(operation: string, what: string): CloudError {
  return new CloudError('unclassified', operation, 'UnexpectedAnswer', what);
}

/** The value, where the API documents that it is always there. */
export function present<T>(value: T | undefined, operation: string, what: string): T {
  if (value === undefined) throw unexpected(operation, `${what} is missing`);
  return value;
}

export function oneOf<const T extends string>(
  allowed: readonly T[],
  value: string | undefined,
  where: { operation: string; what: string },
): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw unexpected(where.operation, `${where.what} is ${value}`);
  return found;
}

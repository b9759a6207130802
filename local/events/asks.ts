// Lambda's queue of asynchronous invocations, and the queues that dead letters end in. Both are part of the region's
// state: an event that was accepted is run after a restart as well, until its age or its retries are used up.

import type { LambdaFunction } from '../stack/types.ts';

export interface Ask {
  id: number;
  functionName: string;
  /** JSON text. */
  payload: string;
  acceptedAt: number;
  requestId: string;
}

export type NewAsk = Pick<Ask, 'functionName' | 'payload'>;

export type Ending = { kind: 'done' } | { kind: 'failed'; condition: string; error: string; tries: number };

export class Asks {
  readonly pending = new Map<number, Ask>();
  readonly deadLetters = new Map<string, { at: number; body: unknown }[]>();
  /** Told of each new one; silent while the past is replayed. */
  onAsk: (ask: Ask) => void = () => undefined;
  #last = 0;

  nextId(): number {
    return this.#last + 1;
  }

  enqueue(ask: Ask): void {
    this.#last = Math.max(this.#last, ask.id);
    this.pending.set(ask.id, ask);
    this.onAsk(ask);
  }

  deadLetter(queueArn: string, at: number, body: unknown): void {
    this.deadLetters.set(queueArn, [...(this.deadLetters.get(queueArn) ?? []), { at, body }].slice(-1_000));
  }
}

/** What a failure destination is sent ("Capturing records of Lambda asynchronous invocations"). */
export const failureRecord = (
  ask: Ask,
  fn: LambdaFunction,
  failed: Extract<Ending, { kind: 'failed' }> & { at: number },
): unknown => ({
  version: '1.0',
  timestamp: new Date(failed.at).toISOString(),
  requestContext: {
    requestId: ask.requestId,
    functionArn: `${fn.arn}:$LATEST`,
    condition: failed.condition,
    approximateInvokeCount: failed.tries,
  },
  requestPayload: JSON.parse(ask.payload) as unknown,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: failed.error },
});

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

export interface DeadLetter {
  at: number;
  body: unknown;
}

export type Ending = { kind: 'done' } | { kind: 'failed'; condition: string; error: string; tries: number };

export class Asks {
  readonly pending = new Map<number, Ask>();
  readonly deadLetters = new Map<string, DeadLetter[]>();
  /** Told of each new one; silent while the past is replayed. */
  onAsk: (ask: Ask) => void = () => undefined;
  #last = 0;

  enqueue(ask: Omit<Ask, 'id'>): void {
    this.#last += 1;
    const made = { ...ask, id: this.#last };
    this.pending.set(made.id, made);
    this.onAsk(made);
  }

  /** The end of one; a failed one goes to the function's destination (`mayWrite`: its role may). */
  end(
    id: number,
    ending: Ending,
    to: { at: number; fn: LambdaFunction | undefined; mayWrite: boolean },
  ): void {
    const ask = this.pending.get(id);
    if (!ask) return;
    this.pending.delete(id);
    const queue = to.fn?.asynchronous.onFailure;
    if (ending.kind === 'done' || queue === undefined || !to.mayWrite) return;
    this.deadLetter(queue, to.at, {
      version: '1.0',
      timestamp: new Date(to.at).toISOString(),
      requestContext: {
        requestId: ask.requestId,
        functionArn: `${to.fn?.arn}:$LATEST`,
        condition: ending.condition,
        approximateInvokeCount: ending.tries,
      },
      requestPayload: JSON.parse(ask.payload) as unknown,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: ending.error },
    });
  }

  deadLetter(queueArn: string, at: number, body: unknown): void {
    this.deadLetters.set(queueArn, [...(this.deadLetters.get(queueArn) ?? []), { at, body }].slice(-1_000));
  }
}

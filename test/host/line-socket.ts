// One JSON object a line over a unix socket: how QEMU's monitor and its guest agent talk. One request at a time.

import { createConnection, type Socket } from 'node:net';

type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** A serial line echoes what is sent before its other end listens: such pieces are no messages. */
function parsed(line: string): Json | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return isJson(message) ? message : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Who was to answer is gone. */
export class Gone extends Error {}

export class LineSocket {
  private readonly socket: Socket;
  private rest = '';
  private failed: Error | undefined;
  private readonly waiting: {
    accept: (message: Json) => boolean;
    resolve: (message: Json) => void;
    reject: (error: Error) => void;
  }[] = [];

  private constructor(socket: Socket, closed: () => string) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.take(chunk.toString()));
    // A peer that dies with something of ours unread resets the connection: it is as gone as one that closes it.
    let cause = '';
    socket.on('error', ({ message }) => {
      cause = `${message}; `;
    });
    socket.on('close', () => this.fail(new Gone(cause + closed())));
  }

  /** `closed` says why whoever waits will get no answer any more. */
  static connect(path: string, closed: () => string): Promise<LineSocket> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path, () => resolve(new LineSocket(socket, closed)));
      socket.once('error', reject);
    });
  }

  private take(text: string): void {
    this.rest += text;
    for (let end = this.rest.indexOf('\n'); end >= 0; end = this.rest.indexOf('\n')) {
      const line = this.rest.slice(0, end).replaceAll('\u00ff', '').trim();
      this.rest = this.rest.slice(end + 1);
      if (!line.startsWith('{')) continue;
      const message = parsed(line);
      if (!message) continue;
      const i = this.waiting.findIndex(({ accept }) => accept(message));
      if (i >= 0) this.waiting.splice(i, 1)[0]?.resolve(message);
    }
  }

  private fail(error: Error): void {
    this.failed = error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  /** Resolves with the first message that is accepted. */
  next(accept: (message: Json) => boolean): Promise<Json> {
    const { failed } = this;
    if (failed) return Promise.reject(failed);
    return new Promise((resolve, reject) => this.waiting.push({ accept, resolve, reject }));
  }

  send(execute: string, args: Json): void {
    this.socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
  }

  /** Resolves with the answer's `return`; rejects with its `error`. */
  async ask(execute: string, args: Json = {}): Promise<unknown> {
    const answer = this.next((message) => 'return' in message || 'error' in message);
    this.send(execute, args);
    const message = await answer;
    if (message.error !== undefined) throw new Error(`${execute}: ${JSON.stringify(message.error)}`);
    return message.return;
  }

  close(): void {
    this.socket.destroy();
  }
}

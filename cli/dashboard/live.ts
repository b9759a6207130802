// Changes as they come, to one viewer: server-sent events. The first one is everything.

import type { Feed } from './feed.ts';

export function live(feed: Feed): Response {
  const encoder = new TextEncoder();
  let leave = (): void => undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      leave = feed.watch((news) => {
        const data = JSON.stringify(news.data);
        controller.enqueue(encoder.encode(`event: ${news.event}\ndata: ${data}\n\n`));
      });
    },
    cancel() {
      leave();
    },
  });
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
  });
}

import type { Clock } from "../core/clock.ts";

/** Writes server-sent events into a response. */
export interface EventSink {
  /** An event with this data (an object is sent as JSON), under a name where one is given. */
  send(data: object | string, name?: string): void;
}

const headers = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/**
 * A response of server-sent events that `produce` writes. Comments keep the connection alive while nothing is sent;
 * when the client leaves `onLeave` is called and nothing more is written.
 */
export function eventStream(
  produce: (sink: EventSink) => Promise<void>,
  options: {
    readonly heartbeatMs: number;
    readonly clock: Clock;
    readonly onLeave: () => void;
    readonly headers: Record<string, string>;
  },
): Response {
  const encoder = new TextEncoder();
  const over = new AbortController();
  const beat = async (write: (text: string) => void) => {
    for (;;) {
      await options.clock.sleep(options.heartbeatMs, over.signal);
      write(": still thinking\n\n");
    }
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if (!over.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const send: EventSink["send"] = (data, name) =>
        write(
          `${name === undefined ? "" : `event: ${name}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`,
        );
      beat(write).catch(() => {}); // ends with the stream
      const finish = () => {
        if (over.signal.aborted) return;
        over.abort(new Error("the stream is over"));
        controller.close();
      };
      produce({ send }).then(finish, finish);
    },
    cancel() {
      over.abort(new Error("the client has left"));
      options.onLeave();
    },
  });
  return new Response(body, { headers: { ...headers, ...options.headers } });
}

import type { Ask } from "../ask.ts";
import { apiErrorOf } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { eventStream } from "../sse.ts";
import { completionOf, type Head } from "./reply.ts";
import { readChat } from "./request.ts";
import { ChunkWriter } from "./stream.ts";

/** POST /v1/chat/completions. */
export async function chatCompletions(exchange: Exchange): Promise<Response> {
  const { body, ask } = readChat(await exchange.body(), exchange.service.parts.config.images);
  const { service } = exchange;
  const job = await service.admit([ask], exchange, "chat");
  const head: Head = { id: job.id, created: service.parts.time.seconds(), model: ask.model };
  if (body.stream !== true) return exchange.json(completionOf(head, await job.run()), job.id);
  return streamed(exchange, ask, head, job, body.stream_options?.include_usage === true);
}

function streamed(
  { service }: Exchange,
  ask: Ask,
  head: Head,
  job: Awaited<ReturnType<Exchange["service"]["admit"]>>,
  includeUsage: boolean,
): Response {
  const { config, clock } = service.parts;
  return eventStream(
    async (sink) => {
      const writer = new ChunkWriter(sink, head, includeUsage);
      writer.begin(ask.n);
      try {
        writer.end(await job.run((choice, event) => writer.progress(choice, event, job.plan.progress)));
      } catch (error) {
        sink.send({ error: apiErrorOf(error).error });
      }
    },
    {
      heartbeatMs: config.heartbeatSeconds * 1000,
      clock,
      onLeave: job.leave,
      headers: { "x-request-id": job.id },
    },
  );
}

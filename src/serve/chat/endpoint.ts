import type { Ask } from "../ask.ts";
import { ApiError, apiErrorOf } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import type { Kept } from "../kept.ts";
import type { Job } from "../service.ts";
import { eventStream } from "../sse.ts";
import type { Reply } from "../think.ts";
import { completionOf, type Head } from "./reply.ts";
import { readChat } from "./request.ts";
import { ChunkWriter } from "./stream.ts";

/** Completions of requests that said `"store": true`, for the key that made them. */
export type CompletionStore = Kept<
  ReturnType<typeof completionOf> & { readonly metadata: Readonly<Record<string, string>> }
>;

/** POST /v1/chat/completions. */
export const chatCompletions =
  (store: CompletionStore) =>
  async (exchange: Exchange): Promise<Response> => {
    const { service, caller } = exchange;
    const { body, ask } = readChat(await exchange.body(), service.parts.config.images);
    const job = await service.admit([ask], exchange, "chat");
    const head: Head = { id: job.id, created: service.parts.time.seconds(), model: ask.model };
    const keep = (replies: readonly Reply[]) => {
      const completion = completionOf(head, replies);
      if (body.store === true) store.put(head.id, caller.name, { ...completion, metadata: body.metadata ?? {} });
      return completion;
    };
    if (body.stream === true)
      return streamed(exchange, ask, head, job, body.stream_options?.include_usage === true, keep);
    return exchange.json(keep(await job.run()), job.id);
  };

function streamed(
  { service }: Exchange,
  ask: Ask,
  head: Head,
  job: Job,
  includeUsage: boolean,
  keep: (replies: readonly Reply[]) => object,
): Response {
  const { config, clock } = service.parts;
  return eventStream(
    async (sink) => {
      const writer = new ChunkWriter(sink, head, includeUsage);
      writer.begin(ask.n);
      try {
        const replies = await job.run((choice, event) => writer.progress(choice, event, job.plan.progress));
        keep(replies);
        writer.end(replies);
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

const idIn = (request: Request): string => new URL(request.url).pathname.split("/").at(-1) ?? "";

const unknown = () =>
  new ApiError({
    status: 404,
    code: "completion_not_found",
    message: 'There is no such completion, or it is kept no longer. Requests with "store": true are kept.',
  });

/** GET /v1/chat/completions/:id. */
export const readCompletion = (store: CompletionStore) => (exchange: Exchange) => {
  const stored = store.get(idIn(exchange.request), exchange.caller.name);
  if (stored === undefined) throw unknown();
  return exchange.json(stored);
};

/** DELETE /v1/chat/completions/:id. */
export const deleteCompletion = (store: CompletionStore) => (exchange: Exchange) => {
  const id = idIn(exchange.request);
  if (!store.delete(id, exchange.caller.name)) throw unknown();
  return exchange.json({ id, object: "chat.completion.deleted", deleted: true });
};

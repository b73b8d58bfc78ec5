import type { Ask } from "../ask.ts";
import type { Keeper } from "../commons.ts";
import { ApiError, apiErrorOf } from "../errors.ts";
import { type Hosted, type HostedJob, keptOrNot, type Reading } from "../exchange.ts";
import { eventStream } from "../sse.ts";
import type { Reply } from "../think.ts";
import { completionOf, type Head } from "./reply.ts";
import { readChat } from "./request.ts";
import { ChunkWriter } from "./stream.ts";

/** Completions of requests that said `"store": true`, for the key that made them. */
export type CompletionStore = Keeper<
  ReturnType<typeof completionOf> & { readonly metadata: Readonly<Record<string, string>> }
>;

/** POST /v1/chat/completions. */
export const chatCompletions =
  (store: CompletionStore) =>
  async (hosted: Hosted): Promise<Response> => {
    const { body, ask } = readChat(await hosted.body(), hosted.images);
    const job = await hosted.admit([ask], "chat");
    const head: Head = { id: job.id, created: hosted.time.seconds(), model: ask.model };
    const keep = async (replies: readonly Reply[]): Promise<NotKept> => {
      if (body.store !== true) return {};
      const completion = { ...completionOf(head, replies), metadata: body.metadata ?? {} };
      const kept = await keptOrNot(hosted, head.id, () => store.put(head.id, hosted.owner, completion));
      return kept ? {} : { store: false };
    };
    if (body.stream === true)
      return streamed(hosted, ask, head, job, body.stream_options?.include_usage === true, keep);
    const replies = await job.run();
    return hosted.json({ ...completionOf(head, replies), ...(await keep(replies)) }, job.id);
  };

/** What a completion says that was to be kept and could not be. */
interface NotKept {
  readonly store?: false;
}

function streamed(
  { heartbeatMs, clock }: Hosted,
  ask: Ask,
  head: Head,
  job: HostedJob,
  includeUsage: boolean,
  keep: (replies: readonly Reply[]) => Promise<NotKept>,
): Response {
  return eventStream(
    async (sink) => {
      const writer = new ChunkWriter(sink, head, includeUsage);
      writer.begin(ask.n);
      try {
        const replies = await job.run((choice, event) => writer.progress(choice, event, job.plan.progress));
        writer.end(replies, await keep(replies));
      } catch (error) {
        sink.send({ error: apiErrorOf(error).error });
      }
    },
    {
      heartbeatMs,
      clock,
      onLeave: job.leave,
      headers: { "x-request-id": job.id },
    },
  );
}

const idIn = (request: Hosted["request"]): string => new URL(request.url).pathname.split("/").at(-1) ?? "";

const unknown = () =>
  new ApiError({
    status: 404,
    code: "completion_not_found",
    message: 'There is no such completion, or it is kept no longer. Requests with "store": true are kept.',
  });

/** GET /v1/chat/completions/:id. */
export const readCompletion = (store: CompletionStore) => async (hosted: Reading) => {
  const stored = await store.get(idIn(hosted.request), hosted.owner);
  if (stored === undefined) throw unknown();
  return hosted.json(stored);
};

/** DELETE /v1/chat/completions/:id. */
export const deleteCompletion = (store: CompletionStore) => async (hosted: Reading) => {
  const id = idIn(hosted.request);
  if (!(await store.delete(id, hosted.owner))) throw unknown();
  return hosted.json({ id, object: "chat.completion.deleted", deleted: true });
};

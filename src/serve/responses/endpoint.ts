import type { ChatMessage } from "../chat/schema.ts";
import { ApiError, apiErrorOf, refused } from "../errors.ts";
import { type Hosted, type HostedJob, keptOrNot, type Reading } from "../exchange.ts";
import { eventStream } from "../sse.ts";
import type { Reply } from "../think.ts";
import {
  callItem,
  messageItem,
  partsOf,
  type ResponseHead,
  type ResponseObject,
  responseObject,
  turnOfReply,
} from "./reply.ts";
import { askOfResponses, readResponses, turnsOfInput } from "./request.ts";
import { type ResponseStore, storedItem } from "./store.ts";
import { ResponseWriter } from "./stream.ts";

/** POST /v1/responses. */
export const createResponse =
  (store: ResponseStore) =>
  async (hosted: Hosted): Promise<Response> => {
    const body = readResponses(await hosted.body());
    const { owner } = hosted;
    const before = await turnsBefore(store, body.previous_response_id ?? null, owner);
    const turns = [...before, ...(await turnsOfInput(body.input, (id) => storedItem(store, id, owner)))];
    const job = await hosted.admit([askOfResponses(body, turns, hosted.images)], "responses");
    const head: ResponseHead = {
      id: job.id.replace("chatcmpl-", "resp_").replaceAll("-", ""),
      created: hosted.time.seconds(),
      body,
    };
    const keep = async (reply: Reply, output: readonly object[]) => {
      const response = responseObject(head, reply, output);
      if (body.store === false) return response;
      const put = () => store.put(head.id, owner, { turns: [...turns, turnOfReply(reply)], response });
      return (await keptOrNot(hosted, job.id, put)) ? response : { ...response, store: false };
    };
    if (body.stream === true) return streamed(hosted, job, head, keep);
    const [reply] = await job.run();
    if (reply === undefined) throw new ApiError({ status: 500, message: "There is no reply." });
    return hosted.json(await keep(reply, outputOf(head.id.slice("resp_".length), reply)), job.id);
  };

async function turnsBefore(store: ResponseStore, id: string | null, owner: string): Promise<readonly ChatMessage[]> {
  if (id === null) return [];
  const stored = await store.get(id, owner);
  if (stored !== undefined) return stored.turns;
  throw refused(
    "previous_response_id",
    "There is no such response, or it is kept no longer.",
    "previous_response_not_found",
  );
}

function outputOf(key: string, reply: Reply): readonly object[] {
  const parts = partsOf(reply);
  const message = parts.length === 0 ? [] : [messageItem(key, parts)];
  return [...message, ...reply.toolCalls.map((call, place) => callItem(key, call, place))];
}

function streamed(
  { heartbeatMs, clock }: Hosted,
  job: HostedJob,
  head: ResponseHead,
  keep: (reply: Reply, output: readonly object[]) => Promise<ResponseObject>,
): Response {
  return eventStream(
    async (sink) => {
      const writer = new ResponseWriter(sink, head);
      writer.begin();
      try {
        const [reply] = await job.run((_, event) => writer.progress(event, job.plan.progress));
        if (reply !== undefined) writer.end(await keep(reply, writer.output(reply)));
      } catch (error) {
        writer.fail(apiErrorOf(error));
      }
    },
    { heartbeatMs, clock, onLeave: job.leave, headers: { "x-request-id": job.id } },
  );
}

const unknown = () =>
  new ApiError({
    status: 404,
    code: "response_not_found",
    message: "There is no such response, or it is kept no longer.",
  });

const idIn = (request: Hosted["request"]): string => new URL(request.url).pathname.split("/").at(-1) ?? "";

/** GET /v1/responses/:id. */
export const readResponse = (store: ResponseStore) => async (hosted: Reading) => {
  const stored = await store.get(idIn(hosted.request), hosted.owner);
  if (stored === undefined) throw unknown();
  return hosted.json(stored.response);
};

/** DELETE /v1/responses/:id. */
export const deleteResponse = (store: ResponseStore) => async (hosted: Reading) => {
  const id = idIn(hosted.request);
  if (!(await store.delete(id, hosted.owner))) throw unknown();
  return hosted.json({ id, object: "response", deleted: true });
};

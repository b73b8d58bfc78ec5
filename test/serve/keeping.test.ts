import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { emptyLedger } from "../../src/core/usage.ts";
import { chatCompletions } from "../../src/serve/chat/endpoint.ts";
import type { Keeper } from "../../src/serve/commons.ts";
import { ApiError } from "../../src/serve/errors.ts";
import type { Hosted } from "../../src/serve/exchange.ts";
import { Kept } from "../../src/serve/kept.ts";
import { createResponse } from "../../src/serve/responses/endpoint.ts";
import type { Reply } from "../../src/serve/think.ts";
import { eventsOf } from "./serving.ts";

/** A store that cannot be reached. */
const gone = <T>(): Keeper<T> => ({
  put: async () => {
    throw new ApiError({ status: 503, message: "What the processes of this server share cannot be reached." });
  },
  get: async () => undefined,
  delete: async () => false,
});

const reply = {
  content: "four",
  toolCalls: [],
  finish: "stop",
  refusal: null,
  logprobs: null,
  evidence: {},
  usage: { actual: emptyLedger, logical: emptyLedger },
  priced: true,
  tokens: 1,
} as unknown as Reply;

function hosting(body: Record<string, unknown>) {
  const troubles: string[] = [];
  const hosted: Hosted = {
    owner: "a",
    request: { url: "http://x/v1" },
    images: "data",
    clock: systemClock,
    time: { seconds: () => 1 },
    heartbeatMs: 10_000,
    body: async () => ({ model: "m", ...body }),
    admit: async () => ({
      id: "chatcmpl-1-2",
      plan: { progress: "none" },
      leave: () => {},
      run: async () => [reply],
    }),
    json: (value) => Response.json(value),
    troubled: (event, id, error) => troubles.push(`${event} ${id} ${String(error)}`),
  };
  return { hosted, troubles };
}

const messages = [{ role: "user", content: "2 + 2?" }];
const failed = [expect.stringMatching(/^keeping-failed chatcmpl-1-2 .*cannot be reached/)];

describe("a reply that cannot be kept", () => {
  it("is delivered as a response, which says that it is not kept", async () => {
    const { hosted, troubles } = hosting({ input: "2 + 2?" });
    const body = (await (await createResponse(gone())(hosted)).json()) as object;
    expect(body).toMatchObject({ status: "completed", store: false, output: [{ content: [{ text: "four" }] }] });
    expect(troubles).toEqual(failed);
  });

  it("is delivered as a stream of a response with one end", async () => {
    const { hosted, troubles } = hosting({ input: "2 + 2?", stream: true });
    const events = eventsOf(await (await createResponse(gone())(hosted)).text()) as { type: string }[];
    expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { store: false } });
    expect(events.filter(({ type }) => /\.(completed|incomplete|failed)$/.test(type))).toHaveLength(1);
    expect(troubles).toEqual(failed);
  });

  it("is delivered as a completion, whole or streamed", async () => {
    const whole = hosting({ messages, store: true });
    const body = await (await chatCompletions(gone())(whole.hosted)).json();
    expect(body).toMatchObject({ store: false, choices: [{ message: { content: "four" } }] });
    const streamed = hosting({ messages, store: true, stream: true });
    const chunks = eventsOf(await (await chatCompletions(gone())(streamed.hosted)).text());
    expect(chunks.at(-1)).toBe("[DONE]");
    expect(chunks.at(-2)).toMatchObject({ store: false, choices: [{ finish_reason: "stop" }] });
    expect([...whole.troubles, ...streamed.troubles]).toEqual([...failed, ...failed]);
  });

  it("says so where nothing is kept at all, which is no trouble", async () => {
    const { hosted, troubles } = hosting({ input: "2 + 2?" });
    const none = new Kept<never>(0, 1000, systemClock);
    expect(await (await createResponse(none)(hosted)).json()).toMatchObject({ store: false });
    expect(troubles).toEqual([]);
  });

  it("says nothing of it where it is kept", async () => {
    const { hosted } = hosting({ input: "2 + 2?" });
    const store = new Kept<never>(1, 1000, systemClock);
    expect(await (await createResponse(store)(hosted)).json()).toMatchObject({ store: true });
  });
});

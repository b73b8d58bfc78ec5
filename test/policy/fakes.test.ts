import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { recordingOf } from "../fakes/recordings.ts";
import { type Owner, recordedAs } from "../fakes/replies.ts";
import { type Fault, startFakeServer } from "../fakes/server.ts";
import { eventsIn, fieldsOf, inShapeOf, knownFields, type ReplyKind } from "../fakes/shapes.ts";
import { scriptedUpstream, weatherTool } from "../serve/scripted-upstream.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

const owners = Object.keys(recordedAs) as Owner[];

/** The fields of a reply that no recording of the server has and nobody documents. */
const invented = (owner: Owner, kind: ReplyKind, values: readonly unknown[]) => {
  const known = knownFields(recordedAs[owner], kind);
  return values.flatMap((value) => fieldsOf(value)).filter(([path, type]) => !known.get(path)?.has(type));
};

async function post(baseUrl: string, body: object): Promise<{ kind: ReplyKind; values: unknown[]; body: string }> {
  const response = await fetch(`${baseUrl}/chat/completions`, { method: "POST", body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status >= 400) return { kind: "error", values: [JSON.parse(text)], body: text };
  const streamed = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (streamed) return { kind: "stream", values: eventsIn(text), body: text };
  return { kind: "whole", values: [JSON.parse(text)], body: text };
}

describe.each(owners)("the fake of %s", (ownedBy) => {
  const streams = ownedBy !== "library"; // of which no stream was recorded

  it("sends no field and no type of value that the real server was not seen to send", async () => {
    const server = await startFakeServer({ ownedBy, answer: (_, index) => `${"word ".repeat(index + 1)}\n\nmore` });
    open.push(() => server.close());
    const models = (await (await fetch(`${server.baseUrl}/models`)).json()) as unknown;
    expect(invented(ownedBy, "models", [models])).toEqual([]);
    const bodies = fc.record(
      {
        n: fc.integer({ min: 1, max: 6 }),
        stop: fc.subarray(["\n\n", "word", "x", "y", "z"]),
        max_tokens: fc.integer({ min: 1, max: 40 }),
        logprobs: fc.constant(true),
        top_logprobs: fc.integer({ min: 0, max: 3 }),
        continue_final_message: fc.boolean(),
        stream: fc.constant(streams),
        stream_options: fc.record({ include_usage: fc.boolean() }),
        model: fc.constantFrom("test", "another"),
      },
      { requiredKeys: ["max_tokens"] },
    );
    const messages = [{ role: "user", content: "?" }];
    const seen = new Set<ReplyKind>();
    await fc.assert(
      fc.asyncProperty(bodies, fc.boolean(), async (body, begun) => {
        const turns = begun ? [...messages, { role: "assistant", content: "Begun" }] : messages;
        const { kind, values } = await post(server.baseUrl, { model: "test", messages: turns, ...body });
        seen.add(kind);
        // Refusals name the server that was seen to give them.
        const owner = kind === "error" && values.some((value) => "param" in errorIn(value)) ? "vllm" : ownedBy;
        expect(invented(kind === "error" && owner !== "vllm" ? "llamacpp" : owner, kind, values)).toEqual([]);
      }),
      { numRuns: 120 },
    );
    expect(seen.size).toBe(streams ? 3 : 2);
  });

  it("fails as its source says", async () => {
    for (const fault of ["429", "500"] as const satisfies readonly Fault[]) {
      const server = await startFakeServer({ ownedBy, script: [fault] });
      open.push(() => server.close());
      const { values } = await post(server.baseUrl, { model: "test", messages: [] });
      expect(invented("vllm", "error", values)).toEqual([]);
    }
  });
});

const errorIn = (value: unknown): object => (value as { error?: object }).error ?? {};

describe("a fake that follows a script", () => {
  it("sends texts and calls in vLLM's fields", async () => {
    const upstream = await scriptedUpstream([{ content: "It rains." }, { calls: [["weather", '{"city":"A"}']] }]);
    open.push(() => upstream.close());
    const { kind, values } = await post(upstream.baseUrl, { model: "m", messages: [], n: 2, tools: [weatherTool] });
    expect(invented("vllm", kind, values)).toEqual([]);
  });
});

describe("a reply in a recorded shape", () => {
  it("keeps every recorded field, and refuses one that was not recorded", () => {
    const shaped = inShapeOf("vllm-0.32.0", "01-plain", { choices: [{ message: { content: "Four." } }] });
    const { json } = recordingOf("vllm-0.32.0", "01-plain").reply;
    expect(fieldsOf(shaped)).toEqual(fieldsOf(json));
    expect(shaped).toMatchObject({ choices: [{ message: { content: "Four.", refusal: null } }] });
    const friendly = { choices: [{ message: { content: "Four.", thinking: "2 + 2" } }] };
    expect(() => inShapeOf("vllm-0.32.0", "01-plain", friendly)).toThrow(/has string at .choices\[\].message.thinking/);
    expect(() => inShapeOf("llama.cpp-xllamacpp-2026.10", "01-plain", { choices: [{ stop_reason: "x" }] })).toThrow(
      /No reply of llama.cpp-xllamacpp-2026.10 has string at .choices\[\].stop_reason/,
    );
  });
});

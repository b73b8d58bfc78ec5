import { afterEach, describe, expect, it } from "vitest";
import type { ModelCallError } from "../../src/core/errors.ts";
import type { Policy, Sample } from "../../src/core/policy.ts";
import { completionBuilder, readCompletion } from "../../src/policy/openai/completion.ts";
import { samplesOf } from "../../src/policy/openai/samples.ts";
import { eventReader } from "../../src/policy/openai/sse.ts";
import { type OpenAiOptions, openAiPolicy } from "../../src/policy/openai.ts";
import { usageOf } from "../../src/policy/usage.ts";
import { bodyOf, recordedServers, recordingOf, recordingsOf } from "../fakes/recordings.ts";
import { startReplayServer } from "../fakes/replay-server.ts";
import { requestOf } from "./requests.ts";

const farmer =
  "A farmer has 17 sheep and buys 5 pens of 4 sheep each. How many sheep now? Think in three short paragraphs, separated by blank lines.";
const messages = [{ role: "user" as const, content: farmer }];
const LLAMA = "llama.cpp-xllamacpp-2026.10";
const VLLM = "vllm-0.32.0";
const THINK = "vllm-0.32.0-reasoning-parser";
const LITELLM = "litellm-1.108.7";

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function replay(server: string, options: Partial<OpenAiOptions> = {}) {
  const started = await startReplayServer(server);
  const notes: string[] = [];
  const policy = openAiPolicy({
    baseUrl: started.baseUrl,
    model: "test",
    onNote: (note) => notes.push(note),
    ...options,
  });
  open.push(() => Promise.all([policy.dispose?.(), started.close()]));
  return { policy, notes, requests: started.requests };
}

const only = async (policy: Policy, request: Parameters<typeof requestOf>[0]): Promise<Sample> =>
  (await policy.sample(requestOf({ messages, temperature: 0, ...request })))[0] as Sample;

/** Reads a streamed reply as the policy does. */
function readStream(text: string) {
  const builder = completionBuilder(() => undefined);
  const reader = eventReader(builder.add);
  reader.take(text);
  reader.end();
  return builder.finish();
}

describe("every recorded completion", () => {
  const completions = recordedServers.flatMap((server) =>
    recordingsOf(server)
      .filter(({ request, reply }) => /\/v1\/(chat\/)?completions$/.test(request.path) && reply.status === 200)
      .map((recording) => ({ server, recording })),
  );

  it("is read: its texts, its ends, and as many tokens as its log-probabilities have", () => {
    expect(completions.length).toBeGreaterThan(250);
    for (const { server, recording } of completions) {
      const where = `${server}/${recording.id}`;
      const body = bodyOf(recording);
      const completion = recording.reply.text === undefined ? readCompletion(body) : readStream(body);
      expect(completion.choices.length, where).toBeGreaterThan(0);
      for (const [index, { finish, ending }] of completion.choices.entries()) {
        if (server.startsWith("litellm") && recording.id === "10-stream-n2" && index > 0) {
          expect({ finish, ending }, where).toEqual({ finish: "unknown", ending: "none given" });
        } else {
          expect(["stop", "length"], where).toContain(finish);
          expect(ending, where).toBeUndefined();
        }
      }
      expect(completion.usage?.promptTokens, where).toBeGreaterThan(0);
      const counted = completion.choices.map(({ logprobs }) => logprobs?.length ?? -1);
      if (counted.some((count) => count < 0) || server.startsWith("llama.cpp")) continue;
      const listed = counted.reduce((sum, count) => sum + count, 0);
      const unlisted = (completion.usage?.completionTokens ?? 0) - listed;
      if (server.startsWith("ollama") && recording.id.startsWith("06-stop")) expect(unlisted, where).toBe(3);
      else expect(unlisted, where).toBe(0);
    }
  });

  it("never gives a text without saying what became of the tokens", () => {
    for (const { server, recording } of completions) {
      const body = bodyOf(recording);
      const completion = recording.reply.text === undefined ? readCompletion(body) : readStream(body);
      const request = requestOf({ n: completion.choices.length, maxTokens: 2048 });
      const samples = samplesOf(completion, request, { prefix: "continue", sharedPrompt: true });
      for (const { text, thought, stoppedBy, finish, completionTokens } of samples) {
        const silent = text === "" && !thought && stoppedBy === undefined && finish === "stop";
        if (silent) expect(completionTokens, `${server}/${recording.id}`).toBeLessThanOrEqual(2);
      }
    }
  });
});

describe("every recorded refusal", () => {
  const refusals = recordedServers.flatMap((server) =>
    recordingsOf(server)
      .filter(({ reply }) => reply.status >= 400)
      .map((recording) => ({ server, recording })),
  );

  it("is a failure with the server's own words", async () => {
    const { failureOfReply } = await import("../../src/policy/openai/failure.ts");
    expect(refusals.length).toBeGreaterThan(40);
    for (const { server, recording } of refusals) {
      const reply = { status: recording.reply.status, headers: {}, body: bodyOf(recording) };
      const failure = failureOfReply("test", reply, (text) => text);
      const overflow = recording.id === "20-overflow";
      expect(failure.kind === "context", `${server}/${recording.id}: ${failure.message}`).toBe(overflow);
      expect(failure.message.length, recording.id).toBeGreaterThan("test answered 400: ".length);
    }
  });
});

describe("llama.cpp, as recorded", () => {
  it("goes on with a begun turn, its repetition of the prefix taken off, and keeps a separator at its end", async () => {
    const { policy } = await replay(LLAMA, { prefix: "echo" });
    const kept = await only(policy, { prefix: "The farmer starts with 17 sheep.\n\n", maxTokens: 24 });
    expect(kept.text).toBe("The farmer buys 5 pens of 4 sheep each, which totals 5 * 4 = 20 sheep");
    const cut = await only(policy, { prefix: "The farmer starts with sev", maxTokens: 16 });
    expect(cut).toMatchObject({
      text: expect.stringMatching(/^eteen sheep\./),
      finish: "length",
      completionTokens: 16,
    });
  });

  it("counts the tokens of one sample for three, which is put right", async () => {
    const { policy } = await replay(LLAMA, { profile: { counts: "one", logprobs: null } });
    const samples = await policy.sample(requestOf({ messages, temperature: 0.9, maxTokens: 24, seeds: [7, 8, 9] }));
    expect(samples.map(({ completionTokens }) => completionTokens)).toEqual([24, 24, 24]);
    expect(usageOf(samples)).toMatchObject({ calls: 3, promptTokens: 63, completionTokens: 72 });
    expect(usageOf(samples).estimated).toBeUndefined();
  });

  it("is not believed where its count is far too small for the texts, even if nobody knows how it counts", async () => {
    const { policy } = await replay(LLAMA);
    const samples = await policy.sample(requestOf({ messages, temperature: 0.9, maxTokens: 24, seeds: [7, 8, 9] }));
    expect(usageOf(samples).estimated).toBe(true);
    expect(usageOf(samples).completionTokens).toBeGreaterThan(60);
  });
});

describe("vLLM, as recorded", () => {
  it("goes on with a begun turn by its flag", async () => {
    const { policy } = await replay(VLLM, { prefix: "continue" });
    const sample = await only(policy, { prefix: "The farmer starts with sev", maxTokens: 16 });
    expect(sample.text).toMatch(/^eteen/);
  });

  it("refuses a fifth stop text: four are sent, and the fifth is found in the text", async () => {
    const { policy, notes, requests } = await replay(VLLM);
    const stop = ["\n\n", "\n1", "\n2", "\n3", "Step"];
    const failure = await only(policy, { maxTokens: 60, stop }).catch((error: unknown) => error);
    expect(notes).toEqual([expect.stringMatching(/takes at most 4 stop texts/)]);
    expect(policy.capabilities.stopTexts).toBe(4);
    expect(requests.map(({ body }) => (body as { stop: string[] }).stop.length)).toEqual([5, 4]);
    expect(failure).toBeInstanceOf(Error); // four stop texts were not recorded
    await expect(open.splice(0)[0]?.()).rejects.toThrow(/Nearest is 06-stop-/);
  });

  it("names the stop text, and says by null that the text came to its end", async () => {
    const said = (id: string) => readCompletion(bodyOf(recordingOf(VLLM, id))).choices[0];
    expect(said("06-stop-sure")).toMatchObject({ stoppedBy: " 17", namesStops: true });
    expect(said("06-stop-eos")).toMatchObject({ finish: "stop", namesStops: true });
    expect(said("06-stop-eos")?.stoppedBy).toBeUndefined();
  });

  it("gives log-probabilities of the stop text too, which are left out", async () => {
    const { policy } = await replay(VLLM);
    const sample = await only(policy, { maxTokens: 60, stop: [" 17"], logprobs: 1 });
    expect(sample.logprobs?.map(({ token }) => token).join("")).toBe(sample.text);
    expect(sample.completionTokens).toBeGreaterThan(sample.logprobs?.length ?? 0);
  });
});

describe("LiteLLM, as recorded", () => {
  it("passes on which stop text it was, elsewhere", () => {
    const choice = readCompletion(bodyOf(recordingOf(LITELLM, "06-stop-text"))).choices[0];
    expect(choice).toMatchObject({ text: "", finish: "stop", stoppedBy: "\n\n" });
  });
});

describe("a server with a reasoning parser, as recorded", () => {
  const asked = { messages: [{ role: "user" as const, content: "What is 17 + 20?" }] };

  it.each([THINK, "litellm-1.108.7-reasoning-parser"])("%s gives thought and answer apart", async (server) => {
    const { policy } = await replay(server);
    const sample = await only(policy, { ...asked, maxTokens: 200 });
    expect(sample).toMatchObject({ text: "", thoughtOpen: true, finish: "length", thoughtTokens: 200 });
    expect(sample.thought?.length).toBeGreaterThan(200);
    expect(policy.capabilities.thinks).toBe(true);
  });

  it("stops inside the thought, which is no end of an answer", async () => {
    const { policy } = await replay(THINK);
    const sample = await only(policy, { ...asked, maxTokens: 200, stop: ["\n\n"] });
    expect(sample).toMatchObject({ text: "", thoughtOpen: true, finish: "unknown", ending: "inside the thought" });
    expect(sample.stoppedBy).toBeUndefined();
  });

  it("is not given stop texts once its model is known to think", async () => {
    const { policy, requests } = await replay(THINK);
    await only(policy, { ...asked, maxTokens: 200 });
    await only(policy, { ...asked, maxTokens: 200, stop: ["\n\n"] });
    expect(requests.map(({ served }) => served)).toEqual(["26-think", "26-think"]);
  });

  it("does not show the thought while it streams", async () => {
    const { policy } = await replay(THINK);
    let shown = "";
    const [sample] = await policy.sample(requestOf({ ...asked, temperature: 0, maxTokens: 30 }), {
      onText: (_, text) => {
        shown += text;
      },
    });
    expect(shown).toBe("");
    expect(sample?.thought?.length).toBeGreaterThan(30);
  });

  it("does without it when asked to", async () => {
    const { policy } = await replay(THINK);
    const question = [{ role: "user" as const, content: "What is 2+2?" }];
    const sample = await only(policy, { messages: question, maxTokens: 24, thinking: false });
    expect(sample).toMatchObject({ finish: "length", completionTokens: 24 });
    expect(sample.thought ?? null).toBeNull();
    expect(sample.text).not.toBe("");
  });

  it("takes the effort to make", async () => {
    const { policy, requests } = await replay(THINK);
    await only(policy, { ...asked, maxTokens: 60, reasoningEffort: "low" });
    expect(requests[0]?.served).toBe("26-think-effort");
  });
});

describe("transformers serve, as recorded", () => {
  it("refuses fields by name: they are left out, for good once a request without them is answered", async () => {
    const { policy, notes, requests } = await replay("transformers-serve-5.19.0");
    const request = { maxTokens: 12, temperature: 1, topK: 1, minP: 0.1, topP: 0.9 };
    const failure = (await only(policy, request).catch((error: unknown) => error)) as ModelCallError;
    expect(notes).toEqual([]);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.body).not.toHaveProperty("top_k");
    expect(requests[1]?.body).not.toHaveProperty("min_p");
    expect(failure.message).toMatch(/no recording/);
    await expect(open.splice(0)[0]?.()).rejects.toThrow(/no recording/);
  });
});

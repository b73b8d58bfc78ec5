import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../src/core/policy.ts";
import { type OpenAiOptions, openAiPolicy } from "../../src/policy/openai.ts";
import { usageOf } from "../../src/policy/usage.ts";
import { recordingOf, recordingsOf } from "../fakes/recordings.ts";
import { type ReplayOptions, startReplayServer } from "../fakes/replay-server.ts";
import { requestOf } from "./requests.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function replay(server: string, options: Partial<OpenAiOptions>, how: ReplayOptions = {}) {
  const started = await startReplayServer(server, how);
  const { baseUrl } = started;
  const policy = openAiPolicy({ baseUrl, model: "test", onNote: () => {}, ...options });
  open.push(() => Promise.all([policy.dispose?.(), started.close()]));
  return { policy, requests: started.requests };
}

const sheep = [{ role: "user" as const, content: "What do sheep eat? Answer in one to five words." }];
const asked = (n: number) =>
  requestOf({ messages: sheep, seeds: Array.from({ length: n }, (_, i) => 7 + i), temperature: 0.9, maxTokens: 12 });

/** What the server's own tokenizer makes of a text, as recorded; the end of a text is one more token. */
function tokensOf(server: string, { text, finish }: Sample): number {
  const found = recordingsOf(server).find(({ id, request }) => id.startsWith("46-") && request.body?.content === text);
  const { tokens } = (found?.reply.json ?? {}) as { tokens?: readonly unknown[] };
  if (tokens === undefined) throw new Error(`${server}: nobody counted the tokens of ${JSON.stringify(text)}`);
  return tokens.length + (finish === "stop" ? 1 : 0);
}

interface Listed {
  readonly choices: readonly { readonly logprobs: { readonly content: readonly unknown[] } | null }[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("the ledger equals the tokens in the texts", () => {
  const LLAMA = "llama.cpp-xllamacpp-2026.10";
  it.each([
    { n: 1, sent: [1] },
    { n: 4, sent: [4] },
    { n: 6, sent: [6, 4, 2] },
  ])("llama.cpp with four slots, $n samples: requests for $sent", async ({ n, sent }) => {
    const { policy, requests } = await replay(LLAMA, { profile: { counts: "one", logprobs: 20 } });
    const samples = await policy.sample(asked(n));
    expect(requests.map(({ body }) => body?.n ?? 1)).toEqual(sent);
    expect(samples).toHaveLength(n);
    const usage = usageOf(samples);
    expect(usage.completionTokens).toBe(sum(samples.map((sample) => tokensOf(LLAMA, sample))));
    expect(usage.estimated).toBeUndefined();
  });

  it.each([1, 4, 6])("vLLM, %i samples in one request", async (n) => {
    // It was asked for log-probabilities, too, without which it counts the same.
    const recorded = "vllm-0.32.0-llama3.1";
    const { policy, requests } = await replay(recorded, {}, { apartFrom: ["logprobs", "top_logprobs"] });
    const samples = await policy.sample(asked(n));
    expect(requests.map(({ served }) => served)).toEqual([`45-samples-${n}`]);
    // A text of noise may be spelled in fewer tokens than it was drawn in: the list has those that were drawn.
    const { choices } = recordingOf(recorded, `45-samples-${n}`).reply.json as Listed;
    const listed = choices.map(({ logprobs }) => logprobs?.content.length ?? 12);
    expect(usageOf(samples)).toMatchObject({ calls: n, completionTokens: sum(listed) });
    expect(usageOf(samples).estimated).toBeUndefined();
  });

  it.each([1, 4, 6])("Ollama, which ignores n: %i requests of one sample each", async (n) => {
    const { policy, requests } = await replay("ollama-0.17.4", {}, { answer: () => "04-n3" });
    const samples = await policy.sample({ ...asked(n), maxTokens: 24 });
    expect(requests).toHaveLength(n);
    // Each text was cut at the limit of 24.
    expect(samples.map(({ finish }) => finish)).toEqual(Array.from({ length: n }, () => "length"));
    expect(usageOf(samples)).toMatchObject({ calls: n, completionTokens: 24 * n });
    expect(usageOf(samples).estimated).toBeUndefined();
  });
});

describe("the ends of several texts, on a server that names no stop text", () => {
  const question = "Leila gave half of her $100 to Ali. How much did he get?";
  const request = requestOf({
    messages: [{ role: "user", content: question }],
    prefix: "Half of $100 is $50.\n\n",
    seeds: [3, 4, 5, 6],
    stop: ["\n\n"],
    maxTokens: 60,
    temperature: 0.8,
  });

  it("are told apart by the last token: the end of the text, or a line break that was held back", async () => {
    const { policy, requests } = await replay("llama.cpp-xllamacpp-2026.10-smollm2", {
      profile: { prefix: "echo", counts: "one", logprobs: 20 },
    });
    const samples = await policy.sample(request);
    expect(samples.map(({ endOfText }) => endOfText)).toEqual([true, true, true, undefined]);
    // Of the last the list has 18; the second line break of its stop text is counted beside them.
    expect(samples.map(({ completionTokens }) => completionTokens)).toEqual([27, 40, 22, 19]);
    expect(usageOf(samples).estimated).toBeUndefined();
    const before = requests.length;
    await policy.sample(request);
    expect(requests.slice(before).map(({ path }) => path)).toEqual(["/v1/chat/completions"]);
  });
});

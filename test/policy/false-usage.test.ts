import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { solve } from "../../src/engine/solve.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { selfConsistency } from "../../strategies/sampling/self-consistency.ts";
import { wholeReply } from "../fakes/replies.ts";

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

const TEXT =
  "First add the two numbers of the question, then check the sum once more. The answer is \\boxed{4}. ".repeat(4);
/** By our own count: four characters a token. */
const TOKENS = Math.ceil(TEXT.length / 4);

type Falsify = (usage: { prompt_tokens: number; completion_tokens: number }) => unknown;

/** Gives one sample a request and says of its cost what `falsify` makes of the truth. Counts the truth itself. */
async function lying(falsify: Falsify) {
  const spent = { calls: 0, tokens: 0 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { messages: { content: string }[] };
    const prompt = Math.ceil(body.messages.reduce((sum, { content }) => sum + content.length, 0) / 4);
    spent.calls++;
    spent.tokens += prompt + TOKENS;
    const usage = falsify({ prompt_tokens: prompt, completion_tokens: TOKENS });
    response.writeHead(200, { "content-type": "application/json" });
    const sample = { text: TEXT, finish: "stop", tokens: TOKENS };
    const reply = wholeReply("vllm", "m", [sample], { prompt_tokens: prompt, completion_tokens: TOKENS });
    response.end(JSON.stringify({ ...(reply as object), usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const policy = openAiPolicy({ baseUrl, model: "m", severalPerRequest: false, parallel: 1 });
  open.push(
    () => policy.dispose?.(),
    async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  );
  return { policy, spent };
}

describe("a token budget under usage that is", () => {
  it.each<[string, Falsify]>([
    ["true", (usage) => usage],
    ["zero", () => ({ prompt_tokens: 0, completion_tokens: 0 })],
    ["missing", () => undefined],
    ["halved", (usage) => ({ prompt_tokens: usage.prompt_tokens / 2, completion_tokens: usage.completion_tokens / 2 })],
    [
      "halved, in whole numbers",
      (usage) => ({
        prompt_tokens: Math.floor(usage.prompt_tokens / 2),
        completion_tokens: Math.floor(usage.completion_tokens / 2),
      }),
    ],
    [
      "doubled",
      (usage) => ({ prompt_tokens: usage.prompt_tokens * 2, completion_tokens: usage.completion_tokens * 2 }),
    ],
  ])("%s is never exceeded by more than one call", async (name, falsify) => {
    const { policy, spent } = await lying(falsify);
    const tokens = 1200;
    const solution = await solve("2 + 2?", {
      strategy: selfConsistency,
      options: { n: 40 },
      policy,
      budget: { tokens },
      maxTokens: 128,
    });
    const perCall = spent.tokens / spent.calls;
    expect(spent.calls).toBeGreaterThan(1);
    expect(spent.calls).toBeLessThan(40);
    expect(spent.tokens).toBeLessThanOrEqual(tokens + perCall);
    const { estimated } = solution.usage.logical.policy;
    expect(estimated ?? false).toBe(name !== "true" && name !== "doubled");
  });
});

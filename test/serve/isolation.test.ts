import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { startFakeServer } from "../fakes/server.ts";
import { ask, eventsOf, serving } from "./serving.ts";

const strategies = ["chain-of-thought", "self-consistency", "best-of-n", "weighted-vote"];
const keyOf = (i: number) => `key-${i % 5}`;

interface Body {
  readonly choices: readonly { readonly message: { readonly content: string }; readonly ruminate: Evidence }[];
  readonly usage: { readonly total_tokens: number; readonly ruminate: { readonly calls: number } };
}
interface Evidence {
  readonly strategy: string;
  readonly seed: string;
  readonly candidates: number;
  readonly answer: string;
}

describe("500 requests at a time", () => {
  it("share no setting, sample, event or usage", async () => {
    const upstream = await startFakeServer({
      answer: ({ messages, max_tokens, temperature }) =>
        `${messages.at(-1)?.content} ${max_tokens} ${temperature} The answer is ${messages.at(-1)?.content.split(" ")[1]}.`,
    });
    const server = await serving({
      upstreams: { small: { name: upstream.baseUrl } },
      limits: { concurrency: 500, queue: 500 },
      keys: Array.from({ length: 5 }, (_, i) => ({
        name: keyOf(i),
        sha256: createHash("sha256").update(keyOf(i)).digest("hex"),
      })),
    });
    const total = { tokens: 0, calls: 0 };
    const perKey = new Map<string, number>();
    await Promise.all(
      Array.from({ length: 500 }, async (_, i) => {
        const strategy = strategies[i % 4] ?? "";
        const n = strategy === "chain-of-thought" ? 1 : 1 + (i % 3);
        const streamed = i % 2 === 1;
        const sent = {
          model: `${strategy}/small`,
          messages: ask(`Problem ${i}`),
          seed: i,
          max_tokens: 100 + i,
          temperature: 0.5 + (i % 7) / 10,
          ...(streamed && { stream: true, stream_options: { include_usage: true } }),
          ruminate: { options: strategy === "chain-of-thought" ? {} : { n }, budget: { calls: 10 + i } },
        };
        const response = await server.chat(sent, { headers: { authorization: `Bearer ${keyOf(i)}` } });
        expect(response.status).toBe(200);
        const text = await response.text();
        const { content, evidence, usage } = streamed ? fromStream(text) : fromWhole(JSON.parse(text) as Body);
        expect(content).toBe(`Problem ${i} ${100 + i} ${sent.temperature} The answer is ${i}.`);
        expect(evidence).toMatchObject({ strategy, seed: String(i), candidates: n, answer: String(i) });
        expect(usage.ruminate.calls).toBe(n);
        total.tokens += usage.total_tokens;
        total.calls += n;
        perKey.set(keyOf(i), (perKey.get(keyOf(i)) ?? 0) + usage.total_tokens);
      }),
    );
    expect(total.tokens).toBe(upstream.counts.promptTokens + upstream.counts.completionTokens);
    expect(total.calls).toBe(upstream.counts.completions);
    for (const [key, tokens] of perKey) {
      expect(server.service.keys.callerOf(`Bearer ${key}`).today().spent.tokens).toBe(tokens);
    }
    expect(server.service.admission.working).toBe(0);
    await server.close();
    await upstream.close();
  });
});

const fromWhole = ({ choices, usage }: Body) => ({
  content: choices[0]?.message.content,
  evidence: choices[0]?.ruminate,
  usage,
});

function fromStream(text: string) {
  const chunks = eventsOf(text).slice(0, -1) as {
    choices: { delta: { content?: string; reasoning_content?: string }; ruminate?: Evidence }[];
    usage: Body["usage"] | null;
  }[];
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const usage = chunks.at(-1)?.usage;
  if (!usage) throw new Error("no usage in the stream");
  return {
    content: choices.map(({ delta }) => delta.content ?? "").join(""),
    evidence: choices.find(({ ruminate }) => ruminate !== undefined)?.ruminate,
    usage,
  };
}

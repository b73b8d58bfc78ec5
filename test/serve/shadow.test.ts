import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { runCli } from "../../src/cli/cli.ts";
import { Random } from "../../src/core/random.ts";
import { defineVerifier } from "../../src/core/verifier.ts";
import {
  accuracyOf,
  answerChances,
  generateProblem,
  majorityAt,
  simulatedPolicy,
} from "../../src/policy/simulated/index.ts";
import { answerOf } from "../../src/policy/simulated/word-problem.ts";
import type { ShadowRecord } from "../../src/serve/shadow/record.ts";
import { shadowReport } from "../../src/serve/shadow/report.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { ask, type Serving, serving } from "./serving.ts";

const dials = { stepError: 0.15, seed: 6 };
const problems = Array.from({ length: 60 }, (_, index) =>
  generateProblem("shadow", index, { minSteps: 3, maxSteps: 4 }),
);
const truths = new Map(problems.map(({ problem, text }) => [text, String(answerOf(problem))]));

/** Knows the right answers: the check that a user would have as a program. */
const key = defineVerifier({
  name: "key",
  summary: "compares with the right answer",
  options: z.strictObject({}),
  outcome: () => ({
    score: async (question, candidates) =>
      candidates.map(({ answer }) => ({ value: answer?.text === truths.get(question.text) ? 1 : 0 })),
  }),
});

const open: Serving[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function shadowing(shadow: object, policy: object = dials, more: object = {}) {
  const catalogue = builtins();
  catalogue.verifiers.add(key);
  const config = {
    upstreams: { small: "simulated" },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 9 }, answer: "number" } },
    shadow: { share: 1, perDay: {}, concurrency: 1000, ...shadow },
    ...more,
  };
  const server = await serving(config, {
    catalogue,
    open: async () => simulatedPolicy(policy),
    env: { KEY: "the-key" },
  });
  open.push(server);
  const asks = async (texts: readonly string[], model = "thinker") => {
    const headers = { authorization: "Bearer the-key" };
    const replies = await Promise.all(
      texts.map(async (text) => (await server.chat({ model, messages: ask(text) }, { headers })).json()),
    );
    return replies as { readonly usage: { readonly total_tokens: number } }[];
  };
  return { server, asks };
}

const texts = problems.map(({ text }) => text);
const linesOf = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ShadowRecord);

describe("serve --shadow", () => {
  it("reports a gain whose interval holds the true one, the other way round too, and keeps no text", async () => {
    const file = join(temporaryFolder(), "shadow.jsonl");
    const { server, asks } = await shadowing({
      file,
      check: "key",
      strategy: "self-consistency",
      options: { n: 9 },
      answer: "number",
    });
    await asks(texts);
    await server.service.shadow?.idle();
    await asks(texts.slice(0, 20), "small");
    await server.service.shadow?.idle();

    const mean = (of: (problem: (typeof problems)[number]["problem"]) => number) =>
      problems.reduce((sum, { problem }) => sum + of(problem), 0) / problems.length;
    const truth = mean((problem) => majorityAt(answerChances(problem, dials), 9) - accuracyOf(problem, dials));
    const records = linesOf(file);
    const [row] = shadowReport(records.slice(0, 60));
    expect(row).toMatchObject({ requests: 60, failed: 0, thought: "self-consistency", plain: "chain-of-thought" });
    expect(truth).toBeGreaterThan(0.15);
    expect(row?.gain?.interval?.low).toBeLessThan(truth);
    expect(row?.gain?.interval?.high).toBeGreaterThan(truth);
    expect(row?.gain?.interval?.low).toBeGreaterThan(0);
    expect(row?.tokens.thought).toBeGreaterThan(4 * (row?.tokens.plain ?? 0));
    expect(records.slice(60).map(({ served }) => served)).toEqual(Array(20).fill("plain"));
    expect(readFileSync(file, "utf8")).not.toMatch(/\b[A-Z][a-z]+ (has|had|packs|finds)\b/);
    expect(await (await fetch(server.baseUrl.replace("/v1", "/metrics"))).text()).toMatch(
      /ruminate_shadow_requests_total\{thought="self-consistency",plain="chain-of-thought",upstream="small",outcome="changed"\} \d+/,
    );

    const terminal = fakeTerminal();
    expect(await runCli(["shadow", "report", file], terminal)).toBe(0);
    expect(terminal.stdout()).toContain("self-consistency against chain-of-thought, on small");
    expect(terminal.stdout()).toMatch(/\d{4}-\d\d-\d\d +80 /);
  });

  it("charges no key, and leaves requests out beyond its own limit", async () => {
    const keys = [{ name: "test", env: "KEY", perDay: { tokens: 1e6 } }];
    const { server, asks } = await shadowing({ perDay: { tokens: 600 } }, dials, { keys });
    const replies = await asks(texts.slice(0, 12));
    await server.service.shadow?.idle();
    const caller = server.service.keys.callerOf("Bearer the-key");
    expect(caller.today().spent.tokens).toBe(replies.reduce((sum, { usage }) => sum + usage.total_tokens, 0));
    const metrics = server.service.parts.metrics.render();
    const count = (outcome: string) => Number(new RegExp(`outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
    expect(count("left out: limit")).toBeGreaterThan(0);
    expect(count("same") + count("changed") + count("unclear") + count("left out: limit")).toBe(12);
  });

  it("is dropped when the server ends, and leaves plain requests alone without a strategy", async () => {
    const file = join(temporaryFolder(), "shadow.jsonl");
    const { server, asks } = await shadowing(
      { file },
      { ...dials, latencyMs: 500 },
      { limits: { requestSeconds: 60 } },
    );
    const plan = { strategy: { name: "chain-of-thought" } } as Parameters<
      NonNullable<typeof server.service.shadow>["consider"]
    >[0];
    server.service.shadow?.consider(plan, [{} as never]);
    expect(server.service.parts.metrics.render()).not.toContain("ruminate_shadow_requests_total{");
    const asked = asks(texts.slice(0, 1));
    await asked;
    await server.close();
    expect(server.service.parts.metrics.render()).toContain('outcome="left out: ended"} 1');
    expect(() => linesOf(file)).toThrow();
  });

  it("has intervals that hold the true gain as often as they say", () => {
    const random = new Random("shadow coverage");
    const [thought, plain] = [0.8, 0.65];
    let held = 0;
    for (let run = 0; run < 150; run++) {
      const records = Array.from({ length: 100 }, (_, index): ShadowRecord => {
        const draw = random.fork(run, index);
        // Thinking helps where it is right: both are right or wrong together more often than by chance.
        const level = draw.uniform();
        const scores = { thought: level < thought ? 1 : 0, plain: (level + 0.3 * draw.uniform()) % 1 < plain ? 1 : 0 };
        return recordOf(index, scores.thought === scores.plain ? null : scores);
      });
      const interval = shadowReport(records)[0]?.gain?.interval;
      if (interval != null && interval.low <= thought - plain && thought - plain <= interval.high) held++;
    }
    expect(held / 150).toBeGreaterThan(0.92);
  });
});

const recordOf = (index: number, scores: ShadowRecord["scores"]): ShadowRecord => ({
  time: 1_790_000_000,
  thought: "a",
  plain: "b",
  upstream: "u",
  question: String(index),
  served: "thought",
  outcome: scores === null ? "same" : "changed",
  scores,
  checked: true,
  tokens: { thought: 9, plain: 1, check: 0 },
  dollars: { thought: 0, plain: 0, check: 0 },
  milliseconds: { thought: 9, plain: 1 },
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ModelCallError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/policy.ts";
import { retry } from "../../src/policy/retry.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { wrapPolicy } from "../../src/policy/wrap.ts";
import { instantClock } from "../policy/requests.ts";
import { smallRun } from "./small-run.ts";

const plain = () => simulatedPolicy({ stepError: 0.15, spread: 0.8 });

/** Refuses two of three requests, for two attempts each. */
function failing(policy: Policy): Policy {
  const attempts = new Map<string, number>();
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const key = JSON.stringify([request.messages, request.prefix, request.seeds]);
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      if (attempt <= 2 && (request.seeds[0] ?? 0) % 3 > 0) {
        throw new ModelCallError("busy", { status: attempt === 1 ? 429 : null, retryable: true });
      }
      return await policy.sample(request, options);
    },
  });
}

const experiment = `
name: refused
dataset: {name: arithmetic, options: {count: 6, minSteps: 3, maxSteps: 3}}
policy: simulated
strategies:
  - {name: self-consistency, options: {n: 4}}
  - {name: best-of-n, options: {n: 4}, verifiers: {outcome: {name: simulated, options: {auc: 0.8}}}}
  - {name: mcts, options: {simulations: 4}, verifiers: {process: simulated}, budget: {tokens: 1500}}
`;

/** Names of what depends on the clock, and of the run itself. */
const ofTheClock = /second|_ms|Ms$|time|date|started|finished|folder|created|run$/i;
const withoutClock = (text: string): unknown =>
  JSON.parse(text, (key, value) => (ofTheClock.test(key) || /^s(econds)?$/.test(value?.unit) ? undefined : value));

async function figuresOf(policy: Policy): Promise<Record<string, unknown>> {
  const out = await smallRun({ open: async () => ({ policy, simulated: true }), concurrency: 4 }, experiment);
  const read = (name: string) => readFileSync(join(out, name), "utf8");
  return {
    results: read("results.jsonl").trim().split("\n").sort().map(withoutClock),
    summary: withoutClock(read("summary.json")),
    report: withoutClock(read("report.json")),
  };
}

describe("a server that refuses and then answers", () => {
  it("changes no result, summary, curve or report", async () => {
    const quiet = await figuresOf(plain());
    expect(await figuresOf(retry(failing(plain()), { clock: instantClock() }))).toEqual(quiet);
  });
});

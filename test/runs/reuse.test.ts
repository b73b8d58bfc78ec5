import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Policy } from "../../src/core/policy.ts";
import { addLedgers, emptyLedger } from "../../src/core/usage.ts";
import { openPolicy } from "../../src/policy/open.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { wrapPolicy } from "../../src/policy/wrap.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import { type FakeServer, startFakeServer } from "../fakes/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

/**
 * Ten strategies whose plain samples are the same: other sizes, picks, verifiers and stopping rules over one pool, and
 * three that go on from it.
 */
const strategies = [
  "{name: chain-of-thought}",
  "{name: chain-of-thought, label: one-sample, options: {temperature: 0.7}}",
  "{name: self-consistency, options: {n: 16}}",
  "{name: self-consistency, label: at-most-4, options: {n: 16}, stop: {rule: at-most, value: 4}}",
  "{name: self-consistency, label: adaptive, options: {n: 16}, stop: {rule: adaptive-consistency}}",
  "{name: best-of-n, options: {n: 16, temperature: 0.7}, verifiers: {outcome: {name: simulated, options: {auc: 0.8}}}}",
  "{name: best-of-n, label: half, options: {n: 8, temperature: 0.7}, verifiers: {outcome: {name: simulated, options: {auc: 0.6}}}}",
  "{name: weighted-vote, options: {n: 16}, verifiers: {outcome: {name: simulated, options: {auc: 0.8}}}}",
  "{name: weighted-vote, label: weighted-by-steps, options: {n: 12}, verifiers: {process: simulated}}",
  "{name: self-refine, options: {rounds: 1}}",
];

const experimentOf = (baseUrl: string, several: boolean, chosen: readonly string[]) =>
  parseExperiment(
    "reuse.yaml",
    `
name: reuse
dataset: {name: arithmetic, options: {count: 8}}
policy: {name: "${baseUrl}", model: test, options: {severalPerRequest: ${several}}}
strategies:
${chosen.map((strategy) => `  - ${strategy}`).join("\n")}
`,
  );

interface Drawn {
  readonly prompt: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Notes every sample that passes, by what it is a sample of: distinguished here without the store's own keys. */
function noting(policy: Policy, into: Map<string, Drawn>): Policy {
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const samples = await policy.sample(request, options);
      const { messages, prefix, temperature, topP, stop, purpose } = request;
      const prompt = JSON.stringify({ messages, prefix, temperature, topP, stop, purpose });
      for (const { seed, promptTokens, completionTokens } of samples) {
        into.set(`${prompt}#${seed}`, { prompt, promptTokens, completionTokens });
      }
      return samples;
    },
  });
}

/**
 * Tokens of distinct samples: completions, and the prompt of each of them or, where samples share it, of each distinct
 * prompt.
 */
function unionOf(drawn: ReadonlyMap<string, Drawn>, sharedPrompt: boolean): number {
  const samples = [...drawn.values()];
  const prompts = sharedPrompt ? [...new Map(samples.map((sample) => [sample.prompt, sample])).values()] : samples;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return (
    sum(samples.map(({ completionTokens }) => completionTokens)) + sum(prompts.map(({ promptTokens }) => promptTokens))
  );
}

describe("ten strategies that share samples", () => {
  let server: FakeServer;
  beforeAll(async () => {
    server = await startFakeServer({ keepBodies: false, answer: simulatedPolicy({ stepError: 0.15, spread: 0.8 }) });
  });
  afterAll(() => server.close());

  const tokensServed = () => server.counts.promptTokens + server.counts.completionTokens;

  /** Runs strategies against the server; `drawn` notes what they asked for, in front of the store. */
  async function run(several: boolean, chosen: readonly string[], parts: { out?: string; rescore?: boolean } = {}) {
    const drawn = new Map<string, Drawn>();
    const store = openSampleStore(":memory:");
    const before = tokensServed();
    const open: ExperimentSetup["open"] = async (spec) => {
      const raw = await openPolicy(spec, {
        openLocal: () => Promise.reject(new Error("no local model here")),
        openSimulated: () => Promise.reject(new Error("no simulated model here")),
      });
      return { policy: noting(stackPolicy(raw, { store, concurrency: 16 }), drawn), simulated: false };
    };
    const summary = await runExperiment(experimentOf(server.baseUrl, several, chosen), {
      catalogue: builtins(),
      open,
      sandbox: null,
      out: temporaryFolder(),
      concurrency: 4,
      ...parts,
    });
    store.close();
    return { summary, drawn, spent: tokensServed() - before };
  }

  it.each([
    { words: "each sample is a request of its own", several: false },
    { words: "samples of one request share its prompt", several: true },
  ])(
    "spend at most 1.02 times the union of their samples where $words, by the server's own count",
    async ({ several }) => {
      const { drawn, spent, summary } = await run(several, strategies);
      expect(summary.arms.map(({ n, errors }) => [n, errors])).toEqual(strategies.map(() => [8, 0]));
      const union = unionOf(drawn, several);
      expect(spent).toBeLessThanOrEqual(1.02 * union);
      expect(spent).toBeGreaterThan(0.98 * union);
      const booked = summary.arms.reduce((sum, arm) => addLedgers(sum, arm.spent), emptyLedger);
      expect(booked.policy.promptTokens + booked.policy.completionTokens).toBe(spent);
      const asked = summary.arms.reduce((sum, arm) => addLedgers(sum, arm.usage), emptyLedger);
      expect(asked.policy.promptTokens + asked.policy.completionTokens).toBeGreaterThan(3 * spent);
    },
  );

  it("draw together just what each of them draws alone", async () => {
    const together = await run(false, strategies);
    const alone = new Map<string, Drawn>();
    let sum = 0;
    for (const strategy of strategies) {
      const { drawn, spent } = await run(false, [strategy]);
      for (const [name, sample] of drawn) alone.set(name, sample);
      sum += spent;
    }
    expect(new Map([...alone].sort())).toEqual(new Map([...together.drawn].sort()));
    expect(together.spent).toBe(unionOf(alone, false));
    expect(sum).toBeGreaterThan(3 * together.spent);
  });

  it("are rescored by another verifier without one request to the server", async () => {
    const out = temporaryFolder();
    await run(false, strategies, { out });
    const before = scoresIn(out);
    const requests = server.counts.requests;
    const changed = strategies.map((strategy) => strategy.replaceAll(/auc: 0\.\d/g, "auc: 0.99"));
    const again = await run(false, changed, { out, rescore: true });
    expect(server.counts.requests).toBe(requests);
    expect(again.drawn.size).toBe(0);
    expect(again.summary.arms.map(({ n }) => n)).toEqual(strategies.map(() => 8));
    // The arms whose verifier was changed have other scores, the others those they had.
    const after = scoresIn(out);
    const moved = [...before].filter(([arm, scores]) => after.get(arm) !== scores).map(([arm]) => arm);
    expect(moved.sort()).toEqual(["best-of-n@16(temperature=0.7)", "half", "weighted-vote@16"]);
  });
});

/** The scores of all candidates of each arm, as text. */
function scoresIn(folder: string): Map<string, string> {
  const scores = new Map<string, string>();
  for (const line of readFileSync(join(folder, "results.jsonl"), "utf8").split("\n").filter(Boolean)) {
    const { arm, candidates } = JSON.parse(line) as TrialRecord;
    scores.set(arm, `${scores.get(arm) ?? ""}${candidates.map(({ score }) => score).join()};`);
  }
  return scores;
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Policy } from "../../src/core/policy.ts";
import { solve } from "../../src/engine/solve.ts";
import { confidenceNames } from "../../src/learned/confidence.ts";
import type { LearnedVerifier } from "../../src/learned/model.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import type { TraceRecord } from "../../src/runs/records/record.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import { verifiersOf } from "../../src/setup/setup.ts";
import { trainVerifier } from "../../src/verifier-study/train.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const dimensions = 48;

/** The simulated policy with embeddings: counts of hashed words, unit length. */
function embeddingPolicy(): Policy & { calls: { sampled: number; embedded: number } } {
  const policy = simulatedPolicy({ stepError: 0.15, spread: 0.5 });
  const calls = { sampled: 0, embedded: 0 };
  const embed = async (texts: readonly string[]) => {
    calls.embedded += texts.length;
    return texts.map((text) => {
      const counts = new Array<number>(dimensions).fill(0);
      for (const word of text.toLowerCase().match(/[a-z]+|\d+/g) ?? []) {
        const place = [...word].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 9973, 7) % dimensions;
        counts[place] = (counts[place] ?? 0) + 1;
      }
      const norm = Math.hypot(...counts) || 1;
      return counts.map((count) => count / norm);
    });
  };
  const sample: Policy["sample"] = (request, options) => {
    calls.sampled += request.n;
    return policy.sample(request, options);
  };
  return { ...policy, capabilities: { ...policy.capabilities, embeds: true }, sample, embed, calls };
}

const experiment = (name: string, seed: number, arms: string) =>
  parseExperiment(
    `${name}.yaml`,
    `
name: ${name}
dataset: {name: arithmetic, options: {count: 60, minSteps: 3, maxSteps: 5, seed: ${seed}}}
policy: simulated
baseline: vote
strategies:
  - {name: self-consistency, options: {n: 6}, label: vote}
${arms}
`,
  );

const folders = { train: temporaryFolder(), test: temporaryFolder() };
const file = join(folders.train, "my.orm");
let policy = embeddingPolicy();
let learned: LearnedVerifier;

const setup = (out: string, parts: Partial<ExperimentSetup> = {}): ExperimentSetup => ({
  catalogue: builtins(),
  open: async () => ({ policy, simulated: true }),
  sandbox: null,
  out,
  ...parts,
});

const tracesOf = (folder: string): TraceRecord[] =>
  readFileSync(join(folder, "traces.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TraceRecord);

const certain = "  - {name: best-of-n, options: {n: 6}, label: certain, verifiers: {outcome: self-certainty}}";

beforeAll(async () => {
  await runExperiment(experiment("train", 1, certain), setup(folders.train));
  const embed = policy.embed?.bind(policy);
  learned = await trainVerifier({ from: folders.train, kind: "outcome", embed });
  writeFileSync(file, JSON.stringify(learned));
});

describe("a verifier learned from a run with log-probabilities", () => {
  it("reads text, log-probabilities and embeddings, and tells how it fared beside the policy's own certainty", () => {
    const { features, report } = learned;
    expect(features.logprobs).toEqual([...confidenceNames]);
    expect(features.embedding?.mean).toHaveLength(dimensions);
    expect(features.embedding?.components).toHaveLength(32);
    expect(report.imputed).toBe(0);
    expect(report.heads.map(({ form }) => form).sort()).toEqual(["logistic", "mean", "trees"]);
    expect(report.heads.filter(({ chosen }) => chosen)).toHaveLength(1);
    expect(report.area.auc).toBeGreaterThan(0.7);
    expect(report.selfCertainty?.auc).toBeGreaterThan(0.5);
    // Two arms hold the same six samples: they are one pool of six.
    expect(report.bestOf.map(({ k }) => k)).toEqual([1, 2, 4]);
    expect(report.bestOf.at(-1)?.verifier).toBeGreaterThan(report.bestOf.at(-1)?.random ?? 1);
  });

  it("scores stored samples of other problems without asking the policy for any, as it would have scored them at once", async () => {
    const arms = `${certain}\n  - {name: best-of-n, options: {n: 6}, label: learned, verifiers: {outcome: "file:${file}"}}`;
    const [first, second] = [temporaryFolder(), folders.test];
    await runExperiment(experiment("test", 2, arms), setup(first));
    await runExperiment(experiment("test", 2, certain), setup(second));
    policy = embeddingPolicy();
    const summary = await runExperiment(experiment("test", 2, arms), setup(second, { rescore: true }));
    expect(policy.calls.sampled).toBe(0);
    expect(policy.calls.embedded).toBe(60 * 6);
    const scoresIn = (folder: string) =>
      tracesOf(folder)
        .filter(({ arm }) => arm === "learned")
        .map(({ candidates }) => candidates.map(({ score }) => score));
    const [fresh, stored] = [scoresIn(first), scoresIn(second)];
    expect(stored).toHaveLength(60);
    for (const [i, row] of stored.entries())
      for (const [k, score] of row.entries()) expect(score).toBeCloseTo(fresh[i]?.[k] ?? -1, 3);
    const tokens = summary.arms.map(({ tokensPerTrial }) => Math.round(tokensPerTrial));
    expect(new Set(tokens).size).toBe(1);
    expect(
      tracesOf(second).flatMap(({ candidates }) => candidates.map(({ judgement }) => judgement)),
    ).not.toContainEqual(expect.stringMatching(/usual ones stand in/));
  });

  it("puts usual values where samples carry no log-probabilities, and says so", async () => {
    const verifiers = verifiersOf({ outcome: { name: `file:${file}`, options: {} }, aggregation: "last" }, builtins());
    const strategy = builtins().strategies.get("best-of-n");
    const question = "Ann has 3 apples and buys 4 more. How many apples does Ann have?";
    const silent = { ...policy, capabilities: { ...policy.capabilities, logprobs: null } };
    const events: string[] = [];
    const solution = await solve(question, {
      strategy,
      options: { n: 2, temperature: 0.7 },
      policy: silent,
      verifiers,
      onEvent: (event) => {
        if (event.type === "candidate-scored") events.push(event.reason ?? "");
      },
    });
    expect(solution.candidates.every(({ score }) => score?.value !== null)).toBe(true);
    expect(events[0]).toMatch(/without log-probabilities.*usual ones stand in/);
  });

  it("imputes and counts what some candidates of the run lack", async () => {
    const half = join(temporaryFolder(), "traces.jsonl");
    const lines = tracesOf(folders.train).map((trace, i) => ({
      ...trace,
      candidates: trace.candidates.map(({ confidence, ...rest }, k) => (k === 0 ? rest : { ...rest, confidence, i })),
    }));
    writeFileSync(half, lines.map((line) => JSON.stringify(line)).join("\n"));
    const { features, report } = await trainVerifier({ from: half, kind: "outcome" });
    expect(features.logprobs).toEqual([...confidenceNames]);
    expect(report.imputed).toBeGreaterThan(0);
    expect(report.imputed).toBeLessThan((report.train.examples + report.heldOut.examples) / 2);
    expect(report.selfCertainty).toBeNull();
    expect(report.area.auc).toBeGreaterThan(0.7);
  });
});

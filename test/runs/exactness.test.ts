import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import {
  answerChances,
  bestOf,
  generateProblem,
  majorityAt,
  parseProblem,
  passAt,
  simulatedPolicy,
} from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const problems = 2000;
const n = 5;
const auc = 0.75;
const dials = { stepError: 0.15, spread: 0.8 } as const;

describe("on the simulated policy", () => {
  it(`maj@${n}, best-of-${n} with a noisy verifier and pass@${n} are within 3 standard errors of the analytic value on ${problems} problems`, async () => {
    const experiment = parseExperiment(
      "exactness.yaml",
      `
name: exactness
dataset: {name: arithmetic, options: {count: ${problems}, minSteps: 3, maxSteps: 5}}
policy: simulated
traces: false
strategies:
  - {name: self-consistency, options: {n: ${n}}, label: vote}
  - {name: best-of-n, options: {n: ${n}}, verifiers: {outcome: {name: simulated, options: {auc: ${auc}, tokensPerJudgement: 0}}}, label: pick}
`,
    );
    const { arms } = await runExperiment(experiment, {
      catalogue: builtins(),
      open: async () => ({ policy: simulatedPolicy(dials), simulated: true }),
      sandbox: null,
      out: temporaryFolder(),
      concurrency: 8,
    });
    const loaded = await builtins()
      .datasets.get("arithmetic")
      .load({}, { count: problems, seed: 0, minSteps: 3, maxSteps: 5, difficulty: 0.5, distractors: 0 });
    const chances = loaded.map(({ question: { text } }) => {
      const problem = parseProblem(text);
      if (problem === null) throw new Error("the generator wrote a problem that the parser cannot read");
      return answerChances(problem, dials);
    });
    const expected = {
      vote: chances.map((chance) => majorityAt(chance, n)),
      pick: chances.map((chance) => bestOf(chance.right, n, auc)),
      coverage: chances.map((chance) => passAt(chance.right, n)),
    };
    const distance = (measured: number | null | undefined, p: readonly number[]) => {
      const mean = p.reduce((a, b) => a + b, 0) / p.length;
      const error = Math.sqrt(p.reduce((sum, value) => sum + value * (1 - value), 0)) / p.length;
      return ((measured ?? Number.NaN) - mean) / error;
    };
    const [vote, pick] = arms;
    expect(Math.abs(distance(vote?.accuracy, expected.vote))).toBeLessThan(3);
    expect(Math.abs(distance(pick?.accuracy, expected.pick))).toBeLessThan(3);
    expect(Math.abs(distance(vote?.coverage, expected.coverage))).toBeLessThan(3);
    expect(generateProblem(0, 0).text.length).toBeGreaterThan(0);
  });
});

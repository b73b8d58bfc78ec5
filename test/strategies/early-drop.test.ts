import { setImmediate as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { BudgetScope } from "../../src/core/budget.ts";
import type { Policy } from "../../src/core/policy.ts";
import { totalTokens } from "../../src/core/usage.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { earlyDrop } from "../../strategies/sampling/early-drop.ts";
import { selfConsistency } from "../../strategies/sampling/self-consistency.ts";
import { stepJudge } from "../../verifiers/step-judge.ts";
import { oracles, wordProblems } from "../contract/setting.ts";

const dials = { stepError: 0.25 };
const plain = simulatedPolicy(dials);
const problems = await wordProblems(12, { seed: "early-drop", minSteps: 5, maxSteps: 6 });

/** The simulated policy's texts, a few characters at a time until aborted; counts the characters written. */
function streaming(onWritten: (characters: number) => void): Policy {
  return {
    ...plain,
    sample: async (request, options = {}) => {
      const whole = await plain.sample(request, {});
      await Promise.all(
        whole.map(async ({ text }, index) => {
          for (let at = 0; at < text.length; at += 5) {
            await pause();
            options.signal?.throwIfAborted();
            const piece = text.slice(at, at + 5);
            onWritten(piece.length);
            options.onText?.(index, piece);
          }
        }),
      );
      return whole;
    },
  };
}

const run = (problem: (typeof problems)[number], parts: Partial<SolveSetup>) =>
  solve(problem.question, {
    strategy: earlyDrop,
    options: { n: 8 },
    policy: plain,
    seed: 1,
    maxTokens: 400,
    ...parts,
  });

describe("early-drop", () => {
  it("leaves the survivors byte for byte as they would have been, and of the others a beginning", async () => {
    for (const problem of problems) {
      let written = 0;
      const policy = streaming((characters) => {
        written += characters;
      });
      const dropping = await run(problem, { policy, verifiers: oracles("process") });
      const whole = await run(problem, { strategy: selfConsistency });
      const drawn = dropping.candidates.slice(0, 8);
      const texts = whole.candidates.map(({ text }) => text);
      let saved = 0;
      for (const [i, { text, notes, answer }] of drawn.entries()) {
        if (notes?.dropped !== true) {
          expect(text).toBe(texts[i]);
          continue;
        }
        expect(texts[i]?.startsWith(text)).toBe(true);
        expect(text.length).toBeLessThan(texts[i]?.length ?? 0);
        expect(answer).toBeNull();
        saved += (texts[i]?.length ?? 0) - text.length;
      }
      if (dropping.candidates.length > 8) continue; // none survived: all were finished after all
      const all = texts.reduce((sum, text) => sum + text.length, 0);
      expect(written).toBeLessThanOrEqual(all);
      if (saved > 200) expect(written).toBeLessThan(all);
    }
  });

  it("saves tokens and loses no right answer with a judge that is never wrong", async () => {
    let [tokens, whole, right, rightWhole] = [0, 0, 0, 0];
    for (const problem of problems) {
      const dropping = await run(problem, { verifiers: oracles("process") });
      const all = await run(problem, { strategy: selfConsistency });
      if (dropping.candidates.length === 8) {
        tokens += dropping.usage.logical.policy.completionTokens;
        whole += all.usage.logical.policy.completionTokens;
      }
      right += Number(dropping.answer === problem.reference.answer);
      rightWhole += Number(all.answer === problem.reference.answer);
    }
    expect(whole).toBeGreaterThan(0);
    expect(tokens).toBeLessThan(0.85 * whole);
    expect(right).toBeGreaterThanOrEqual(rightWhole);
  });

  it("drops the same texts at the same places whether they are streamed or come whole", async () => {
    const [problem] = problems;
    if (problem === undefined) throw new Error("there is a problem");
    const texts = async (policy: Policy) => {
      const { candidates, usage } = await run(problem, { policy, verifiers: oracles("process") });
      return JSON.stringify([candidates.map(({ text }) => text), usage.logical]);
    };
    expect(await texts(streaming(() => {}))).toBe(await texts(plain));
  });

  it("lets all finish and vote where none is worth finishing", async () => {
    const [problem] = problems;
    if (problem === undefined) throw new Error("there is a problem");
    const hopeless = simulatedPolicy({ stepError: 0.95 });
    const { candidates, answer } = await run(problem, { policy: hopeless, verifiers: oracles("process") });
    expect(candidates.slice(0, 8).every(({ notes }) => notes?.dropped === true)).toBe(true);
    expect(candidates).toHaveLength(16);
    expect(candidates.slice(8).every(({ complete }) => complete)).toBe(true);
    expect(answer).not.toBeNull();
  });

  it("ends within any budget with a judge that spends from the same one", async () => {
    const verifier = stepJudge.process?.(stepJudge.options.parse({}));
    if (verifier === undefined) throw new Error("it judges steps");
    for (const tokens of [300, 700, 1500, 3000, 6000, 12_000]) {
      const within = new BudgetScope("test", { tokens });
      const policy = streaming(() => {});
      const [problem = problems[0]] = problems;
      if (problem === undefined) throw new Error("there is a problem");
      const { usage } = await run(problem, {
        ...{ policy, within, budget: { tokens }, verifiers: { process: { name: "step-judge", verifier } } },
      });
      expect(totalTokens(usage.logical)).toBeLessThanOrEqual(tokens);
      expect(within.spent.tokens).toBe(totalTokens(usage.logical));
    }
  }, 60_000);
});

import { describe, expect, it } from "vitest";
import { arithmetic } from "../../experiments/datasets/arithmetic.ts";
import type { Problem } from "../../src/core/problem.ts";
import { parseOptions, type Strategy } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { parseProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { answerChances } from "../../src/policy/simulated/theory.ts";
import { sticker } from "../../strategies/prompting/sticker.ts";

const count = 600;
/** Stickers of this model never err: predictions from any of them are independent samples of the same chances. */
const dials = { stepError: 0.2, stickerError: 0, formatError: 0 };
const options = { count, seed: "sticker-theory", minSteps: 3, maxSteps: 3 };
const problems = (await arithmetic.load({}, parseOptions(arithmetic, options))) as Problem[];

/** Chances that two samples agree, and that they agree on the right answer; and that one is right. */
const theory = problems.map(({ question }) => {
  const problem = parseProblem(question.text);
  if (problem === null) throw new Error("the simulated policy reads its own problems");
  const { right, wrong } = answerChances(problem, dials);
  return { right, agree: right ** 2 + wrong.reduce((sum, p) => sum + p ** 2, 0), agreeRight: right ** 2 };
});
const mean = (of: (one: (typeof theory)[number]) => number) => theory.reduce((sum, one) => sum + of(one), 0) / count;
const near = (share: number, expected: number) =>
  expect(Math.abs(share - expected)).toBeLessThan(3 * Math.sqrt((expected * (1 - expected)) / count));

async function ends(stages: number) {
  const policy = simulatedPolicy(dials);
  const solved = problems.map(async (problem, i) => {
    const { candidates, answer } = await solve(problem.question, {
      ...{ strategy: sticker as Strategy, options: { stages }, policy, seed: i },
    });
    const settled = candidates.find(({ notes }) => notes?.settled === true);
    return { stage: settled?.notes?.stage, right: answer === problem.reference.answer };
  });
  return await Promise.all(solved);
}

describe("sticker on a model whose chances are known", () => {
  it("settles in the first stage as often, and is right as often, as two samples and one more say", async () => {
    const all = await ends(1);
    near(
      all.filter(({ stage }) => stage === 1).length / count,
      mean(({ agree }) => agree),
    );
    near(
      all.filter(({ right }) => right).length / count,
      mean(({ right, agree, agreeRight }) => agreeRight + (1 - agree) * right),
    );
  });

  it("goes through its stages as often, and is right as often, as three such pairs and one more say", async () => {
    const all = await ends(3);
    for (const stage of [1, 2, 3]) {
      near(
        all.filter((end) => end.stage === stage).length / count,
        mean(({ agree }) => (1 - agree) ** (stage - 1) * agree),
      );
    }
    near(
      all.filter(({ right }) => right).length / count,
      mean(({ right, agree, agreeRight }) => (agreeRight * (1 - (1 - agree) ** 3)) / agree + (1 - agree) ** 3 * right),
    );
  });
});

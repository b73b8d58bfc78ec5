import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Strategy } from "../../src/core/strategy.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { mcnemar } from "../../src/statistics/comparing/mcnemar.ts";
import { oracles, type RewardKind, trySolving, wordProblems } from "./setting.ts";

const count = 400;
const problems = await wordProblems(count, { seed: "wiring" });
/** A policy that errs often, and in the same way: votes mislead it, so a reward has something to mend. */
const policy = simulatedPolicy({ stepError: 0.35, wrongAnswers: 0.9, programError: 0.3, planError: 0.3 });

/** A strategy whose own words say that a reward changes no answer of it; then it must change none. */
const cannot = (words: string): boolean => /\bnot read\b|nothing to choose|changes nothing/i.test(words);

/**
 * What a strategy says of this reward; of both it is the outcome verifier that picks, and "the same" refers to its
 * words.
 */
function wordsOf({ rewards }: Strategy, kind: "outcome" | "process" | "both"): string {
  const own = kind === "both" ? rewards.outcome : rewards[kind];
  return /^the same/.test(own) ? `${own} (${rewards.outcome})` : own;
}

async function answers(strategy: Strategy, kind: RewardKind): Promise<(string | null)[]> {
  const all: (string | null)[] = [];
  for (const problem of problems) {
    const { answer } = await trySolving(strategy, problem, policy, { verifiers: oracles(kind) });
    all.push(answer);
  }
  return all;
}

/**
 * Paired with the same seeds: is every strategy better with an oracle than without, by an exact McNemar test at p <
 * 0.01? A strategy that cannot be says so in its `rewards` ("not read", "nothing to choose"), and is then held to that:
 * the same answers with and without.
 */
describe.each(builtins().strategies.all.map((strategy) => [strategy.name, strategy] as const))("%s", (_, strategy) => {
  it("is better with an oracle of either kind, or says why it cannot be", async () => {
    const without = await answers(strategy, "none");
    for (const kind of ["outcome", "process", "both"] as const) {
      const words = wordsOf(strategy, kind);
      const withOracle = await answers(strategy, kind);
      if (cannot(words)) {
        expect(withOracle).toEqual(without);
        continue;
      }
      const right = (all: readonly (string | null)[], i: number) => all[i] === problems[i]?.reference.answer;
      const gained = problems.filter((_, i) => right(withOracle, i) && !right(without, i)).length;
      const lost = problems.filter((_, i) => !right(withOracle, i) && right(without, i)).length;
      expect(gained, `${kind}: ${gained} gained, ${lost} lost`).toBeGreaterThan(lost);
      expect(mcnemar(lost, gained).exact, `${kind}: ${gained} gained, ${lost} lost`).toBeLessThan(0.01);
    }
  });
});

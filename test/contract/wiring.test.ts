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

async function answers(strategy: Strategy, kind: RewardKind, from: number, to: number): Promise<(string | null)[]> {
  const all: (string | null)[] = [];
  for (const problem of problems.slice(from, to)) {
    const { answer } = await trySolving(strategy, problem, policy, { verifiers: oracles(kind) });
    all.push(answer);
  }
  return all;
}

/** How many problems are looked at, and the p below which the case is decided; the last look decides in any case. */
const looks = [
  { to: 60, level: 0.001 },
  { to: 160, level: 0.002 },
  { to: count, level: 0.007 },
] as const;

/**
 * Paired with the same seeds: is every strategy better with an oracle than without, by exact McNemar tests at p < 0.01
 * over all looks? A strategy that cannot be says so in its `rewards` ("not read", "nothing to choose"), and is then
 * held to that: the same answers with and without, on all problems.
 */
describe.each(builtins().strategies.all.map((strategy) => [strategy.name, strategy] as const))("%s", (_, strategy) => {
  it("is better with an oracle of either kind, or says why it cannot be", async () => {
    const without: (string | null)[] = [];
    const right = (all: readonly (string | null)[], i: number) => all[i] === problems[i]?.reference.answer;
    for (const kind of ["outcome", "process", "both"] as const) {
      const same = cannot(wordsOf(strategy, kind));
      const withOracle: (string | null)[] = [];
      for (const { to, level } of looks) {
        without.push(...(await answers(strategy, "none", without.length, to)));
        withOracle.push(...(await answers(strategy, kind, withOracle.length, to)));
        if (same) {
          expect(withOracle).toEqual(without.slice(0, to));
          continue;
        }
        const seen = problems.slice(0, to);
        const gained = seen.filter((_, i) => right(withOracle, i) && !right(without, i)).length;
        const lost = seen.filter((_, i) => !right(withOracle, i) && right(without, i)).length;
        const decided = gained > lost && mcnemar(lost, gained).exact < level;
        if (decided) break;
        if (to === count) expect.unreachable(`${kind}: ${gained} gained, ${lost} lost of ${to}`);
      }
    }
  });
});

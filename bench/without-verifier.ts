import { groupAnswers } from "../src/answer/classes.ts";
import { builtins } from "../src/builtins.ts";
import type { ScoredCandidate } from "../src/core/candidate.ts";
import type { Policy } from "../src/core/policy.ts";
import type { Problem } from "../src/core/problem.ts";
import type { Run } from "../src/core/run.ts";
import type { Strategy } from "../src/core/strategy.ts";
import { majority } from "../src/engine/picking/selections.ts";
import { simulatedPolicy } from "../src/policy/simulated/index.ts";
import { mcnemar } from "../src/statistics/comparing/mcnemar.ts";
import { trySolving, wordProblems } from "../test/contract/setting.ts";

/** How often a strategy's pick and the plain vote of the same candidates are right. */
export interface PickAndVote {
  readonly strategy: string;
  readonly problems: number;
  readonly pick: number;
  readonly vote: number;
  /** Right by the vote alone, and by the pick alone. */
  readonly lost: number;
  readonly gained: number;
  /** Exact two-sided McNemar. */
  readonly p: number;
}

/** Two policies: one whose errors scatter, so that votes help, and one that errs alike, so that votes mislead. */
export const policies: Readonly<Record<"scattered" | "alike", Policy>> = {
  scattered: simulatedPolicy({ stepError: 0.25, programError: 0.2, planError: 0.2 }),
  alike: simulatedPolicy({ stepError: 0.35, wrongAnswers: 0.9, programError: 0.3, planError: 0.3 }),
};

/** Every strategy that searches a tree of steps. */
export const searches = (): readonly Strategy[] =>
  builtins().strategies.all.filter(({ family }) => family === "search");

/** The answer that most candidates have; a walk's own pick that comes again does not vote again. */
async function voteOf(candidates: readonly ScoredCandidate[]): Promise<string | null> {
  const run = { classes: (answers: readonly (string | null)[]) => groupAnswers(answers, "number") } as Run;
  const voters = candidates.filter(({ notes }) => notes?.walkPick !== true);
  return (await majority().pick(voters, run))?.answer ?? null;
}

/** Solves the problems without a verifier, and sets the picked answers beside the votes. */
export async function pickAgainstVote(
  strategy: Strategy,
  problems: readonly Problem[],
  policy: Policy,
  options?: Readonly<Record<string, unknown>>,
): Promise<PickAndVote> {
  let [pick, vote, lost, gained] = [0, 0, 0, 0];
  for (const problem of problems) {
    const { answer, candidates } = await trySolving(
      strategy,
      problem,
      policy,
      options === undefined ? {} : { options },
    );
    const right = answer === problem.reference.answer;
    const voted = (await voteOf(candidates)) === problem.reference.answer;
    if (right) pick++;
    if (voted) vote++;
    if (voted && !right) lost++;
    if (right && !voted) gained++;
  }
  const p = mcnemar(lost, gained).exact;
  return { strategy: strategy.name, problems: problems.length, pick, vote, lost, gained, p };
}

/** Every search, with its default options, on 400 problems under both policies. */
export async function withoutVerifierBench(): Promise<Record<string, string>> {
  const problems = await wordProblems(400, { seed: "without-verifier" });
  const rows: Record<string, string> = {};
  for (const strategy of searches()) {
    for (const [name, policy] of Object.entries(policies)) {
      const { pick, vote, lost, gained, p } = await pickAgainstVote(strategy, problems, policy, {});
      const share = (count: number) => `${((100 * count) / problems.length).toFixed(1)} %`;
      rows[`${strategy.name}, ${name}`] =
        `pick ${share(pick)}, vote ${share(vote)}, lost ${lost}, gained ${gained}, p ${p.toPrecision(2)}`;
    }
  }
  return rows;
}

import { describe, expect, it } from "vitest";
import { pickAgainstVote, policies, searches } from "../../bench/without-verifier.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { wordProblems } from "./setting.ts";
import { smallOptions } from "./small-options.ts";

const problems = await wordProblems(80, { seed: "without-verifier" });

/**
 * With no verifier a search's pick rests on its candidates alone: it is never significantly worse than their plain
 * vote. `npm run bench without-verifier` asks the same of 400 problems; docs/search.md has its table.
 */
describe.each(searches().map((strategy) => [strategy.name, strategy] as const))(
  "%s, without a verifier",
  (_, strategy) => {
    it.each(Object.entries(policies))(
      "picks as well as the vote of its candidates (errors %s)",
      async (_name, policy) => {
        const { lost, gained, p } = await pickAgainstVote(strategy, problems, policy);
        expect(lost > gained && p < 0.01, `right by the vote alone ${lost}, by the pick alone ${gained}`).toBe(false);
      },
    );
  },
);

it.each(["visits", "value", "best", "vote"])("mcts picks as well as the vote by %s too", async (pick) => {
  const options = { ...smallOptions.mcts, simulations: 16, pick };
  const { lost, gained, p } = await pickAgainstVote(mcts as never, problems, policies.scattered, options);
  expect(lost > gained && p < 0.01, `right by the vote alone ${lost}, by the pick alone ${gained}`).toBe(false);
});

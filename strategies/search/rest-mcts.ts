import { z } from "zod";
import type { Run } from "../../src/core/run.ts";
import type { Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { exploring, mctsWalk, plainUct } from "./kit/mcts/simulation.ts";
import type { MctsState } from "./kit/mcts/statistics.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(16).describe("leaves valued in total"),
  branching: z.int().min(1).default(3).describe("continuations at an expansion"),
  rolloutSteps: z.int().min(1).default(3).describe("greedy steps by which a leaf's value is corrected"),
  mix: z.number().min(0).max(1).default(0.5).describe("share of the rollout in a leaf's value"),
  exploration: z.number().min(0).default(0.7).describe("their c, before √2"),
  stopAt: z.number().min(0).max(1).default(0.9).describe("a solution of this value ends the search"),
  critic: z.boolean().default(true).describe("ask, before an expansion, whether only the answer is missing"),
  leaves: z.int().min(1).default(1).describe("leaves chosen in one round"),
  ...stepOptions,
  temperature: z.number().min(0).default(0.7).describe("of the steps"),
});

/**
 * ReST-MCTS*, value-guided tree search (Zhang et al. 2024, arXiv:2406.03816, section 3.2 and appendix; constants of
 * their code). What it changes of MCTS: a leaf's value is a blend of its own and of the end of a greedy rollout of
 * `rolloutSteps` steps, (1 - mix) V + mix V'; UCT explores by 0.7 √2; a solution of value 0.9 ends the search; and a
 * self-critic says when a partial solution needs only its answer: the next step is then the last.
 *
 * Cost: at most `simulations · (branching + rolloutSteps + 1)` calls, the last one for the critic. Departure: the
 * critic only ends, it gives no advice.
 */
export const restMcts = defineStrategy({
  name: "rest-mcts",
  summary: "tree search by a value that rollouts correct, ended by a self-critic",
  paper: "Zhang et al. 2024, arXiv:2406.03816",
  family: "search",
  how:
    "ReST-MCTS*, value-guided tree search: `branching` continuations, leaves valued at a blend of their own value and " +
    "that of a greedy rollout of `rolloutSteps` steps, UCT with V + 0.7 √(2 ln N / n), an end as soon as a solution " +
    "reaches a value of 0.9, and a self-critic who says when a partial solution needs only its answer (Zhang et al. " +
    "2024, arXiv:2406.03816, section 3.2 and appendix; constants of their code).",
  costNote: "at most `simulations · (branching + rolloutSteps + 1)` calls, the last one for the critic.",
  departures: ["The critic only ends, it gives no advice."],
  rewards: {
    outcome: "values finished solutions and picks; without a process verifier it values prefixes too",
    process: "values prefixes, and picks by the aggregate when there is no outcome verifier",
    none: "leaves are valued by the policy's likelihood; the answers vote",
  },
  options,
  candidates: (run, given) =>
    run.walk({ walk: restWalk(given), ...stepsOf(given), endsNext: given.critic ? onlyAnswerMissing : undefined }),
  select: () => bestOrMajority(),
  cost: ({ simulations, branching, rolloutSteps, critic, actions }) =>
    searchCost({
      steps: simulations * (branching + rolloutSteps),
      // A rollout with no more room than its steps is written in one go.
      completions: simulations,
      others: critic ? simulations : 0,
      actions,
    }),
});

export function restWalk({ branching, rolloutSteps, mix, exploration, stopAt, ...given }: z.output<typeof options>) {
  const walk = mctsWalk({
    ...plainUct,
    ...given,
    branching: () => branching,
    guide: exploring(exploration * Math.SQRT2),
    evaluation: {
      ...{ by: "rollout", count: 1, steps: rolloutSteps, temperature: 0 },
      value: (own, ahead) => (1 - mix) * own + mix * ahead,
    },
  });
  return {
    ...walk,
    plan(state, random) {
      const { pending, bestFinished } = state.own;
      return pending.length === 0 && bestFinished >= stopAt ? [] : walk.plan(state, random);
    },
  } satisfies Walk<MctsState>;
}

const END_INSTRUCTION =
  "Is every step that the problem needs already there, so that only the final answer has to be stated? Reply with Yes or No and nothing else.";

/** The self-critic: one call an expansion below the root. Anything but a clear yes is a no. */
async function onlyAnswerMissing(run: Run, path: Trajectory): Promise<boolean> {
  if (path.depth === 0) return false;
  const content = `Problem:\n${run.question.text}\n\nSolution so far:\n${path.text.trim()}\n\n${END_INSTRUCTION}`;
  const messages = [{ role: "user" as const, content }];
  const [reply] = await run.sample({ messages, temperature: 0, maxTokens: 4, purpose: "end-test" });
  return /^\W*yes\b/i.test(reply?.text ?? "");
}

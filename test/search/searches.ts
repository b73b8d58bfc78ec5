import type { Aggregation } from "../../src/core/score.ts";
import type { Walk } from "../../src/core/search.ts";
import { parseOptions, type Strategy } from "../../src/core/strategy.ts";
import { rounds } from "../../src/search/rounds.ts";
import { abMcts as abMctsStrategy, abMctsWalk } from "../../strategies/search/ab-mcts.ts";
import { abMctsM as abMctsMStrategy, abMctsMWalk } from "../../strategies/search/ab-mcts-m.ts";
import { alphaMathWalk, alphaMath as alphaStrategy } from "../../strategies/search/alpha-math.ts";
import { bestFirst as bestFirstStrategy, bestFirstWalk } from "../../strategies/search/best-first.ts";
import { budgetMcts as budgetStrategy, budgetWalk } from "../../strategies/search/budget-mcts.ts";
import { dora as doraStrategy, doraWalk } from "../../strategies/search/dora.ts";
import { dvts as dvtsStrategy, dvtsWalk } from "../../strategies/search/dvts.ts";
import { type BeamSettings, beamWalk } from "../../strategies/search/kit/beam.ts";
import type { Evaluation, MctsRules } from "../../strategies/search/kit/mcts/rules.ts";
import { exploring, mctsWalk, plainUct } from "../../strategies/search/kit/mcts/simulation.ts";
import type { MctsState } from "../../strategies/search/kit/mcts/statistics.ts";
import { liteSearch as liteStrategy, liteWalk } from "../../strategies/search/lite-search.ts";
import { mur as murStrategy, murWalk } from "../../strategies/search/mur.ts";
import { particleFilter as particleStrategy, particleWalk } from "../../strategies/search/particle-filter.ts";
import { planMctsWalk, planMcts as planStrategy } from "../../strategies/search/plan-mcts.ts";
import { rebase as rebaseStrategy, rebaseWalk } from "../../strategies/search/rebase.ts";
import { restMcts as restStrategy, restWalk } from "../../strategies/search/rest-mcts.ts";
import { rewardGuided as rewardGuidedStrategy, rewardGuidedWalk } from "../../strategies/search/reward-guided.ts";
import { rstar as rstarStrategy, rstarWalk } from "../../strategies/search/rstar.ts";
import { rstarMath as rstarMathStrategy, rstarMathWalk } from "../../strategies/search/rstar-math.ts";
import {
  rejectionWalk,
  speculativeRejection as speculativeRejectionStrategy,
} from "../../strategies/search/speculative-rejection.ts";
import { breadthFirst, depthFirst, treeOfThoughts } from "../../strategies/search/tree-of-thoughts.ts";

interface Given extends Readonly<Record<string, unknown>> {
  readonly maxSteps?: number;
}

/** Options with the strategy's defaults; `maxSteps` may be 0 here, which no strategy allows. */
function optionsOf<Options>(strategy: Strategy<Options>, { maxSteps, ...given }: Given): Options {
  const options = parseOptions(strategy, given);
  return maxSteps === undefined ? options : { ...options, maxSteps };
}

export interface BeamGiven extends Partial<BeamSettings> {
  readonly aggregation?: Aggregation;
}

/** The machines of all walks, with the options of their strategies and the defaults of those. */
export const beam = ({ aggregation, ...given }: BeamGiven = {}) =>
  rounds(
    beamWalk({ width: 4, branching: 4, maxSteps: 40, lookahead: 0, finished: "aside", ...given }),
    aggregation ?? "last",
  );
export const rebase = (given: Given = {}) => rounds(rebaseWalk(optionsOf(rebaseStrategy, given)));
export const dvts = (given: Given = {}) => rounds(dvtsWalk(optionsOf(dvtsStrategy, given)));
export const bestFirst = (given: Given = {}) => rounds(bestFirstWalk(optionsOf(bestFirstStrategy, given)));
export const dora = (given: Given = {}) => rounds(doraWalk(optionsOf(doraStrategy, given)));
export const liteSearch = (given: Given = {}) => rounds(liteWalk(optionsOf(liteStrategy, given)));
export const particleFilter = (given: Given = {}) => rounds(particleWalk(optionsOf(particleStrategy, given)));
export const abMcts = (given: Given = {}) => rounds(abMctsWalk(optionsOf(abMctsStrategy, given)));
export const abMctsM = (given: Given = {}) => rounds(abMctsMWalk(optionsOf(abMctsMStrategy, given)));
export const thoughtsBreadthFirst = (given: Given = {}) => rounds(breadthFirst(optionsOf(treeOfThoughts, given)));
export const thoughtsDepthFirst = (given: Given = {}) => rounds(depthFirst(optionsOf(treeOfThoughts, given)));
export const restMcts = (given: Given = {}) => rounds(restWalk(optionsOf(restStrategy, given)));
export const budgetMcts = (given: Given = {}, tokens = Number.POSITIVE_INFINITY) =>
  rounds(budgetWalk(optionsOf(budgetStrategy, given), tokens));
export const planMcts = (given: Given = {}) => rounds(planMctsWalk(optionsOf(planStrategy, given)));
export const alphaMath = (given: Given = {}) => rounds(alphaMathWalk(optionsOf(alphaStrategy, given)));
export const rstarMath = (given: Given = {}) => rounds(rstarMathWalk(optionsOf(rstarMathStrategy, given)));
export const speculativeRejection = (given: Given = {}) =>
  rounds(rejectionWalk(optionsOf(speculativeRejectionStrategy, given)));
export const mur = (given: Given = {}) => rounds(murWalk(optionsOf(murStrategy, given)));
export const rewardGuided = (given: Given = {}) => rounds(rewardGuidedWalk(optionsOf(rewardGuidedStrategy, given)));
export const rstar = (given: Given = {}) => rounds(rstarWalk(optionsOf(rstarStrategy, given)));

/** Completions, greedy or as steps are sampled. */
export const completions = (temperature: 0 | undefined, count = 1): Evaluation => ({
  ...{ by: "rollout", count, steps: Number.POSITIVE_INFINITY, temperature },
  value: (_, ahead) => ahead,
});
export const blend: Evaluation = { ...completions(0, 2), value: (own, ahead) => 0.5 * own + 0.5 * ahead } as Evaluation;
export const descent: Evaluation = { by: "descent" };

export interface MctsGiven extends Partial<Omit<MctsRules, "branching" | "explore">> {
  readonly branching?: number;
  readonly c?: number;
  readonly schedule?: "constant" | "linear" | "exponential";
  readonly aggregation?: Aggregation;
}

/** The rules of MCTS: UCT by scores unless they say otherwise, and what PUCT usually has with it. */
export function mctsRules({ branching = 4, c, schedule, aggregation: _, ...given }: MctsGiven): MctsRules {
  const puct = given.selection === "puct";
  const usual = puct ? (given.prior === "score" ? 3 : 1.25) : Math.SQRT2;
  return {
    ...plainUct,
    ...{ simulations: 32, maxSteps: 16, evaluation: { by: "score" }, firstPlay: puct ? "score" : "first" },
    ...given,
    branching: () => branching,
    explore: exploring(c ?? usual, schedule),
  };
}

export const mcts = (given: MctsGiven = {}) =>
  rounds(mctsWalk(mctsRules(given)) as Walk<MctsState>, given.aggregation ?? "min");

import { datasets } from "../experiments/datasets/index.ts";
import { beamSearch } from "../strategies/beam-search.ts";
import { bestOfN } from "../strategies/best-of-n.ts";
import { chainOfThought } from "../strategies/chain-of-thought.ts";
import { mcts } from "../strategies/mcts.ts";
import { programAided } from "../strategies/program-aided.ts";
import { selfConsistency } from "../strategies/self-consistency.ts";
import { selfRefine } from "../strategies/self-refine.ts";
import { weightedVote } from "../strategies/weighted-vote.ts";
import { agreement } from "../verifiers/agreement.ts";
import { judge } from "../verifiers/judge.ts";
import { oracle } from "../verifiers/oracle.ts";
import { selfCertainty } from "../verifiers/self-certainty.ts";
import { simulated } from "../verifiers/simulated.ts";
import { stepJudge } from "../verifiers/step-judge.ts";
import { type Catalogue, Registry } from "./core/catalogue.ts";
import type { Strategy } from "./core/strategy.ts";
import type { VerifierDefinition } from "./core/verifier.ts";

const strategies: readonly Strategy[] = [
  chainOfThought,
  selfConsistency,
  bestOfN,
  weightedVote,
  programAided,
  selfRefine,
  beamSearch,
  mcts,
];

const verifiers: readonly VerifierDefinition[] = [judge, selfCertainty, agreement, stepJudge, simulated, oracle];

/** The one table of what is built in. A fresh one each time, so that plug-ins of one use do not show in another. */
export function builtins(): Catalogue {
  return {
    strategies: new Registry("strategy", strategies),
    verifiers: new Registry("verifier", verifiers),
    datasets: new Registry("dataset", datasets),
  };
}

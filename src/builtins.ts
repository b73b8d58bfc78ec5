import { datasets } from "../experiments/datasets/index.ts";
import { abMcts } from "../strategies/ab-mcts.ts";
import { analogical } from "../strategies/analogical.ts";
import { backtrack } from "../strategies/backtrack.ts";
import { beamSearch } from "../strategies/beam-search.ts";
import { bestFirst } from "../strategies/best-first.ts";
import { bestOfN } from "../strategies/best-of-n.ts";
import { budgetForcing } from "../strategies/budget-forcing.ts";
import { budgetMcts } from "../strategies/budget-mcts.ts";
import { cascade } from "../strategies/cascade.ts";
import { chainOfThought } from "../strategies/chain-of-thought.ts";
import { chainOfVerification } from "../strategies/chain-of-verification.ts";
import { classLevel } from "../strategies/class-level.ts";
import { complexityVote } from "../strategies/complexity-vote.ts";
import { criticCorrection } from "../strategies/critic-correction.ts";
import { criticalToken } from "../strategies/critical-token.ts";
import { crossCheck } from "../strategies/cross-check.ts";
import { debate } from "../strategies/debate.ts";
import { decomposeCodeCorrect } from "../strategies/decompose-code-correct.ts";
import { diverseCorrection } from "../strategies/diverse-correction.ts";
import { dvts } from "../strategies/dvts.ts";
import { earlyDrop } from "../strategies/early-drop.ts";
import { ensemble } from "../strategies/ensemble.ts";
import { entropyBranching } from "../strategies/entropy-branching.ts";
import { execRefine } from "../strategies/exec-refine.ts";
import { fewShot } from "../strategies/few-shot.ts";
import { generatedTests } from "../strategies/generated-tests.ts";
import { hint } from "../strategies/hint.ts";
import { leastToMost } from "../strategies/least-to-most.ts";
import { lookahead } from "../strategies/lookahead.ts";
import { mcts } from "../strategies/mcts.ts";
import { mixtureOfAgents } from "../strategies/mixture-of-agents.ts";
import { multilingual } from "../strategies/multilingual.ts";
import { palVote } from "../strategies/pal-vote.ts";
import { particleFilter } from "../strategies/particle-filter.ts";
import { persona } from "../strategies/persona.ts";
import { planAndSolve } from "../strategies/plan-and-solve.ts";
import { planMcts } from "../strategies/plan-mcts.ts";
import { planSearch } from "../strategies/plan-search.ts";
import { programAided } from "../strategies/program-aided.ts";
import { programOfThoughts } from "../strategies/program-of-thoughts.ts";
import { rebase } from "../strategies/rebase.ts";
import { reflexion } from "../strategies/reflexion.ts";
import { repair } from "../strategies/repair.ts";
import { rephraseThenSolve } from "../strategies/rephrase-then-solve.ts";
import { restMcts } from "../strategies/rest-mcts.ts";
import { route } from "../strategies/route.ts";
import { rstar } from "../strategies/rstar.ts";
import { rstarMath } from "../strategies/rstar-math.ts";
import { selfAsk } from "../strategies/self-ask.ts";
import { selfConsistency } from "../strategies/self-consistency.ts";
import { selfInvoking } from "../strategies/self-invoking.ts";
import { selfRefine } from "../strategies/self-refine.ts";
import { stepBack } from "../strategies/step-back.ts";
import { stepCorrection } from "../strategies/step-correction.ts";
import { sticker } from "../strategies/sticker.ts";
import { tacticRouter } from "../strategies/tactic-router.ts";
import { templateCorrection } from "../strategies/template-correction.ts";
import { thoughtTemplate } from "../strategies/thought-template.ts";
import { thresholdStop } from "../strategies/threshold-stop.ts";
import { toolIntegrated } from "../strategies/tool-integrated.ts";
import { toolModules } from "../strategies/tool-modules.ts";
import { treeOfThoughts } from "../strategies/tree-of-thoughts.ts";
import { universalSelfConsistency } from "../strategies/universal-self-consistency.ts";
import { weightedVote } from "../strategies/weighted-vote.ts";
import { agreement } from "../verifiers/agreement.ts";
import { answerCheck } from "../verifiers/answer-check.ts";
import { calibrated } from "../verifiers/calibrated.ts";
import { cotPotAgreement } from "../verifiers/cot-pot-agreement.ts";
import { critic } from "../verifiers/critic.ts";
import { ensemble as ensembleVerifier } from "../verifiers/ensemble.ts";
import { entropy } from "../verifiers/entropy.ts";
import { execution } from "../verifiers/execution.ts";
import { file } from "../verifiers/file.ts";
import { judge } from "../verifiers/judge.ts";
import { lean } from "../verifiers/lean.ts";
import { likelihood } from "../verifiers/likelihood.ts";
import { mutualConsistency } from "../verifiers/mutual-consistency.ts";
import { oracle } from "../verifiers/oracle.ts";
import { pairwise } from "../verifiers/pairwise.ts";
import { rolloutValue } from "../verifiers/rollout-value.ts";
import { rubric } from "../verifiers/rubric.ts";
import { selfCertainty } from "../verifiers/self-certainty.ts";
import { served } from "../verifiers/served.ts";
import { simulated } from "../verifiers/simulated.ts";
import { stateMatch } from "../verifiers/state-match.ts";
import { stepJudge } from "../verifiers/step-judge.ts";
import { thinkPrm } from "../verifiers/think-prm.ts";
import { unitTests } from "../verifiers/unit-tests.ts";
import { type Catalogue, Registry, VerifierRegistry } from "./core/catalogue.ts";
import type { Strategy } from "./core/strategy.ts";
import type { VerifierDefinition } from "./core/verifier.ts";
import type { StrategyResolver } from "./engine/combinators.ts";

const strategies: readonly Strategy[] = [
  chainOfThought,
  selfConsistency,
  bestOfN,
  weightedVote,
  thresholdStop,
  earlyDrop,
  programAided,
  palVote,
  programOfThoughts,
  toolIntegrated,
  crossCheck,
  decomposeCodeCorrect,
  tacticRouter,
  toolModules,
  selfRefine,
  execRefine,
  generatedTests,
  repair,
  planSearch,
  classLevel,
  selfInvoking,
  reflexion,
  backtrack,
  stepCorrection,
  templateCorrection,
  diverseCorrection,
  budgetForcing,
  debate,
  mixtureOfAgents,
  criticCorrection,
  chainOfVerification,
  beamSearch,
  lookahead,
  dvts,
  rebase,
  bestFirst,
  treeOfThoughts,
  particleFilter,
  mcts,
  restMcts,
  budgetMcts,
  abMcts,
  planMcts,
  rstar,
  rstarMath,
  sticker,
  planAndSolve,
  rephraseThenSolve,
  universalSelfConsistency,
  hint,
  thoughtTemplate,
  fewShot,
  entropyBranching,
  criticalToken,
  selfAsk,
  leastToMost,
  complexityVote,
  multilingual,
  persona,
  analogical,
  stepBack,
];

const verifiers: readonly VerifierDefinition[] = [
  judge,
  critic,
  stepJudge,
  thinkPrm,
  pairwise,
  mutualConsistency,
  rubric,
  served,
  file,
  execution,
  stateMatch,
  cotPotAgreement,
  unitTests,
  answerCheck,
  lean,
  rolloutValue,
  agreement,
  selfCertainty,
  likelihood,
  entropy,
  simulated,
  oracle,
];

/** Strategies of strategies. They find their members by name in the catalogue that they stand in, plug-ins included. */
const combinators: readonly ((resolve: StrategyResolver) => Strategy)[] = [cascade, ensemble, route];

/** The one table of what is built in. A fresh one each time, so that plug-ins of one use do not show in another. */
export function builtins(): Catalogue {
  const registered = new Registry("strategy", strategies);
  for (const combinator of combinators) registered.add(combinator((name) => registered.get(name)));
  const known = new VerifierRegistry("verifier", verifiers);
  for (const make of [ensembleVerifier, calibrated]) known.add(make((name) => known.get(name)) as VerifierDefinition);
  return {
    strategies: registered,
    verifiers: known,
    datasets: new Registry("dataset", datasets),
  };
}

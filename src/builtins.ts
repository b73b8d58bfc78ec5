import { datasets } from "../experiments/datasets/index.ts";
import { mrGsm8kGrader } from "../experiments/graders/mr-gsm8k.ts";
import { metrics } from "../experiments/metrics/index.ts";
import { classLevel } from "../strategies/code/class-level.ts";
import { execRefine } from "../strategies/code/exec-refine.ts";
import { generatedTests } from "../strategies/code/generated-tests.ts";
import { planSearch } from "../strategies/code/plan-search.ts";
import { repair } from "../strategies/code/repair.ts";
import { selfInvoking } from "../strategies/code/self-invoking.ts";
import { cascade } from "../strategies/combining/cascade.ts";
import { ensemble } from "../strategies/combining/ensemble.ts";
import type { StrategyResolver } from "../strategies/combining/kit/combinators.ts";
import { route } from "../strategies/combining/route.ts";
import { backtrack } from "../strategies/correction/backtrack.ts";
import { budgetForcing } from "../strategies/correction/budget-forcing.ts";
import { chainOfVerification } from "../strategies/correction/chain-of-verification.ts";
import { criticCorrection } from "../strategies/correction/critic-correction.ts";
import { debate } from "../strategies/correction/debate.ts";
import { diverseCorrection } from "../strategies/correction/diverse-correction.ts";
import { mixtureOfAgents } from "../strategies/correction/mixture-of-agents.ts";
import { reflexion } from "../strategies/correction/reflexion.ts";
import { selfRefine } from "../strategies/correction/self-refine.ts";
import { stepCorrection } from "../strategies/correction/step-correction.ts";
import { templateCorrection } from "../strategies/correction/template-correction.ts";
import { crossCheck } from "../strategies/programs/cross-check.ts";
import { decomposeCodeCorrect } from "../strategies/programs/decompose-code-correct.ts";
import { palVote } from "../strategies/programs/pal-vote.ts";
import { programAided } from "../strategies/programs/program-aided.ts";
import { programOfThoughts } from "../strategies/programs/program-of-thoughts.ts";
import { tacticRouter } from "../strategies/programs/tactic-router.ts";
import { toolIntegrated } from "../strategies/programs/tool-integrated.ts";
import { toolModules } from "../strategies/programs/tool-modules.ts";
import { analogical } from "../strategies/prompting/analogical.ts";
import { fewShot } from "../strategies/prompting/few-shot.ts";
import { hint } from "../strategies/prompting/hint.ts";
import { leastToMost } from "../strategies/prompting/least-to-most.ts";
import { multilingual } from "../strategies/prompting/multilingual.ts";
import { persona } from "../strategies/prompting/persona.ts";
import { planAndSolve } from "../strategies/prompting/plan-and-solve.ts";
import { rephraseThenSolve } from "../strategies/prompting/rephrase-then-solve.ts";
import { selfAsk } from "../strategies/prompting/self-ask.ts";
import { stepBack } from "../strategies/prompting/step-back.ts";
import { sticker } from "../strategies/prompting/sticker.ts";
import { thoughtTemplate } from "../strategies/prompting/thought-template.ts";
import { adaptiveVote } from "../strategies/sampling/adaptive-vote.ts";
import { bestOfN } from "../strategies/sampling/best-of-n.ts";
import { chainOfThought } from "../strategies/sampling/chain-of-thought.ts";
import { complexityVote } from "../strategies/sampling/complexity-vote.ts";
import { deepConf } from "../strategies/sampling/deep-conf.ts";
import { earlyDrop } from "../strategies/sampling/early-drop.ts";
import { earlyStopping } from "../strategies/sampling/early-stopping.ts";
import { genSelect } from "../strategies/sampling/gen-select.ts";
import { samplingBasedSearch } from "../strategies/sampling/sampling-based-search.ts";
import { selfCertaintyVote } from "../strategies/sampling/self-certainty-vote.ts";
import { selfConsistency } from "../strategies/sampling/self-consistency.ts";
import { thresholdStop } from "../strategies/sampling/threshold-stop.ts";
import { universalSelfConsistency } from "../strategies/sampling/universal-self-consistency.ts";
import { weightedVote } from "../strategies/sampling/weighted-vote.ts";
import { abMcts } from "../strategies/search/ab-mcts.ts";
import { abMctsM } from "../strategies/search/ab-mcts-m.ts";
import { alphaMath } from "../strategies/search/alpha-math.ts";
import { beamSearch } from "../strategies/search/beam-search.ts";
import { bestFirst } from "../strategies/search/best-first.ts";
import { budgetMcts } from "../strategies/search/budget-mcts.ts";
import { criticalToken } from "../strategies/search/critical-token.ts";
import { dora } from "../strategies/search/dora.ts";
import { dvts } from "../strategies/search/dvts.ts";
import { entropyBranching } from "../strategies/search/entropy-branching.ts";
import { lats } from "../strategies/search/lats.ts";
import { liteSearch } from "../strategies/search/lite-search.ts";
import { lookahead } from "../strategies/search/lookahead.ts";
import { mcts } from "../strategies/search/mcts.ts";
import { mctsr } from "../strategies/search/mctsr.ts";
import { mur } from "../strategies/search/mur.ts";
import { particleFilter } from "../strategies/search/particle-filter.ts";
import { phiDecoding } from "../strategies/search/phi-decoding.ts";
import { planMcts } from "../strategies/search/plan-mcts.ts";
import { rap } from "../strategies/search/rap.ts";
import { rebase } from "../strategies/search/rebase.ts";
import { restMcts } from "../strategies/search/rest-mcts.ts";
import { rewardGuided } from "../strategies/search/reward-guided.ts";
import { rstar } from "../strategies/search/rstar.ts";
import { rstarMath } from "../strategies/search/rstar-math.ts";
import { speculativeRejection } from "../strategies/search/speculative-rejection.ts";
import { treeOfThoughts } from "../strategies/search/tree-of-thoughts.ts";
import { agreement } from "../verifiers/agreement.ts";
import { answerCheck } from "../verifiers/answer-check.ts";
import { calibrated } from "../verifiers/calibrated.ts";
import { check } from "../verifiers/check.ts";
import { cotPotAgreement } from "../verifiers/cot-pot-agreement.ts";
import { critic } from "../verifiers/critic.ts";
import { defaultOrm } from "../verifiers/default-orm.ts";
import { defaultPrm } from "../verifiers/default-prm.ts";
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
import { referenceGrader } from "./answer/reference-grader.ts";
import { type Catalogue, MetricRegistry, Registry, VerifierRegistry } from "./core/catalogue.ts";
import type { GraderDefinition } from "./core/grader.ts";
import type { Strategy } from "./core/strategy.ts";
import type { VerifierDefinition } from "./core/verifier.ts";

const strategies: readonly Strategy[] = [
  chainOfThought,
  selfConsistency,
  bestOfN,
  weightedVote,
  selfCertaintyVote,
  adaptiveVote,
  earlyStopping,
  thresholdStop,
  earlyDrop,
  deepConf,
  genSelect,
  samplingBasedSearch,
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
  dora,
  bestFirst,
  liteSearch,
  treeOfThoughts,
  particleFilter,
  phiDecoding,
  speculativeRejection,
  mur,
  rewardGuided,
  mcts,
  rap,
  lats,
  mctsr,
  alphaMath,
  restMcts,
  budgetMcts,
  abMcts,
  abMctsM,
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
  defaultOrm,
  defaultPrm,
  execution,
  stateMatch,
  cotPotAgreement,
  unitTests,
  answerCheck,
  lean,
  check,
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
    metrics: new MetricRegistry("metric", metrics),
    graders: new Registry("grader", [referenceGrader, mrGsm8kGrader] as GraderDefinition[]),
    origins: new Map(),
  };
}

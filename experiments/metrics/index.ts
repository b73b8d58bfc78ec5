import type { MetricDefinition } from "../../src/core/metric.ts";
import { accuracy } from "./accuracy.ts";
import { accuracyAtBudget } from "./accuracy-at-budget.ts";
import { auroc } from "./auroc.ts";
import { averagePrecision } from "./average-precision.ts";
import { bestOfK } from "./best-of-k.ts";
import { betaCoverage } from "./beta-coverage.ts";
import { bradleyTerry } from "./bradley-terry.ts";
import { brier } from "./brier.ts";
import { budgetArea } from "./budget-area.ts";
import { codeelo, codeeloPercentile } from "./codeelo.ts";
import { computeOptimal } from "./compute-optimal.ts";
import { confidence } from "./confidence.ts";
import { calls, dollars, seconds, tokens } from "./cost.ts";
import { coverageLaw } from "./coverage-law.ts";
import { digitMatch, lengthDifference } from "./digits.ts";
import { dps } from "./dps.ts";
import { ece } from "./ece.ts";
import { efficiencyAtK } from "./efficiency-at-k.ts";
import { efficientAtK } from "./efficient-at-k.ts";
import { flops } from "./flops.ts";
import { gPassAtK, mgPassAtK } from "./g-pass-at-k.ts";
import { instanceSetSpread } from "./instance-set-spread.ts";
import { judgeAgreement, judgeCodes, judgeScore } from "./judge.ts";
import { logLoss } from "./log-loss.ts";
import { macroF1, mathcheckScore } from "./macro-f1.ts";
import { majAtK } from "./maj-at-k.ts";
import { mrScore } from "./mr-score.ts";
import { normalisedRegret } from "./normalised-regret.ts";
import { partAccuracy } from "./part-accuracy.ts";
import { passAtK } from "./pass-at-k.ts";
import { passHatK } from "./pass-hat-k.ts";
import { performanceProfile } from "./performance-profile.ts";
import { pairedSolved, performanceDrop } from "./perturbation.ts";
import { poolAtBudget } from "./pool-at-budget.ts";
import { bordaRank, kemenyRank, twoLevelRank } from "./rank-aggregation.ts";
import { ndcg, precision } from "./ranked-retrieval.ts";
import { seedSpread } from "./seed-spread.ts";
import { selectionEfficiency } from "./selection-efficiency.ts";
import { selectionGap } from "./selection-gap.ts";
import { monotonicity, signalToNoise } from "./steadiness.ts";
import { tokensSaved } from "./tokens-saved.ts";
import { tokensToReach } from "./tokens-to-reach.ts";
import { anyVariant, everyVariant, firstVariant, reasoningGap } from "./variants.ts";
import { errorRate, undecidedRate, unparsedRate } from "./verdict-rates.ts";
import { weightedAtK } from "./weighted-at-k.ts";
import { withinProblemAuroc } from "./within-problem-auroc.ts";

/**
 * Every metric, in the order of the table: accuracy, budgets, pools of candidates, verifiers, variants, seeds, arms
 * side by side, programs, cost.
 */
export const metrics: readonly MetricDefinition[] = [
  accuracy,
  unparsedRate,
  undecidedRate,
  errorRate,
  macroF1,
  mathcheckScore,
  digitMatch,
  lengthDifference,
  accuracyAtBudget,
  budgetArea,
  normalisedRegret,
  tokensToReach,
  passAtK,
  passHatK,
  gPassAtK,
  mgPassAtK,
  majAtK,
  bestOfK,
  weightedAtK,
  poolAtBudget,
  selectionGap,
  selectionEfficiency,
  coverageLaw,
  betaCoverage,
  confidence,
  auroc,
  withinProblemAuroc,
  averagePrecision,
  brier,
  logLoss,
  ece,
  ndcg,
  precision,
  mrScore,
  judgeScore,
  judgeAgreement,
  judgeCodes,
  everyVariant,
  anyVariant,
  firstVariant,
  reasoningGap,
  performanceDrop,
  pairedSolved,
  instanceSetSpread,
  seedSpread,
  signalToNoise,
  monotonicity,
  computeOptimal,
  performanceProfile,
  bordaRank,
  kemenyRank,
  twoLevelRank,
  bradleyTerry,
  codeelo,
  codeeloPercentile,
  efficiencyAtK,
  efficientAtK,
  dps,
  partAccuracy,
  tokens,
  calls,
  seconds,
  dollars,
  flops,
  tokensSaved,
];

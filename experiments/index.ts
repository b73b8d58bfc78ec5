/** The public face of the datasets and metrics. */
export {
  CorpusOverlap,
  type Guessing,
  type GuidedCompletion,
  type GuidedSetup,
  guidedCompletion,
  type Overlap,
  rougeL,
  slotGuessing,
} from "./datasets/contamination/index.ts";
export { datasets } from "./datasets/index.ts";
export { type Finding, type LintCheck, lintChecks, lintProblems, type ShownExample } from "./datasets/lint/index.ts";
export { metrics } from "./metrics/index.ts";

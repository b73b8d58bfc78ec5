/** Large parts, which a program loads with the first call that needs them. */
import type { openLocalPolicy as OpenLocalPolicy } from "./policy/local/index.ts";
import type { runExperiment as RunExperiment } from "./runs/run-experiment.ts";
import type { evaluateVerifier as EvaluateVerifier } from "./verifier-study/evaluate.ts";
import type { trainVerifier as TrainVerifier } from "./verifier-study/train.ts";

/** A model that runs on this machine, by its name in the manifest or the path of its file. */
export const openLocalPolicy: typeof OpenLocalPolicy = async (...given) =>
  (await import("./policy/local/index.ts")).openLocalPolicy(...given);

/** Runs an experiment, goes on where it was stopped, and returns its summary. */
export const runExperiment: typeof RunExperiment = async (...given) =>
  (await import("./runs/run-experiment.ts")).runExperiment(...given);

/** Measures how well a verifier judges. */
export const evaluateVerifier: typeof EvaluateVerifier = async (...given) =>
  (await import("./verifier-study/evaluate.ts")).evaluateVerifier(...given);

/** Fits a verifier to the graded solutions of runs. */
export const trainVerifier: typeof TrainVerifier = async (...given) =>
  (await import("./verifier-study/train.ts")).trainVerifier(...given);

import { z } from "zod";

/** Areas under the curve on problems that training never saw, with a 95 % interval clustered by problem. */
const areaSchema = z.strictObject({
  auc: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  withinProblem: z.number().nullable(),
});

/** `right`: examples whose label is a half or more. */
const sizeSchema = z.strictObject({ problems: z.int(), examples: z.int(), right: z.int() });

/**
 * How one form of head fared on the folds of the training problems, whose problems its parts never saw, and on the
 * held-out problems.
 */
const headReportSchema = z.strictObject({
  form: z.enum(["logistic", "trees", "mean"]),
  /** The ridge penalty, how many trees, or of how many heads it is the mean. */
  setting: z.number(),
  /** The ridge penalty of hidden states, where the head reads them. */
  statesRidge: z.number().optional(),
  /** Mean log-loss over the folds; the least is chosen. */
  logLoss: z.number(),
  auc: z.number().nullable(),
  heldOutAuc: z.number().nullable(),
  chosen: z.boolean(),
});

/** Accuracy of picks among k solutions of a held-out problem. */
const curvePointSchema = z.strictObject({
  k: z.int(),
  verifier: z.number(),
  /** Null where scores may not weigh a vote; absent in older files. */
  weighted: z.number().nullable().optional(),
  majority: z.number(),
  random: z.number(),
  oracle: z.number(),
});

/** What training says of itself, kept in the verifier's file. */
export const trainingReportSchema = z.strictObject({
  from: z.array(z.string()),
  /** Where the labels come from, in words. */
  labels: z.string(),
  seed: z.string(),
  /** Solutions that the grader could not judge, which are left out; absent in older files. */
  undecided: z.int().optional(),
  /** Examples without log-probabilities, for which the heads put usual ones; null where none are read. */
  imputed: z.int().nullable(),
  heads: z.array(headReportSchema),
  train: sizeSchema,
  heldOut: sizeSchema,
  area: areaSchema,
  /** Against the labels themselves, which may be shares; the area is of labels from a half up against the others. */
  brier: z.number(),
  calibrationError: z.number(),
  /**
   * The policy's own certainty (its mean log-probability) on the same held-out examples; null where it is not known for
   * all.
   */
  selfCertainty: areaSchema.nullable(),
  /** The pick among the held-out problems' own solutions; empty for a process verifier. */
  bestOf: z.array(curvePointSchema),
  milliseconds: z.number(),
});
export type TrainingReport = z.output<typeof trainingReportSchema>;
export type HeadReport = z.output<typeof headReportSchema>;

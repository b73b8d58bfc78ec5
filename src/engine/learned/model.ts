import { readFileSync } from "node:fs";
import { z } from "zod";
import { InvalidFileError } from "../../core/errors.ts";
import { type FeatureInput, logprobFeatureNames, logprobFeatures, textFeatureNames, textFeatures } from "./features.ts";
import { type LogisticModel, predict } from "./logistic.ts";

const numbers = z.array(z.number());
const modelSchema = z.strictObject({ means: numbers, scales: numbers, weights: numbers, intercept: z.number() });

/** Areas under the curve on problems that training never saw, with a 95 % interval clustered by problem. */
const areaSchema = z.strictObject({
  auc: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  withinProblem: z.number().nullable(),
});

export const learnedSchema = z.strictObject({
  format: z.literal("ruminate-verifier"),
  version: z.literal(1),
  kind: z.enum(["outcome", "process"]),
  /** Which groups of features it reads, in this order. */
  features: z.strictObject({
    text: z.array(z.string()),
    logprobs: z.array(z.string()),
    /** Length of the embedding, 0 where none is read. */
    embedding: z.int().min(0),
  }),
  model: modelSchema,
  report: z.strictObject({
    from: z.string(),
    labels: z.string(),
    ridge: z.number(),
    seed: z.string(),
    train: z.strictObject({ problems: z.int(), examples: z.int(), right: z.int() }),
    heldOut: z.strictObject({ problems: z.int(), examples: z.int(), right: z.int() }),
    area: areaSchema,
    brier: z.number(),
    calibrationError: z.number(),
    milliseconds: z.number(),
  }),
});
export type LearnedVerifier = z.output<typeof learnedSchema>;

/** The features in the order of a model's weights; null when it reads some that are not there. */
export function featuresFor(
  { features }: Pick<LearnedVerifier, "features">,
  input: FeatureInput,
): { readonly values: readonly number[] } | { readonly missing: string } {
  const values = textFeatures(input);
  if (features.logprobs.length > 0) {
    const more = logprobFeatures(input.logprobs);
    if (more === null) return { missing: "the sample carries no log-probabilities, which it was trained on" };
    values.push(...more);
  }
  if (features.embedding > 0) {
    if (input.embedding?.length !== features.embedding)
      return { missing: `an embedding of ${features.embedding} numbers, which it was trained on, is not there` };
    values.push(...input.embedding);
  }
  return { values };
}

export const featureGroups = (logprobs: boolean, embedding: number): LearnedVerifier["features"] => ({
  text: [...textFeatureNames],
  logprobs: logprobs ? [...logprobFeatureNames] : [],
  embedding,
});

/** The probability of being right, or why there is none. */
export function judgeBy(
  learned: Pick<LearnedVerifier, "features"> & { model: LogisticModel },
  input: FeatureInput,
): { readonly value: number | null; readonly reason?: string } {
  const found = featuresFor(learned, input);
  if ("missing" in found) return { value: null, reason: found.missing };
  return { value: predict(learned.model, found.values) };
}

/** @throws InvalidFileError for a file that cannot be read, is no learned verifier, or was made by another version's features. */
export function loadLearned(path: string): LearnedVerifier {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InvalidFileError(
      path,
      null,
      `cannot be read as a verifier: ${(error as Error).message}. Make one with ruminate verifier train.`,
      {
        cause: error,
      },
    );
  }
  const parsed = learnedSchema.safeParse(read);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InvalidFileError(
      path,
      null,
      `is no learned verifier: ${issue?.path.join(".")} ${issue?.message}. Make one with ruminate verifier train.`,
    );
  }
  const { features, model } = parsed.data;
  const known = featureGroups(features.logprobs.length > 0, features.embedding);
  const width = known.text.length + known.logprobs.length + known.embedding;
  if (JSON.stringify(known) !== JSON.stringify(features) || model.weights.length !== width) {
    throw new InvalidFileError(path, null, "was trained on other features than this version reads. Train it again.");
  }
  return parsed.data;
}

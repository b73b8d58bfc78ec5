import { readFileSync } from "node:fs";
import { z } from "zod";
import { InvalidFileError } from "../core/errors.ts";
import { sigmoid } from "../core/score.ts";
import { confidenceNames } from "./confidence.ts";
import { type FeatureInput, textFeatureNames, textFeatures } from "./features.ts";
import { predict } from "./logistic.ts";
import { project } from "./projection.ts";
import { stateFeatureCount, stateFeatures } from "./state-features.ts";
import { trainingReportSchema } from "./training-report.ts";
import { predictTrees } from "./trees.ts";

const numbers = z.array(z.number());
/** Many numbers as 32-bit floats in base64: wide heads are a hundred kilobytes so. */
const packed = z.union([
  numbers,
  z.strictObject({ float32: z.base64() }).transform(({ float32 }) => {
    const bytes = Buffer.from(float32, "base64");
    return Array.from({ length: Math.floor(bytes.length / 4) }, (_, j) => bytes.readFloatLE(4 * j));
  }),
]);

const logisticSchema = z.strictObject({
  form: z.literal("logistic"),
  means: packed,
  scales: packed,
  weights: packed,
  intercept: z.number(),
});

const nodeSchema = z.strictObject({ feature: z.int().min(0), threshold: z.number(), missingLeft: z.boolean() });
const treesSchema = z.strictObject({
  form: z.literal("trees"),
  start: z.number(),
  trees: z.array(z.strictObject({ nodes: z.array(nodeSchema.nullable()), leaves: numbers })),
});

/** The mean log-odds of several heads. */
const meanSchema = z.strictObject({
  form: z.literal("mean"),
  heads: z.array(z.discriminatedUnion("form", [logisticSchema, treesSchema])).min(1),
});
export type SingleHead = z.output<typeof meanSchema>["heads"][number];

const headSchema = z.discriminatedUnion("form", [logisticSchema, treesSchema, meanSchema]);
/** What makes a probability of features. */
export type Head = z.output<typeof headSchema>;

export const learnedSchema = z.strictObject({
  format: z.literal("ruminate-verifier"),
  version: z.union([z.literal(2), z.literal(3)]),
  kind: z.enum(["outcome", "process"]),
  /** Which groups of features it reads, in this order. */
  features: z.strictObject({
    text: z.array(z.string()),
    logprobs: z.array(z.string()),
    /** Principal components of the text's embedding; null where none is read. */
    embedding: z.strictObject({ mean: numbers, components: z.array(numbers) }).nullable(),
    /** The model whose hidden states it reads, and their width; null where none are read. */
    states: z
      .strictObject({ policy: z.string(), width: z.int().min(1) })
      .nullable()
      .default(null),
  }),
  model: headSchema,
  report: trainingReportSchema,
});
export type LearnedVerifier = z.output<typeof learnedSchema>;
export type FeatureGroups = LearnedVerifier["features"];

export function predictHead(head: Head, features: ArrayLike<number>): number {
  if (head.form === "logistic") return predict(head, features);
  if (head.form === "trees") return predictTrees(head, features);
  return meanOfChances(head.heads.map((one) => predictHead(one, features)));
}

/** The chance whose log-odds are the mean of those of the others; 0 and 1 count as a billionth off. */
export function meanOfChances(chances: readonly number[]): number {
  const logOdds = chances.map((p) => Math.log(Math.max(1e-9, p)) - Math.log(Math.max(1e-9, 1 - p)));
  return sigmoid(logOdds.reduce((sum, one) => sum + one, 0) / Math.max(1, chances.length));
}

/**
 * The features in the order of a model's weights, NaN for what is missing: log-probabilities may be (a head puts what
 * training learned in their place, and says so), an embedding may not.
 */
export function featuresFor(
  groups: FeatureGroups,
  input: FeatureInput,
): { readonly values: readonly number[]; readonly imputed: boolean } | { readonly missing: string } {
  const values = textFeatures(input);
  const { confidence } = input;
  const known = confidence?.length === confidenceNames.length ? confidence : null;
  if (groups.logprobs.length > 0) values.push(...confidenceNames.map((_, j) => known?.[j] ?? Number.NaN));
  if (groups.embedding !== null) {
    const { length } = groups.embedding.mean;
    if (input.embedding?.length !== length)
      return { missing: `an embedding of ${length} numbers, which it was trained on, is not there` };
    values.push(...project(groups.embedding, input.embedding));
  }
  if (groups.states !== null) {
    const states = stateFeatures(input.states ?? [], groups.states.width);
    if (states === null)
      return { missing: `hidden states of ${groups.states.policy}, which it was trained on, are not there` };
    values.push(...states);
  }
  return { values, imputed: groups.logprobs.length > 0 && known === null };
}

export const featureGroups = (
  logprobs: boolean,
  embedding: FeatureGroups["embedding"],
  states: FeatureGroups["states"] = null,
): FeatureGroups => ({
  text: [...textFeatureNames],
  logprobs: logprobs ? [...confidenceNames] : [],
  embedding,
  states,
});

export const featureCount = ({ text, logprobs, embedding, states }: FeatureGroups): number =>
  text.length +
  logprobs.length +
  (embedding?.components.length ?? 0) +
  (states === null ? 0 : stateFeatureCount(states.width));

/** As its file holds it. Wide weights are packed as 32-bit floats. */
export function learnedText(learned: LearnedVerifier): string {
  const { model } = learned;
  const small = model.form === "mean" ? { ...model, heads: model.heads.map(packedHead) } : packedHead(model);
  return `${JSON.stringify({ ...learned, model: small })}\n`;
}

function packedHead(head: SingleHead) {
  if (head.form !== "logistic" || head.weights.length <= 256) return head;
  const pack = (list: readonly number[]) => ({
    float32: Buffer.from(Float32Array.from(list).buffer).toString("base64"),
  });
  const { means, scales, weights } = head;
  return { ...head, means: pack(means), scales: pack(scales), weights: pack(weights) };
}

/** The probability of being right, or why there is none. */
export function judgeBy(
  { features, model }: { readonly features: FeatureGroups; readonly model: Head },
  input: FeatureInput,
): { readonly value: number | null; readonly reason?: string } {
  const found = featuresFor(features, input);
  if ("missing" in found) return { value: null, reason: found.missing };
  const value = predictHead(model, found.values);
  return found.imputed
    ? { value, reason: "without log-probabilities, which it was trained on: usual ones stand in" }
    : { value };
}

/**
 * @throws InvalidFileError for a file that cannot be read, is no learned verifier, or was made by another version's
 * features.
 */
export function loadLearned(path: string): LearnedVerifier {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = `cannot be read as a verifier: ${(error as Error).message}. Make one with ruminate verifier train.`;
    throw new InvalidFileError(path, null, reason, { cause: error });
  }
  const parsed = learnedSchema.safeParse(read);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const reason = `is no learned verifier: ${issue?.path.join(".")} ${issue?.message}. Make one with ruminate verifier train.`;
    throw new InvalidFileError(path, null, reason);
  }
  const { features, model } = parsed.data;
  const known = featureGroups(features.logprobs.length > 0, features.embedding, features.states);
  const single = model.form === "mean" ? model.heads : [model];
  const fits = single.every((head) => head.form === "trees" || head.weights.length === featureCount(features));
  if (JSON.stringify(known) !== JSON.stringify(features) || !fits) {
    throw new InvalidFileError(path, null, "was trained on other features than this version reads. Train it again.");
  }
  return parsed.data;
}

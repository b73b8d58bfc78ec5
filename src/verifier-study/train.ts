import { type Clock, systemClock } from "../core/clock.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { statesOfSteps } from "../core/line-states.ts";
import type { LineState } from "../core/policy.ts";
import { confidenceNames } from "../learned/confidence.ts";
import type { FeatureInput } from "../learned/features.ts";
import {
  type FeatureGroups,
  featureCount,
  featureGroups,
  featuresFor,
  type LearnedVerifier,
  predictHead,
} from "../learned/model.ts";
import { principalComponents } from "../learned/projection.ts";
import { areaOf, type Scored } from "./area.ts";
import { type GradedExample, gradedOf, traceExamples } from "./examples.ts";
import { chooseHead, type TrainingRow } from "./heads.ts";
import { heldOutCurve } from "./held-out-curve.ts";
import { type RolloutLabelling, type RolloutLabels, rolloutLabels } from "./rollout-labels.ts";
import { isRight, softBrier, softCalibrationError } from "./soft-labels.ts";
import { splitByCluster } from "./split.ts";

export interface TrainOptions {
  /** Folders of runs, or their traces files. */
  readonly from: string | readonly string[];
  readonly kind: LearnedVerifier["kind"];
  readonly seed?: string;
  /** Share of the problems that is held out; default 0.25. */
  readonly heldOut?: number;
  /** Embeddings as features, one unit vector per text. */
  readonly embed?: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;
  /** Hidden states as features: those that the model holds at the ends of the lines of a solution, read in the text. */
  readonly states?: StateSource;
  /** Labels of steps from rollouts, for a process verifier; by default every prefix has its solution's outcome. */
  readonly rollouts?: RolloutLabelling;
  readonly clock?: Clock;
}

export interface StateSource {
  /** The id of the model that they are of. */
  readonly policy: string;
  readonly width: number;
  read(question: string, text: string): Promise<readonly LineState[]>;
  readonly onProgress?: (done: number, of: number) => void;
}

/** What is judged: a whole solution, or its beginning up to a step. */
interface Part {
  readonly cluster: string;
  readonly example: GradedExample;
  readonly input: FeatureInput;
  readonly target: number;
}

/** Principal components that stand for an embedding. */
const components = 32;

/**
 * Learns a verifier from the graded candidates of finished runs: ridge logistic regression or boosted trees, whichever
 * does better on folds of the training problems, tested on problems that training never saw. For a process verifier
 * every prefix has its solution's outcome as label, whose expectation is the value of the prefix (OVM, Yu et al. 2023,
 * arXiv:2311.09724, section 3.2; where sampled solutions share a prefix, their labels together are its Monte-Carlo
 * estimate), or what rollouts from it found.
 *
 * Hidden states are read where the folds do better with them. Log-probabilities are read for outcomes where at least
 * half of the candidates carry them; a missing one is imputed, and counted in the report. Candidates that the grader
 * could not judge are left out and counted.
 * @throws InvalidFileError for traces that cannot be read; InvalidOptionError with fewer than 8 problems or one class
 * only.
 */
export async function trainVerifier(options: TrainOptions): Promise<LearnedVerifier> {
  const { kind, seed = "1", heldOut = 0.25, clock = systemClock } = options;
  const from = [options.from].flat();
  const began = clock.now();
  const { graded: examples, undecided } = gradedOf(traceExamples(from));
  const rolled = options.rollouts === undefined ? null : await rolledOut(examples, kind, options.rollouts);
  const held = options.states === undefined ? null : await statesOf(examples, options.states);
  const parts = examples.flatMap((example) => partsOf(example, kind, rolled, held?.get(example)));
  requireBoth(parts, from.join(", "), undecided);
  const vectors = await options.embed?.(parts.map(({ input }) => `${input.question}\n\n${input.steps.join("")}`));
  const embedded = parts.map((part, i) => ({ ...part, input: { ...part.input, ...embeddingOf(vectors?.[i]) } }));
  const split = splitByCluster(embedded, heldOut, seed);
  const groups = groupsOf(split.train, kind, options.states);
  const rows = {
    train: split.train.map((part) => rowOf(part, groups)),
    heldOut: split.heldOut.map((part) => rowOf(part, groups)),
  };
  const plain = featureCount({ ...groups, states: null });
  const { head, reports, readsStates } = chooseHead(rows.train, rows.heldOut, seed, plain);
  const scored = rows.heldOut.map((row) => ({ ...row, score: predictHead(head, row.features) }));
  const imputed = parts.filter(({ input }) => !carries(input)).length;
  return {
    format: "ruminate-verifier",
    version: 3,
    kind,
    features: readsStates ? groups : { ...groups, states: null },
    model: head,
    report: {
      from,
      labels: labelsText(kind, rolled, options.rollouts),
      seed,
      undecided,
      imputed: groups.logprobs.length === 0 ? null : imputed,
      heads: [...reports],
      train: sizeOf(rows.train),
      heldOut: sizeOf(rows.heldOut),
      area: areaOf(scored, seed),
      brier: softBrier(scored),
      calibrationError: softCalibrationError(scored),
      selfCertainty: certaintyOf(split.heldOut, seed),
      bestOf: kind === "outcome" ? heldOutCurve(from, split.heldOut, scored) : [],
      milliseconds: Math.round(clock.now() - began),
    },
  };
}

async function rolledOut(examples: readonly GradedExample[], kind: LearnedVerifier["kind"], options: RolloutLabelling) {
  if (kind === "process") return await rolloutLabels(examples, options);
  throw new InvalidOptionError("--labels", "may be rollouts with --kind process only: an outcome is graded already.");
}

function labelsText(kind: LearnedVerifier["kind"], rolled: RolloutLabels | null, options?: RolloutLabelling): string {
  if (kind === "outcome") return "graded outcomes";
  if (rolled === null || options === undefined) return "graded outcomes, on every prefix";
  const { calls, tokens, leftOut } = rolled;
  const binary = options.search === "binary";
  const how = binary ? "first error by binary search" : "share that ends right";
  const aside = leftOut === 0 ? "" : `, ${leftOut} problems without a right solution left out`;
  const shares = binary ? "" : "; areas and counts take a half or more as right, calibration is of the share itself";
  return `rollouts, ${options.rollouts} a prefix, ${how}, ${calls} calls, ${tokens} tokens${aside}${shares}`;
}

/** The states of each example's steps: those that the run kept, else read, one text after another. */
async function statesOf(examples: readonly GradedExample[], { read, onProgress }: StateSource) {
  const held = new Map<GradedExample, readonly (readonly LineState[])[]>();
  for (const [i, example] of examples.entries()) {
    onProgress?.(i, examples.length);
    held.set(example, example.states ?? statesOfSteps(example.steps, await read(example.question, example.text)));
  }
  return held;
}

function partsOf(
  example: GradedExample,
  kind: LearnedVerifier["kind"],
  rolled: RolloutLabels | null,
  states: readonly (readonly LineState[])[] | undefined,
): Part[] {
  const { question, steps, answer, cluster, correct, confidence } = example;
  const target = Number(correct);
  if (kind === "outcome") {
    const input = { question, steps, answer, confidence: confidence ?? null, states: states?.flat() };
    return [{ cluster, example, target, input }];
  }
  const labels = rolled === null ? steps.map(() => target) : (rolled.labels.get(example) ?? []);
  return labels.map((label, t) => {
    const whole = t === steps.length - 1;
    const seen = states?.slice(0, t + 1).flat();
    const input = { question, steps: steps.slice(0, t + 1), answer: whole ? answer : null, states: seen };
    return { cluster, example, target: label, input };
  });
}

const embeddingOf = (vector: readonly number[] | undefined) => ({ embedding: vector });

const carries = ({ confidence }: FeatureInput): boolean => confidence?.length === confidenceNames.length;

/** The components are found on the training side alone. */
function groupsOf(
  train: readonly Part[],
  kind: LearnedVerifier["kind"],
  states: StateSource | undefined,
): FeatureGroups {
  const carrying = train.filter(({ input }) => carries(input)).length;
  const vectors = train.flatMap(({ input }) => (input.embedding === undefined ? [] : [input.embedding]));
  const found = vectors.length === 0 ? null : principalComponents(vectors, components);
  const embedding = found && { mean: [...found.mean], components: found.components.map((direction) => [...direction]) };
  const logprobs = kind === "outcome" && carrying > 0 && carrying >= train.length / 2;
  return featureGroups(
    logprobs,
    embedding,
    states === undefined ? null : { policy: states.policy, width: states.width },
  );
}

function rowOf({ cluster, input, target }: Part, groups: FeatureGroups): TrainingRow {
  const found = featuresFor(groups, input);
  if ("missing" in found) {
    const flag = groups.states === null ? "--embed" : "--states";
    throw new InvalidOptionError(flag, `must give vectors of one length for every text: ${found.missing}.`);
  }
  return { cluster, features: found.values, target, correct: isRight(target) };
}

/** How well the policy's mean log-probability alone tells the same examples apart. */
function certaintyOf(parts: readonly Part[], seed: string) {
  const scored = parts.flatMap(({ cluster, input, example }): Scored[] => {
    const mean = input.confidence?.[0];
    return typeof mean === "number" ? [{ cluster, score: Math.exp(mean), correct: example.correct }] : [];
  });
  return scored.length === parts.length ? areaOf(scored, seed) : null;
}

function requireBoth(parts: readonly Part[], from: string, undecided: number): void {
  const problems = new Set(parts.map(({ cluster }) => cluster)).size;
  const right = parts.filter(({ target }) => isRight(target)).length;
  if (problems < 8) {
    const aside = undecided === 0 ? "" : `; ${undecided} solutions could not be graded`;
    throw new InvalidOptionError(
      `${from}:`,
      `must hold solutions of at least 8 problems to learn from, got ${problems}${aside}.`,
    );
  }
  if (right === 0 || right === parts.length) {
    throw new InvalidOptionError(
      `${from}:`,
      `must hold right and wrong solutions to learn from, all are ${right === 0 ? "wrong" : "right"}.`,
    );
  }
}

const sizeOf = (rows: readonly TrainingRow[]) => ({
  problems: new Set(rows.map(({ cluster }) => cluster)).size,
  examples: rows.length,
  right: rows.filter(({ correct }) => correct).length,
});

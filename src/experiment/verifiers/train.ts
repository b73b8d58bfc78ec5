import { brier, expectedCalibrationError } from "../../../experiments/metrics/rewards/index.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { InvalidOptionError } from "../../core/errors.ts";
import { logprobFeatureNames, textFeatures } from "../../engine/learned/features.ts";
import { fitLogistic, predict } from "../../engine/learned/logistic.ts";
import { featureGroups, type LearnedVerifier } from "../../engine/learned/model.ts";
import { areaOf, type Scored } from "./area.ts";
import { type TraceExample, traceExamples } from "./examples.ts";
import { splitByCluster } from "./split.ts";

export interface TrainOptions {
  /** A run's folder, or its traces file. */
  readonly from: string;
  readonly kind: LearnedVerifier["kind"];
  readonly seed?: string;
  /** Share of the problems that is held out; default 0.25. */
  readonly heldOut?: number;
  /** Embeddings as features, one unit vector per text. */
  readonly embed?: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;
  readonly clock?: Clock;
}

interface Row {
  readonly cluster: string;
  readonly features: readonly number[];
  readonly correct: boolean;
}

const ridges = [0.3, 3, 30, 300, 3000] as const;

/**
 * Learns a verifier from the graded candidates of finished runs: ridge logistic regression, its strength chosen by four folds over the training problems, tested on
 * problems that training never saw. For a process verifier every prefix has its solution's outcome as label, whose expectation is the worth of the prefix (OVM, Yu et al.
 * 2023, arXiv:2311.09724, section 3.2; where sampled solutions share a prefix, their labels together are its Monte-Carlo estimate).
 *
 * @throws InvalidFileError for traces that cannot be read; InvalidOptionError with fewer than 8 problems or one class only.
 */
export async function trainVerifier(options: TrainOptions): Promise<LearnedVerifier> {
  const { kind, from, seed = "1", heldOut = 0.25, clock = systemClock } = options;
  const began = clock.now();
  const examples = traceExamples(from);
  const usesLogprobs =
    kind === "outcome" &&
    examples.length > 0 &&
    examples.every(({ confidence }) => confidence?.length === logprobFeatureNames.length);
  const rows = await rowsOf(examples, options, usesLogprobs);
  requireBoth(rows, from);
  const width = rows[0]?.features.length ?? 0;
  const split = splitByCluster(rows, heldOut, seed);
  const ridge = bestRidge(split.train, seed);
  const model = fitRows(split.train, ridge);
  const scored = split.heldOut.map((row): Scored => ({ ...row, score: predict(model, row.features) }));
  const plainWidth = featureGroups(usesLogprobs, 0);
  const embedding = width - plainWidth.text.length - plainWidth.logprobs.length;
  return {
    format: "ruminate-verifier",
    version: 1,
    kind,
    features: featureGroups(usesLogprobs, embedding),
    model: { ...model, means: [...model.means], scales: [...model.scales], weights: [...model.weights] },
    report: {
      from,
      labels: kind === "outcome" ? "graded outcomes" : "graded outcomes, on every prefix",
      ridge,
      seed,
      train: sizeOf(split.train),
      heldOut: sizeOf(split.heldOut),
      area: areaOf(scored, seed),
      brier: brier(scored),
      calibrationError: expectedCalibrationError(scored),
      milliseconds: Math.round(clock.now() - began),
    },
  };
}

async function rowsOf(examples: readonly TraceExample[], options: TrainOptions, usesLogprobs: boolean): Promise<Row[]> {
  const parts = examples.flatMap((example) => {
    const { steps } = example;
    if (options.kind === "outcome") return [{ example, steps }];
    return steps.map((_, t) => ({ example, steps: steps.slice(0, t + 1) }));
  });
  const texts = parts.map(({ example, steps }) => `${example.question}\n\n${steps.join("")}`);
  const vectors = options.embed === undefined ? [] : await options.embed(texts);
  return parts.map(({ example, steps }, i) => {
    const { question, answer, cluster, correct, confidence } = example;
    const whole = steps.length === example.steps.length;
    const words = textFeatures({ question, steps, answer: whole ? answer : null });
    const features = [...words, ...(usesLogprobs ? (confidence ?? []) : []), ...(vectors[i] ?? [])];
    return { cluster, correct, features };
  });
}

function requireBoth(rows: readonly Row[], from: string): void {
  const problems = new Set(rows.map(({ cluster }) => cluster)).size;
  const right = rows.filter(({ correct }) => correct).length;
  if (problems < 8) {
    throw new InvalidOptionError(
      `${from}:`,
      `must hold solutions of at least 8 problems to learn from, got ${problems}.`,
    );
  }
  if (right === 0 || right === rows.length) {
    throw new InvalidOptionError(
      `${from}:`,
      `must hold right and wrong solutions to learn from, all are ${right === 0 ? "wrong" : "right"}.`,
    );
  }
}

const fitRows = (rows: readonly Row[], ridge: number) =>
  fitLogistic(
    rows.map(({ features }) => features),
    rows.map(({ correct }) => correct),
    ridge,
  );

/** The strength with the least log-loss over four folds of the training problems. */
function bestRidge(train: readonly Row[], seed: string): number {
  const folds: { train: readonly Row[]; heldOut: readonly Row[] }[] = [];
  for (let fold = 0, rest = train; fold < 4 && new Set(rest.map(({ cluster }) => cluster)).size >= 2; fold++) {
    const { train: later, heldOut } = splitByCluster(rest, 1 / (4 - fold), `${seed}/fold`);
    const inside = new Set(heldOut.map(({ cluster }) => cluster));
    folds.push({ train: train.filter(({ cluster }) => !inside.has(cluster)), heldOut });
    rest = later;
  }
  const losses = ridges.map((ridge) =>
    folds.reduce((sum, fold) => {
      const model = fitRows(fold.train, ridge);
      return sum + fold.heldOut.reduce((part, row) => part + logLossOf(predict(model, row.features), row.correct), 0);
    }, 0),
  );
  return ridges[losses.indexOf(Math.min(...losses))] ?? ridges[2];
}

const logLossOf = (p: number, correct: boolean): number => -Math.log(Math.max(1e-12, correct ? p : 1 - p));

const sizeOf = (rows: readonly Row[]) => ({
  problems: new Set(rows.map(({ cluster }) => cluster)).size,
  examples: rows.length,
  right: rows.filter(({ correct }) => correct).length,
});

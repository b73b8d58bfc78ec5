import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InvalidFileError, InvalidOptionError } from "../core/errors.ts";
import { readerOf } from "../runs/records/reading.ts";
import { spearman } from "../statistics/correlation.ts";
import { cohenKappa, fleissKappa } from "../statistics/rewards/agreement.ts";
import { brier, expectedCalibrationError } from "../statistics/rewards/calibration.ts";
import { type Area, areaOf } from "./area.ts";
import type { VerifierReport } from "./report.ts";

const lineSchema = z.object({
  item: z.string(),
  cluster: z.string(),
  solution: z.int(),
  /** Hash of question and solution; absent in older files. */
  text: z.string().optional(),
  score: z.number().nullable(),
  correct: z.boolean(),
});
type Line = z.output<typeof lineSchema>;

const again = "Make it again with ruminate verifier eval.";
const readScore = readerOf<Line>(lineSchema, again);
const readReport = readerOf<VerifierReport>(
  z.object({
    verifier: z.string(),
    policy: z.string(),
    benchmark: z.string(),
    seed: z.string(),
    solutions: z.object({}),
    firstErrors: z.object({ atHalf: z.object({ f1: z.object({ value: z.number() }).nullable() }) }).nullable(),
    cost: z.object({ tokens: z.number(), calls: z.number(), milliseconds: z.number() }),
  }),
  again,
  "JSON",
);

/** One verifier's figures on the solutions that all of them scored. */
export interface ComparedVerifier {
  readonly verifier: string;
  readonly area: Area;
  readonly brier: number | null;
  readonly calibrationError: number | null;
  /** F1 of first errors at 0.5 on its own items; null for verifiers of outcomes. */
  readonly f1: number | null;
  readonly tokens: number;
  readonly calls: number;
  readonly milliseconds: number;
}

/** How far two verifiers say the same: of the scores' ranks, and of the verdicts at 0.5. */
export interface Agreement {
  readonly first: string;
  readonly second: string;
  readonly correlation: number | null;
  readonly kappa: number | null;
}

export interface VerifierComparison {
  readonly benchmark: string;
  /** Solutions that every verifier scored, and that any was asked about. */
  readonly common: number;
  readonly of: number;
  readonly verifiers: readonly ComparedVerifier[];
  readonly agreements: readonly Agreement[];
  /** Fleiss' kappa of all verdicts at 0.5. */
  readonly kappa: number | null;
}

/**
 * Two or more evaluated verifiers side by side, on the solutions that all of them scored. Each folder is one that
 * `verifier eval` wrote.
 * @throws InvalidOptionError with fewer than two, for different benchmarks, or where the same place holds different
 * solutions (two runs are two benchmarks); InvalidFileError for a folder that holds no evaluation.
 */
export function compareVerifiers(folders: readonly string[], seed = "1"): VerifierComparison {
  const read = folders.map(readEvaluation);
  const [head] = read;
  if (head === undefined || read.length < 2) {
    throw new InvalidOptionError("verifier compare:", `must be given at least 2 folders, got ${folders.length}.`);
  }
  const { benchmark } = head.report;
  const other = read.find(({ report }) => report.benchmark !== benchmark);
  if (other !== undefined) {
    throw new InvalidOptionError(
      "verifier compare:",
      `must be given evaluations of one benchmark, got ${benchmark} and ${other.report.benchmark}.`,
    );
  }
  for (const [i, { lines }] of read.entries()) requireSame(head.lines, lines, folders[0] ?? "", folders[i] ?? "");
  const places = new Set(read.flatMap(({ lines }) => [...lines.keys()]));
  const common = [...places].filter((place) => read.every(({ lines }) => (lines.get(place)?.score ?? null) !== null));
  const names = unlike(read.map(({ report }) => report.verifier));
  const scored = read.map(({ lines }) => common.map((place) => scoredOf(lines.get(place))));
  return {
    benchmark,
    common: common.length,
    of: places.size,
    verifiers: read.map(({ report }, i) => comparedOf(names[i] ?? "", report, scored[i] ?? [], seed)),
    agreements: names.flatMap((first, i) =>
      names.slice(i + 1).map((second, j) => agreementOf(first, second, scored[i] ?? [], scored[i + 1 + j] ?? [])),
    ),
    kappa: fleissKappa(common.map((_, k) => scored.map((items) => (items[k]?.score ?? 0) >= 0.5))),
  };
}

/** @throws InvalidOptionError where the two speak of one place and do not mean the same solution. */
function requireSame(
  first: ReadonlyMap<string, Line>,
  second: ReadonlyMap<string, Line>,
  firstFolder: string,
  secondFolder: string,
): void {
  const named = new Map([...first.values()].map((line) => [nameOf(line), line]));
  for (const [place, line] of second) {
    const other = first.get(place) ?? named.get(nameOf(line));
    if (other === undefined) continue;
    const { cluster, correct, text = other.text } = line;
    if (cluster === other.cluster && correct === other.correct && text === (other.text ?? text)) continue;
    throw new InvalidOptionError(
      "verifier compare:",
      `must be given evaluations of the same solutions: ${nameOf(line)} is another one in ${firstFolder} than in ` +
        `${secondFolder}. Evaluate both verifiers on the same data.`,
    );
  }
}

const nameOf = ({ item, solution }: Line): string => `${item}/${solution}`;
const placeOf = ({ cluster, item, solution }: Line): string => JSON.stringify([cluster, item, solution]);

const scoredOf = (line: Line | undefined) => ({
  cluster: line?.cluster ?? "",
  score: line?.score ?? 0,
  correct: line?.correct ?? false,
});
type Scored = ReturnType<typeof scoredOf>;

function comparedOf(
  verifier: string,
  report: VerifierReport,
  items: readonly Scored[],
  seed: string,
): ComparedVerifier {
  const some = items.length > 0;
  return {
    verifier,
    area: some ? areaOf(items, seed) : { auc: null, low: null, high: null, withinProblem: null },
    brier: some ? brier(items) : null,
    calibrationError: some ? expectedCalibrationError(items) : null,
    f1: report.firstErrors?.atHalf.f1?.value ?? null,
    ...report.cost,
  };
}

function agreementOf(first: string, second: string, a: readonly Scored[], b: readonly Scored[]): Agreement {
  const scores = (items: readonly Scored[]) => items.map(({ score }) => score);
  const verdicts = (items: readonly Scored[]) => items.map(({ score }) => score >= 0.5);
  return {
    first,
    second,
    correlation: a.length < 3 ? null : spearman(scores(a), scores(b)),
    kappa: cohenKappa(verdicts(a), verdicts(b)),
  };
}

function unlike(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} #${before + 1}`;
  });
}

function readEvaluation(folder: string): { report: VerifierReport; lines: ReadonlyMap<string, Line> } {
  const read = (name: string): string => {
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch (error) {
      const reason = "cannot be read. Give the folder that ruminate verifier eval wrote, with --out or under reports/.";
      throw new InvalidFileError(join(folder, name), null, reason, { cause: error });
    }
  };
  const report = readReport(join(folder, "report.json"), null, read("report.json"));
  const lines = read("scores.jsonl")
    .split("\n")
    .flatMap((line, i) => (line === "" ? [] : [readScore(join(folder, "scores.jsonl"), i + 1, line)]));
  return { report, lines: new Map(lines.map((line) => [placeOf(line), line])) };
}

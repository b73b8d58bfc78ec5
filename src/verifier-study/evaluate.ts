import { hash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import PQueue from "p-queue";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { Verifiers } from "../engine/scoring.ts";
import type { CalibrationMethod } from "../learned/calibration.ts";
import { calibrationFile } from "../learned/calibration-file.ts";
import { Journal } from "../runs/records/journal.ts";
import { namedFiles } from "../runs/records/named-files.ts";
import { readerOf } from "../runs/records/reading.ts";
import { type BenchmarkItem, type BenchmarkName, loadItems, sampleItems } from "./items.ts";
import { type JudgedItem, judgeItem } from "./judging.ts";
import { reportMarkdown } from "./markdown.ts";
import { type Judgement, outcomePairs } from "./measures.ts";
import { reportOf, type VerifierReport } from "./report.ts";
import { type Robustness, robustnessOf } from "./robustness.ts";
import { itemVariants } from "./variants.ts";

export interface EvaluateOptions {
  readonly benchmark: BenchmarkName;
  readonly data: string;
  /** Folder of the report and of the judgements so far. */
  readonly out: string;
  /** How reports call the verifier; with its options, so that other options are other judgements. */
  readonly verifier: string;
  readonly verifiers: () => Verifiers;
  readonly policy: Policy;
  readonly simulated?: boolean;
  readonly sandbox?: Sandbox;
  readonly limit?: number;
  readonly seed?: string;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Also fit a calibration of the solution scores and save it beside the report. */
  readonly calibrate?: CalibrationMethod;
  /** Judge again under changes that should not matter. */
  readonly robustness?: boolean;
  /** Verifiers that differ in the place of a candidate in a comparison, by what they are called. */
  readonly positions?: Readonly<Record<string, () => Verifiers>>;
  readonly onProgress?: (done: number, total: number) => void;
}

const judgedSchema = z.object({
  key: z.string(),
  judged: z.object({
    id: z.string(),
    steps: z.array(z.array(z.number().nullable())).nullable(),
    outcomes: z.array(z.number().nullable()),
    tokens: z.number(),
    calls: z.number(),
    milliseconds: z.number(),
    error: z.string().optional(),
  }),
});

const readJudged = readerOf<{ key: string; judged: JudgedItem }>(
  judgedSchema,
  "Remove the line: its item is judged again.",
);

/**
 * Judges a seeded sample of a benchmark and writes report.json and report.md into `out`. Judgements are kept in
 * judgements.jsonl as they come: the same command again goes on where it was.
 */
export async function evaluateVerifier(options: EvaluateOptions): Promise<VerifierReport> {
  const { benchmark, data, out, verifier, policy, seed = "1", limit, signal } = options;
  let undecided = 0;
  const all = await loadItems(benchmark, data, signal, (count) => {
    undecided = count;
  });
  const items = sampleItems(all, limit, seed);
  makeFolder(out);
  const known = new Map<string, JudgedItem>();
  const journal = new Journal(join(out, "judgements.jsonl"), readJudged, ({ key, judged }) => {
    known.set(key, judged);
  });
  const files = namedFiles(verifier.split(/[\s=,:]+/));
  const keyOf = (item: BenchmarkItem, position: string | null) => {
    const what = [verifier, policy.id, seed, benchmark, item, ...(position === null ? [] : [position]), ...files];
    return hash("sha256", JSON.stringify(what), "base64url").slice(0, 22);
  };
  try {
    const queue = new PQueue({ concurrency: options.concurrency ?? policy.capabilities.parallel });
    let [done, total] = [0, 0];
    const judgeAll = (list: readonly BenchmarkItem[], position: string | null = null): Promise<Judgement[]> => {
      total += list.length;
      const verifiers = (position === null ? undefined : options.positions?.[position]) ?? options.verifiers;
      return queue.addAll(
        list.map((item) => async () => {
          signal?.throwIfAborted();
          const key = keyOf(item, position);
          const judged = known.get(key) ?? (await judgeItem(item, { ...options, verifiers, seed }));
          if (!known.has(key)) journal.append({ key, judged });
          options.onProgress?.(++done, total);
          return { item, judged };
        }),
      );
    };
    const judgements = await judgeAll(items);
    const robustness = options.robustness === true ? await judgeVariants(judgements, judgeAll, options) : [];
    const head = {
      verifier,
      policy: policy.id,
      simulated: options.simulated === true,
      benchmark,
      seed,
      of: all.length,
      undecided,
    };
    const report = { ...reportOf(head, judgements), robustness };
    writeFileSync(join(out, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(join(out, "report.md"), reportMarkdown(report));
    writeFileSync(join(out, "scores.jsonl"), scoreLines(judgements));
    const pairs = outcomePairs(judgements);
    if (options.calibrate !== undefined && pairs.length > 0) {
      const calibration = calibrationFile(verifier, options.calibrate, pairs);
      writeFileSync(join(out, "calibration.json"), `${JSON.stringify(calibration, null, 2)}\n`);
    }
    return report;
  } finally {
    journal.close();
  }
}

type JudgeAll = (items: readonly BenchmarkItem[], position?: string | null) => Promise<Judgement[]>;

/** The same items in other words, longer, in another order, and with the candidate at another place of a comparison. */
async function judgeVariants(
  judgements: readonly Judgement[],
  judgeAll: JudgeAll,
  { seed = "1", positions = {} }: EvaluateOptions,
): Promise<Robustness[]> {
  const found: Robustness[] = [];
  for (const { name, summary, change, originalOf } of itemVariants) {
    const changed = judgements.flatMap((original) => {
      const item = change(original.item, seed);
      return item === null ? [] : [{ original, item }];
    });
    const judged = await judgeAll(changed.map(({ item }) => item));
    const rows = changed.map(({ original }, i) => ({
      original,
      judged: (judged[i] as Judgement).judged,
      originalOf,
    }));
    if (rows.length > 0) found.push(robustnessOf(name, summary, rows));
  }
  for (const position of Object.keys(positions)) {
    const judged = await judgeAll(
      judgements.map(({ item }) => item),
      position,
    );
    const rows = judgements.map((original, i) => ({ original, judged: (judged[i] as Judgement).judged }));
    found.push(robustnessOf(position, "its place in every comparison", rows));
  }
  return found;
}

/** One line a solution: what comparisons of verifiers read. */
const scoreLines = (judgements: readonly Judgement[]): string =>
  judgements
    .flatMap(({ item, judged }) =>
      item.solutions.map(({ correct, steps }, solution) => ({
        item: item.id,
        cluster: item.cluster,
        solution,
        text: hash("sha256", JSON.stringify([item.question, steps]), "base64url").slice(0, 22),
        score: judged.outcomes[solution] ?? null,
        correct,
      })),
    )
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    throw new EnvironmentError(
      `${out} cannot be written: ${(error as Error).message}. Choose another folder with --out.`,
      {
        cause: error,
      },
    );
  }
}

import { hash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import PQueue from "p-queue";
import type { Clock } from "../../core/clock.ts";
import { EnvironmentError } from "../../core/errors.ts";
import type { Sandbox } from "../../core/execution.ts";
import type { Policy } from "../../core/policy.ts";
import { type CalibrationMethod, calibrationFile } from "../../engine/calibration.ts";
import type { Verifiers } from "../../engine/verifying.ts";
import { Journal } from "../journal.ts";
import { type BenchmarkName, loadItems, sampleItems } from "./items.ts";
import { type JudgedItem, judgeItem } from "./judging.ts";
import { reportMarkdown } from "./markdown.ts";
import { outcomePairs } from "./measures.ts";
import { reportOf, type VerifierReport } from "./report.ts";

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
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Judges a seeded sample of a benchmark and writes report.json and report.md into `out`. Judgements are kept in judgements.jsonl as they come: the same
 * command again goes on where it was.
 */
export async function evaluateVerifier(options: EvaluateOptions): Promise<VerifierReport> {
  const { benchmark, data, out, verifier, policy, seed = "1", limit, signal } = options;
  const all = await loadItems(benchmark, data, signal);
  const items = sampleItems(all, limit, seed);
  makeFolder(out);
  const known = new Map<string, JudgedItem>();
  const journal = new Journal(join(out, "judgements.jsonl"), (record) => {
    const { key, judged } = record as { key: string; judged: JudgedItem };
    known.set(key, judged);
  });
  const keyOf = (item: (typeof items)[number]) =>
    hash("sha256", JSON.stringify([verifier, policy.id, seed, benchmark, item]), "base64url").slice(0, 22);
  try {
    const queue = new PQueue({ concurrency: options.concurrency ?? policy.capabilities.parallel });
    let done = 0;
    const judgements = await queue.addAll(
      items.map((item) => async () => {
        signal?.throwIfAborted();
        const key = keyOf(item);
        const judged = known.get(key) ?? (await judgeItem(item, { ...options, seed }));
        if (!known.has(key)) journal.append({ key, judged });
        options.onProgress?.(++done, items.length);
        return { item, judged };
      }),
    );
    const head = {
      verifier,
      policy: policy.id,
      simulated: options.simulated === true,
      benchmark,
      seed,
      of: all.length,
    };
    const report = reportOf(head, judgements);
    writeFileSync(join(out, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(join(out, "report.md"), reportMarkdown(report));
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

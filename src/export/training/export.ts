import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { EnvironmentError } from "../../core/errors.ts";
import { parseOptions } from "../../core/strategy.ts";
import { type Card, cardMarkdown, type Licences, runsOf } from "./card.ts";
import type { FormContext, TrainingForm } from "./form.ts";
import { admissionOf, type HeldOutOptions } from "./held-out.ts";
import { ParquetRows } from "./parquet-rows.ts";
import { type Pool, type PooledTrial, poolOf } from "./pool.ts";
import { RowFile, type RowSink } from "./row-file.ts";
import { RunIndex } from "./run-index.ts";
import { Wording, type WordingOptions } from "./wording.ts";

export interface TrainingExport {
  readonly form: TrainingForm<unknown, unknown>;
  readonly folders: readonly string[];
  /** The file of rows; the cards stand beside it. */
  readonly target: string;
  readonly options: unknown;
  /** Default: all. */
  readonly arms?: readonly string[];
  /** All solutions of a problem together, those of each arm, or those of each trial. */
  readonly pool: "problem" | "arm" | "trial";
  readonly wording: WordingOptions;
  readonly heldOut: HeldOutOptions;
  readonly licences?: Licences;
  readonly signal?: AbortSignal;
}

/**
 * Writes the rows of a form from finished runs, problem after problem, and the cards beside them. The same runs and
 * options give the same bytes.
 *
 * @throws InvalidOptionError, InvalidFileError and EnvironmentError; then no file is left behind.
 */
export function exportTraining(given: TrainingExport): Card {
  const { form, folders, target, pool, signal } = given;
  const options = parseOptions({ name: `--training ${form.name}`, options: form.options }, given.options);
  const index = new RunIndex(folders, given.arms);
  try {
    const admits = admissionOf(index, given.heldOut);
    const tally = new Tally();
    tally.leave("trials without texts", index.withoutTrace);
    tally.leave("trials of other arms", index.otherArms);
    const file: RowSink = target.endsWith(".parquet") ? new ParquetRows(target, form.row) : new RowFile(target);
    const context: FormContext = {
      wording: new Wording(given.wording),
      leave: (reason, count = 1) => tally.leave(reason, count),
      seed: given.heldOut.seed,
    };
    let withRows = 0;
    try {
      for (const problem of index.problems) {
        signal?.throwIfAborted();
        const { trials, other } = index.read(problem);
        tally.leave("trials on another question of the same name", other);
        const why = admits(problem, trials[0]?.trace.question ?? "");
        if (why !== null) {
          tally.leave(`problems ${why}`, 1);
          continue;
        }
        const before = file.rows;
        for (const part of poolsOf(trials, pool)) for (const row of form.rows(part, options, context)) file.add(row);
        if (file.rows > before) withRows++;
      }
      file.finish();
    } catch (error) {
      file.drop();
      throw error;
    }
    const card: Card = {
      ...{ form: form.name, summary: form.summary, papers: form.papers, loads: form.loads },
      file: basename(target),
      rows: file.rows,
      problems: { read: index.size, withRows },
      leftOut: tally.counts,
      ...{ options, wording: given.wording, heldOut: given.heldOut, pool, arms: given.arms ?? [] },
      runs: runsOf(index, given.licences ?? { dataset: () => undefined, policy: () => undefined }),
    };
    writeCards(card, given);
    return card;
  } finally {
    index.close();
  }
}

/** `train.jsonl.gz` has `train.card.json` and `train.card.md`. */
export const cardPath = (target: string, ending: "json" | "md"): string =>
  `${target.replace(/\.jsonl(\.gz)?$|\.gz$|\.parquet$/, "")}.card.${ending}`;

function writeCards(card: Card, { target, form }: TrainingExport): void {
  try {
    writeFileSync(cardPath(target, "json"), `${JSON.stringify(card, null, 2)}\n`);
    writeFileSync(cardPath(target, "md"), cardMarkdown(card, form));
  } catch (error) {
    throw new EnvironmentError(`The card of ${target} cannot be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function poolsOf(trials: readonly PooledTrial[], by: TrainingExport["pool"]): Pool[] {
  if (trials.length === 0) return [];
  if (by === "problem") return [poolOf(trials)];
  if (by === "trial") return trials.map((trial) => poolOf([trial]));
  return [...Map.groupBy(trials, ({ run, trial }) => JSON.stringify([run, trial.arm])).values()].map(poolOf);
}

class Tally {
  readonly #counts = new Map<string, number>();

  leave(reason: string, count: number): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

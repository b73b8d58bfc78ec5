import { existsSync, readFileSync } from "node:fs";
import { InvalidFileError, InvalidOptionError } from "../../core/errors.ts";
import { normalText } from "./problem-clusters.ts";
import type { RunIndex } from "./run-index.ts";

export interface HeldOutOptions {
  /** Ids of problems (or "dataset/id", or groups), or files of them. */
  readonly excludeIds: readonly string[];
  /** Files of problems, as JSON lines or plain texts one a line, that no row may come from. */
  readonly heldOut: readonly string[];
  /** Words in a row that a problem may not share with a held-out one; 0: only whole questions are compared. */
  readonly overlap: number;
  readonly split: "all" | "train" | "held-out";
  /** Share of the problems that the split holds out. */
  readonly share: number;
  readonly seed: string;
}

/** Why a problem is left out, or null. */
export type Admission = (problem: number, question: string) => string | null;

/**
 * Who may come into the set: a problem that is excluded takes all of its cluster with it (its group, and whoever has
 * the same question). @throws InvalidOptionError and InvalidFileError for files that cannot be read.
 */
export function admissionOf(index: RunIndex, options: HeldOutOptions): Admission {
  const { clusters } = index;
  const ids = new Set(options.excludeIds.flatMap(idsOf));
  const test = heldOutTexts(options.heldOut, options.overlap);
  const banned = new Set<number>();
  for (const problem of ids.size === 0 ? [] : index.problems) {
    if (clusters.namesOf(problem).some((name) => ids.has(name))) banned.add(clusters.of(problem));
  }
  for (const problem of test.size === 0 ? [] : index.problems) {
    const [first] = index.read(problem).trials;
    if (first !== undefined && test.has(first.trace.question)) banned.add(clusters.of(problem));
  }
  return (problem, question) => {
    if (banned.has(clusters.of(problem)) || test.has(question)) return "held out by name or text";
    if (options.split === "all") return null;
    const out = clusters.shareOf(problem, options.seed) < options.share;
    return out === (options.split === "held-out") ? null : "of the other side of the split";
  };
}

/** An id, several with commas, or a file with one a line (JSON lines give their `id`). */
function idsOf(given: string): string[] {
  if (!existsSync(given)) return given.split(",").flatMap((id) => (id.trim() === "" ? [] : [id.trim()]));
  return readFileSync(given, "utf8")
    .split("\n")
    .flatMap((line, i) => {
      if (line.trim() === "") return [];
      if (!line.trim().startsWith("{")) return [line.trim()];
      const { id } = objectOf(given, i + 1, line);
      if (typeof id !== "string" && typeof id !== "number") throw noField(given, i + 1, "an id");
      return [String(id)];
    });
}

interface HeldOutTexts {
  readonly size: number;
  has(question: string): boolean;
}

const textFields = ["question", "problem", "text", "prompt", "input", "query"] as const;

/** Questions of the files, whole and by their runs of `overlap` words. */
function heldOutTexts(files: readonly string[], overlap: number): HeldOutTexts {
  const whole = new Set<string>();
  const grams = new Set<string>();
  for (const file of files) {
    for (const text of questionsOf(file)) {
      whole.add(normalText(text));
      for (const gram of gramsOf(text, overlap)) grams.add(gram);
    }
  }
  return {
    size: whole.size,
    has: (question) =>
      whole.size > 0 && (whole.has(normalText(question)) || gramsOf(question, overlap).some((gram) => grams.has(gram))),
  };
}

/** Runs of so many words; of a text with fewer none. */
function gramsOf(text: string, length: number): string[] {
  if (length === 0) return [];
  const words = normalText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, Math.max(0, words.length - length + 1)).map((_, i) => words.slice(i, i + length).join(" "));
}

function questionsOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InvalidOptionError("--held-out", `cannot read ${file}: ${(error as Error).message}.`, { cause: error });
  }
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    if (!line.trim().startsWith("{")) return [line];
    const row = objectOf(file, i + 1, line);
    const found = textFields.map((field) => row[field]).find((value) => typeof value === "string");
    if (typeof found !== "string") throw noField(file, i + 1, `one of ${textFields.join(", ")}`);
    return [found];
  });
}

function objectOf(file: string, line: number, text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new InvalidFileError(file, line, "is not JSON.", { cause: error });
  }
}

const noField = (file: string, line: number, what: string) =>
  new InvalidFileError(file, line, `has no ${what}: what is held out cannot be told.`);

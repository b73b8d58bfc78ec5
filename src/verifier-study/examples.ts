import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Confidence } from "../core/candidate.ts";
import { InvalidFileError } from "../core/errors.ts";
import type { LineState } from "../core/policy.ts";
import { paragraphs } from "../engine/sampling.ts";
import { eachLine } from "../runs/records/journal.ts";

const lineStateSchema = z.object({ end: z.number(), tokens: z.number(), last: z.string(), mean: z.string() });
const candidateSchema = z.object({
  text: z.string(),
  answer: z.string().nullable(),
  score: z.number().nullable().optional(),
  correct: z.boolean(),
  confidence: z.array(z.number().nullable()).optional(),
  states: z.array(z.array(lineStateSchema)).optional(),
});
const traceSchema = z.object({
  problem: z.string(),
  seed: z.int().optional(),
  question: z.string(),
  candidates: z.array(candidateSchema),
});

/** A finished solution of a run with its graded outcome. */
export interface TraceExample {
  /** Solutions of one cluster never stand on two sides of a split. */
  readonly cluster: string;
  readonly question: string;
  readonly text: string;
  readonly steps: readonly string[];
  readonly answer: string | null;
  readonly correct: boolean;
  /** What the policy held at the ends of each step's lines, where the run kept it. */
  readonly states?: readonly (readonly LineState[])[];
  /** What the policy's log-probabilities said, where the run kept it. */
  readonly confidence?: Confidence;
}

/**
 * The candidates of a run's traces.jsonl, with the group of each problem from results.jsonl. A text that stands several
 * times on one problem is given once. With `repeats` it is given as often as it was drawn: for each seed the most that
 * one arm has, since arms share samples. `from` is the run's folder or a traces file.
 *
 * @throws InvalidFileError with the line that cannot be read, or when there is none.
 */
export function traceExamples(from: string, { repeats = false } = {}): TraceExample[] {
  const folder = existsSync(from) && statSync(from).isDirectory();
  const path = folder ? join(from, "traces.jsonl") : from;
  const groups = folder ? groupsOf(join(from, "results.jsonl")) : new Map<string, string>();
  const clusters = new Map<string, string>();
  const seen = new Map<string, number>();
  const examples: TraceExample[] = [];
  eachJsonLine(path, (value, line) => {
    const parsed = traceSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new InvalidFileError(path, line, `is no trace: ${issue?.path.join(".")} ${issue?.message}.`);
    }
    const { problem, seed = 0, question, candidates } = parsed.data;
    const own = new Map<string, number>();
    const key = question.toLowerCase().replace(/\s+/g, " ").trim();
    const cluster = clusters.get(key) ?? groups.get(problem) ?? key;
    clusters.set(key, cluster);
    for (const { text, answer, correct, confidence, states } of candidates) {
      if (text.trim() === "") continue;
      const content = `${key}\u0000${repeats ? seed : ""}\u0000${text}`;
      const times = repeats ? (own.get(content) ?? 0) + 1 : 1;
      own.set(content, times);
      if ((seen.get(content) ?? 0) >= times) continue;
      seen.set(content, times);
      const steps = paragraphs({ text, completionTokens: 0 }).map((step) => step.text);
      const held = states?.length === steps.length ? states : undefined;
      examples.push({ cluster, question, text, steps, answer, correct, confidence, states: held });
    }
  });
  return examples;
}

function groupsOf(path: string): Map<string, string> {
  const groups = new Map<string, string>();
  if (!existsSync(path)) return groups;
  const schema = z.object({ problem: z.string(), group: z.string().optional() });
  eachJsonLine(path, (value) => {
    const { data } = schema.safeParse(value);
    if (data?.group !== undefined) groups.set(data.problem, data.group);
  });
  return groups;
}

/** Line by line: with hidden states a file is larger than any string may be. */
function eachJsonLine(path: string, visit: (value: unknown, line: number) => void): void {
  let line = 0;
  const take = (row: string) => {
    line++;
    if (row.trim() === "") return;
    let value: unknown;
    try {
      value = JSON.parse(row);
    } catch (error) {
      throw new InvalidFileError(path, line, "is not JSON.", { cause: error });
    }
    visit(value, line);
  };
  try {
    take(textFrom(path, eachLine(path, take)));
  } catch (error) {
    if (error instanceof InvalidFileError) throw error;
    throw new InvalidFileError(path, null, "cannot be read. Give the folder of a finished run that kept its traces.", {
      cause: error,
    });
  }
}

/** What stands behind the last line's end. */
function textFrom(path: string, offset: number): string {
  const rest = Buffer.alloc(Math.max(0, statSync(path).size - offset));
  const file = openSync(path, "r");
  try {
    return rest.toString("utf8", 0, readSync(file, rest, 0, rest.length, offset));
  } finally {
    closeSync(file);
  }
}

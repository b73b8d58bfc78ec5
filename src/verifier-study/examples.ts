import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Confidence } from "../core/candidate.ts";
import { InvalidFileError } from "../core/errors.ts";
import type { LineState } from "../core/policy.ts";
import { paragraphs } from "../engine/sampling.ts";
import { normalText } from "../export/training/problem-clusters.ts";
import { eachLine } from "../runs/records/journal.ts";
import { QuestionClusters } from "./question-clusters.ts";

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
  key: z.string().optional(),
  arm: z.string().optional(),
  problem: z.string(),
  seed: z.int().optional(),
  question: z.string(),
  candidates: z.array(candidateSchema),
});
type Trace = z.output<typeof traceSchema>;

/** A finished solution of a run with its graded outcome. */
export interface TraceExample {
  /** Solutions of one cluster never stand on two sides of a split. */
  readonly cluster: string;
  readonly question: string;
  readonly text: string;
  readonly steps: readonly string[];
  readonly answer: string | null;
  /** Null where the grader could not tell. */
  readonly correct: boolean | null;
  /** What the policy held at the ends of each step's lines, where the run kept it. */
  readonly states?: readonly (readonly LineState[])[];
  /** What the policy's log-probabilities said, where the run kept it. */
  readonly confidence?: Confidence;
}

/** One that the grader could judge: nothing can be learned from the others, nor measured on them. */
export interface GradedExample extends TraceExample {
  readonly correct: boolean;
}

export function gradedOf(examples: readonly TraceExample[]) {
  const graded = examples.filter((example): example is GradedExample => example.correct !== null);
  return { graded, undecided: examples.length - graded.length };
}

/**
 * The candidates of runs' traces.jsonl. The results.jsonl beside it tells which of them the grader could not judge, and
 * the problem's group; clusters are over all runs. A text that stands several times on one problem of a run is given
 * once. With `repeats` it is given as often as it was drawn: for each seed the most that one arm has, since arms share
 * samples. `from` are runs' folders or traces files.
 *
 * @throws InvalidFileError with the line that cannot be read, or when there is none.
 */
export function traceExamples(from: string | readonly string[], { repeats = false } = {}): TraceExample[] {
  const clusters = new QuestionClusters();
  const read = [from].flat().flatMap((path) => examplesOf(path, repeats, clusters));
  return read.map((example) => ({ ...example, cluster: clusters.of(example.question) }));
}

function examplesOf(from: string, repeats: boolean, clusters: QuestionClusters): Omit<TraceExample, "cluster">[] {
  const folder = existsSync(from) && statSync(from).isDirectory();
  const path = folder ? join(from, "traces.jsonl") : from;
  const ofRun = basename(path) === "traces.jsonl";
  const results = new Results(ofRun ? join(dirname(path), "results.jsonl") : null);
  const seen = new Map<string, number>();
  const examples: Omit<TraceExample, "cluster">[] = [];
  eachJsonLine(path, (value, line) => {
    const parsed = traceSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new InvalidFileError(path, line, `is no trace: ${issue?.path.join(".")} ${issue?.message}.`);
    }
    const { seed = 0, question, candidates } = parsed.data;
    const { problem, group, undecided } = results.of(parsed.data);
    clusters.join({ question, problem, group });
    const own = new Map<string, number>();
    for (const [i, { text, answer, correct, confidence, states }] of candidates.entries()) {
      if (text.trim() === "") continue;
      const known = !undecided.has(i);
      // One that could not be judged does not stand for the same text where it was.
      const content = JSON.stringify([normalText(question), repeats ? seed : null, known, text]);
      const times = repeats ? (own.get(content) ?? 0) + 1 : 1;
      own.set(content, times);
      if ((seen.get(content) ?? 0) >= times) continue;
      seen.set(content, times);
      const steps = paragraphs({ text, completionTokens: 0 }).map((step) => step.text);
      const held = states?.length === steps.length ? states : undefined;
      examples.push({ question, text, steps, answer, correct: known ? correct : null, confidence, states: held });
    }
  });
  return examples;
}

const resultSchema = z.object({
  key: z.string().optional(),
  arm: z.string().optional(),
  dataset: z.string().optional(),
  problem: z.string(),
  group: z.string().optional(),
  candidates: z.array(z.object({ undecided: z.boolean().optional() })).optional(),
});

/** What results say of a trial that its trace does not. */
interface TrialFacts {
  /** "dataset/id". */
  readonly problem?: string;
  readonly group?: string;
  /** Places of the candidates that the grader could not judge. */
  readonly undecided: ReadonlySet<number>;
}

/** The lines of a results.jsonl by the trial, of which the last one counts. */
class Results {
  readonly #trials = new Map<string, TrialFacts>();
  readonly #groups = new Map<string, string>();

  /** Null, or a file that is not there: nothing is known. */
  constructor(path: string | null) {
    if (path === null || !existsSync(path)) return;
    eachJsonLine(path, (value) => {
      const { data } = resultSchema.safeParse(value);
      if (data === undefined) return;
      const { dataset, problem, group, candidates = [] } = data;
      if (group !== undefined) this.#groups.set(problem, group);
      const undecided = new Set(candidates.flatMap((candidate, i) => (candidate.undecided === true ? [i] : [])));
      const name = dataset === undefined ? undefined : `${dataset}/${problem}`;
      this.#trials.set(placeOf(data), { problem: name, group, undecided });
    });
  }

  of(trace: Trace): TrialFacts {
    const known = trace.key === undefined ? undefined : this.#trials.get(placeOf(trace));
    return known ?? { group: this.#groups.get(trace.problem), undecided: new Set() };
  }
}

/** Arms that differ in their labels alone have trials of the same key. */
const placeOf = ({ arm, key }: { readonly arm?: string; readonly key?: string }): string => JSON.stringify([arm, key]);

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

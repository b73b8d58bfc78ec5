import { z } from "zod";
import { InvalidFileError } from "../../core/errors.ts";
import { describeIssue } from "../../core/strategy.ts";
import { isPlainTrial } from "./plain-trial.ts";
import type { TraceRecord, TrialRecord } from "./record.ts";

const count = z.int().min(0);
const amount = z.number().min(0);

const usage = z.object({
  calls: amount,
  promptTokens: amount,
  cachedPromptTokens: amount.optional(),
  completionTokens: amount,
  dollars: amount,
});
export const ledgerSchema = z.object({ policy: usage, verifier: usage, sandbox: z.object({ runs: count }) });

const notes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const scores = z.array(z.number().nullable());

const candidate = z.object({
  answer: z.string().nullable(),
  class: z.int().min(-1),
  correct: z.boolean(),
  undecided: z.literal(true).optional(),
  parts: z.record(z.string(), z.boolean().nullable()).optional(),
  score: z.number().nullable(),
  complete: z.boolean(),
  tokens: amount,
  efficiency: z.number().optional(),
  stepClass: z.number().nullable().optional(),
  costRatio: z.number().nullable().optional(),
  dps: z.number().optional(),
  dpsNorm: z.number().optional(),
  revision: z.object({ round: count, of: count.optional(), accepted: z.boolean().optional() }).optional(),
});

/**
 * A line of results.jsonl: fields of earlier and later versions that are not here are let through. A field that is
 * added or narrowed here is so in plain-trial.ts too.
 */
export const trialSchema = z.object({
  version: z.number(),
  key: z.string().min(1),
  arm: z.string(),
  strategy: z.string(),
  dataset: z.string(),
  problem: z.string(),
  group: z.string().optional(),
  tags: z.array(z.string()).optional(),
  difficulty: z.number().optional(),
  seed: z.number(),
  reference: z.string().optional(),
  answer: z.string().nullable(),
  verdict: z.enum(["correct", "incorrect", "unparsed", "undecided", "error"]),
  failure: z.string().optional(),
  grader: z.object({ name: z.string(), version: z.string() }).optional(),
  rule: z.string(),
  reason: z.string(),
  support: z.number().nullable(),
  stopped: z.string(),
  candidates: z.array(candidate),
  picks: z.array(z.tuple([count, count.nullable(), amount, amount])),
  usage: ledgerSchema,
  passed: z.array(z.object({ limit: z.string(), allowed: z.number(), spent: z.number() })).optional(),
  rounds: count.optional(),
  moment: z.object({ milliseconds: amount, serviceMs: amount.optional(), spent: ledgerSchema }),
});

const node = z.object({
  node: z.int(),
  parent: z.int().nullable(),
  depth: z.number(),
  text: z.string(),
  kind: z.string().optional(),
  score: z.number().nullable(),
  logprob: z.number().nullable(),
  tokens: z.number(),
  terminal: z.boolean(),
  answer: z.string().nullable(),
  raw: z.number().optional(),
  reason: z.string().optional(),
  visits: z.number().optional(),
  value: z.number().nullable().optional(),
  prompt: z.int().optional(),
});

const tracedCandidate = z.object({
  text: z.string(),
  answer: z.string().nullable(),
  score: z.number().nullable(),
  correct: z.boolean(),
  confidence: scores.optional(),
  lengths: z
    .array(z.object({ own: count, printed: count.optional(), kind: z.string().optional() }))
    .nullable()
    .optional(),
  tokens: z.array(z.tuple([z.string(), z.number()])).optional(),
  notes: notes.optional(),
  judgement: z.string().optional(),
  raw: z.number().optional(),
  steps: scores.optional(),
  rawSteps: scores.optional(),
  prompt: z.int().optional(),
});

const promptRecord = z.object({
  purpose: z.string(),
  samples: z.number(),
  messages: z.array(z.object({ role: z.string(), text: z.array(z.union([z.string(), z.int()])) })),
});

const traceSchema = z.object({
  key: z.string().min(1),
  arm: z.string(),
  problem: z.string(),
  seed: z.number(),
  question: z.string(),
  candidates: z.array(tracedCandidate),
  nodes: z.array(node).optional(),
  calls: z.array(
    z.object({
      role: z.string(),
      purpose: z.string(),
      samples: z.number(),
      promptTokens: z.number(),
      completionTokens: z.number(),
    }),
  ),
  prompts: z.array(promptRecord).optional(),
  promptTexts: z.array(z.string()).optional(),
  promptsLeftOut: z.number().optional(),
});

/** A solved trial as it comes from elsewhere, before it is graded: see WrittenTrial. */
export const writtenSchema = z
  .object({
    results: trialSchema
      .pick({ answer: true, reason: true, support: true, stopped: true, picks: true })
      .extend({ ...trialSchema.pick({ usage: true, rounds: true, moment: true }).shape, picked: count.nullable() }),
    candidates: z.array(candidate.pick({ answer: true, score: true, complete: true, tokens: true, revision: true })),
    trace: traceSchema
      .omit({ key: true, arm: true, problem: true, seed: true, question: true })
      .extend({ candidates: z.array(tracedCandidate.omit({ correct: true })) }),
  })
  .refine(({ candidates, trace }) => candidates.length === trace.candidates.length, {
    path: ["trace", "candidates"],
    error: "must be as many as the candidates.",
  })
  .refine(({ results: { picked }, candidates }) => picked === null || picked < candidates.length, {
    path: ["results", "picked"],
    error: "must be the index of a candidate.",
  });

/** The same trial's grade, where it comes from elsewhere too. */
export const gradedSchema = z.object({
  verdict: trialSchema.shape.verdict.exclude(["error"]),
  rule: z.string(),
  candidates: z.array(candidate),
});

export type Reader<T> = (path: string, line: number | null, text: string) => T;

const again = "Remove the line: its trial is done again, from stored samples where they are kept.";

/**
 * Reads what `schema` describes; what fits is given back as it stands.
 *
 * @param isPlain a quicker test than the schema, which nothing passes that does not fit it.
 */
export const readerOf =
  <T>(
    schema: z.ZodType,
    remedy: string,
    what = "a JSON record",
    isPlain: (given: unknown) => boolean = () => false,
  ): Reader<T> =>
  (path, line, text) => {
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch (error) {
      throw new InvalidFileError(path, line, `is not ${what}. ${remedy}`, { cause: error });
    }
    const damage = isPlain(given) ? null : damageOf(schema, given);
    if (damage === null) return given as T;
    throw new InvalidFileError(path, line, `is damaged: ${damage} ${remedy}`);
  };

/** What is wrong with a value, with the field; null where nothing is. */
export function damageOf(schema: z.ZodType, given: unknown): string | null {
  const read = schema.safeParse(given);
  if (read.success) return null;
  const [issue] = read.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "" : `"${issue.path.map(String).join(".")}" `;
  return `${field}${describeIssue(issue, given)}`;
}

/** One line of results.jsonl. @throws InvalidFileError with file, line, field and remedy. */
export const readTrial = readerOf<TrialRecord>(trialSchema, again, undefined, isPlainTrial);

/** One line of traces.jsonl. @throws InvalidFileError with file, line, field and remedy. */
export const readTrace = readerOf<TraceRecord>(traceSchema, "Remove the line: its trial keeps its result.");

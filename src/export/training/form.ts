import { z } from "zod";
import { Random } from "../../core/random.ts";
import { draws, isIndependent, type Pool, type PooledCandidate } from "./pool.ts";
import type { Span } from "./spans.ts";
import type { Message, Wording, Words } from "./wording.ts";

/** What a form is given beside its pool. */
export interface FormContext {
  readonly wording: Wording;
  /** Counts what is left out, by the reason. */
  readonly leave: (reason: string, count?: number) => void;
  readonly seed: string;
}

/** A kind of training set: how the rows of a pool are made, what they hold, and after which papers. */
export interface TrainingForm<Options, Row> {
  readonly name: string;
  readonly summary: string;
  readonly papers: string;
  readonly options: z.ZodType<Options>;
  /** Every row fits it. */
  readonly row: z.ZodType<Row>;
  /** What loads it: trainers and the names that they call its columns. */
  readonly loads: string;
  rows(pool: Pool, options: Options, context: FormContext): Iterable<Row>;
}

export const defineForm = <Options, Row>(form: TrainingForm<Options, Row>): TrainingForm<Options, Row> => form;

const messageSchema = z.strictObject({ role: z.string(), content: z.string() });
export const wordsSchema: z.ZodType<Words> = z
  .union([z.string(), z.array(messageSchema)])
  .describe("messages, or a text with --plain");

export const spansSchema = (what: string): z.ZodType<readonly Span[]> =>
  z
    .array(z.tuple([z.int().min(0), z.int().min(1)]))
    .describe(`${what}: [first character, behind the last], in code points`);

export const sourceSchema = z.strictObject({
  run: z.string(),
  dataset: z.string(),
  problem: z.string(),
  arm: z.string(),
  strategy: z.string(),
  policy: z.string(),
  seed: z.int(),
  candidate: z.int().min(0),
});

/** Numbers of a pool that depend on nothing but the seed and the problem. */
export const randomOf = ({ seed }: FormContext, { dataset, problem }: Pool, what: string): Random =>
  new Random(JSON.stringify(["training", seed, dataset, problem, what]));

/** Reasons for which a candidate is left out, as the card counts them. */
export const reasons = {
  cut: "cut before its end",
  undecided: "not known to be right or wrong",
  wrong: "wrong",
  blank: "without a text",
  twice: "the same as another of its problem",
  prompt: "its prompt was not kept",
  steps: "its steps are not known (keep: [steps])",
  score: "without a score",
  value: "without a value",
  stepScores: "its steps are not all scored",
} as const;

/** Candidates that are whole and graded, with the messages before each; what is left out is counted. */
export function graded(
  candidates: readonly PooledCandidate[],
  { wording, leave }: FormContext,
): (PooledCandidate & { readonly messages: readonly Message[]; readonly right: boolean })[] {
  return candidates.flatMap((candidate) => {
    const { right, record, text } = candidate;
    const reason =
      text.trim() === ""
        ? reasons.blank
        : right === null
          ? reasons.undecided
          : !record.complete
            ? reasons.cut
            : undefined;
    const messages = reason === undefined ? wording.messages(candidate) : null;
    if (reason === undefined && messages !== null && right !== null) return [{ ...candidate, messages, right }];
    leave(reason ?? reasons.prompt);
    return [];
  });
}

export type Graded = ReturnType<typeof graded>[number];

export const drawsOption = z
  .enum(["independent", "all"])
  .default("independent")
  .describe("solutions that were drawn by themselves, or those of searches, corrections and branches too");

/** The draws that a share is counted over; without them a share is that of a walk, not of the policy. */
export function counted(pool: Pool, how: "independent" | "all", leave: FormContext["leave"]): PooledCandidate[] {
  const wanted = how === "all" ? pool.candidates : pool.candidates.filter(isIndependent);
  const reason = "of a search, a correction or a branch, or left where others were dropped: no independent draw";
  leave(reason, pool.candidates.length - wanted.length);
  return draws(wanted);
}

/** The first of each key; the others are counted as the same. */
export function firstOfEach<T>(all: readonly T[], keyOf: (one: T) => string, leave: FormContext["leave"]): T[] {
  const kept = new Map<string, T>();
  for (const one of all) {
    const key = keyOf(one);
    if (kept.has(key)) leave(reasons.twice);
    else kept.set(key, one);
  }
  return [...kept.values()];
}

export const dedupes = ["text", "steps", "none"] as const;

/** Keys by which solutions are the same: never, by their text, or by what their steps compute. */
export function sameness(how: (typeof dedupes)[number]): (candidate: Pick<PooledCandidate, "text">) => string {
  let next = 0;
  if (how === "none") return () => String(next++);
  const textKey = ({ text }: Pick<PooledCandidate, "text">): string => text.replace(/\s{2,}|[^\S ]/g, " ").trim();
  return how === "text" ? textKey : (candidate) => equationsOf(candidate.text) ?? textKey(candidate);
}

/** The equations of a text in their order without blanks (RFT, Yuan et al. 2023, arXiv:2308.01825); null: none. */
function equationsOf(text: string): string | null {
  const found = text.match(/[-+*/×÷·^().\d\s$%,]*\d[-+*/×÷·^().\d\s$%,]*=\s*[-$(]*\d[\d.,]*/g);
  return found === null ? null : found.map((equation) => equation.replace(/[\s$,]+/g, "")).join(";");
}

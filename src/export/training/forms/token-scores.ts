import { z } from "zod";
import { counted, defineForm, drawsOption, type FormContext, type Graded, sourceSchema, wordsSchema } from "../form.ts";
import { type Pool, sourceOf } from "../pool.ts";
import { type Choice, PrefixTree } from "../prefix-tree.ts";
import { tokenwise } from "./token-values.ts";

const options = z.strictObject({
  rows: z.enum(["solutions", "pairs"]).default("solutions").describe("a row a solution, or a right over a wrong one"),
  by: z
    .enum(["draws", "policies"])
    .default("draws")
    .describe("likelihoods among the right and the wrong draws, or those of two policies that drew the same text"),
  positive: z.string().optional().describe("label of the arm of the positive policy, for by=policies"),
  negative: z.string().optional().describe("label of the arm of the negative policy"),
  beta: z.number().min(0).default(1).describe("β: a score is p+^(1+β) / p-^β, normalised over the tokens drawn there"),
  smoothing: z.number().positive().default(0.5).describe("added to every count of right and of wrong draws"),
  least: z.int().min(1).default(4).describe("draws through a token that is called critical at least"),
  most: z.int().min(1).default(4).describe("pairs of a problem at most"),
  draws: drawsOption,
});
type Options = z.output<typeof options>;

const numbers = z.array(z.number().nullable());
const scores = numbers.describe("contrastive estimate of each token, in [0, 1]; null where it is not known");
const contrast = numbers.describe("log p+ − log p-; null where either is not known");
const critical = z
  .int()
  .min(0)
  .nullable()
  .describe("place of the first token from which no draw ends right; null where there is none or too few draws tell");

const solutionRow = z.strictObject({
  prompt: wordsSchema,
  completion: wordsSchema,
  tokens: z.array(z.string()).min(1).describe("of the policy's tokenizer; joined they are the completion"),
  scores,
  contrast,
  logprobs: z.array(z.number()).describe("of the policy that drew it"),
  critical,
  right: z.boolean(),
  source: sourceSchema,
});
const pairRow = z.strictObject({
  prompt: wordsSchema,
  chosen: wordsSchema,
  rejected: wordsSchema,
  chosen_tokens: z.array(z.string()).min(1),
  rejected_tokens: z.array(z.string()).min(1),
  chosen_scores: scores,
  rejected_scores: scores,
  chosen_contrast: contrast,
  rejected_contrast: contrast,
  critical,
  chosen_source: sourceSchema,
  rejected_source: sourceSchema,
});

interface Scored {
  readonly candidate: Graded;
  readonly texts: readonly string[];
  readonly logprobs: readonly number[];
  readonly scores: readonly (number | null)[];
  readonly contrast: readonly (number | null)[];
  readonly critical: number | null;
}

/**
 * What each token speaks for: the contrastive estimate of cDPO (Lin et al. 2024, section 4), softmax((1 + β) log p+ −
 * β log p-). The authors fine-tune a positive policy on right and a negative one on wrong solutions; here p+ and p- are
 * what such policies would learn from the draws at hand: shares of the right and of the wrong draws with the same
 * beginning. Where no right or no wrong draw has it, nothing is known.
 */
export const tokenScores = defineForm({
  name: "token-scores",
  summary: "contrastive likelihood of every token, critical tokens, and pairs that carry them",
  papers: "cDPO 2411.19943",
  loads: "token-level DPO (chosen weighs score, rejected 1 − score); TRL DPOTrainer takes rows=pairs without them",
  options,
  row: z.union([solutionRow, pairRow]),
  *rows(pool, given, context) {
    const all = given.by === "draws" ? byDraws(pool, given, context) : byPolicies(pool, given, context);
    if (given.rows === "pairs") yield* pairRows(all, given, context);
    else
      for (const { candidate, texts, logprobs, ...found } of all) {
        yield {
          prompt: context.wording.prompt(candidate.messages),
          completion: context.wording.completion(candidate.text),
          tokens: [...texts],
          scores: [...found.scores],
          contrast: [...found.contrast],
          logprobs: [...logprobs],
          critical: found.critical,
          right: candidate.right,
          source: sourceOf(candidate),
        };
      }
  },
});

function byDraws(pool: Pool, { beta, smoothing, least, draws }: Options, context: FormContext): Scored[] {
  const known = tokenwise(counted(pool, draws, context.leave), context);
  const tree = new PrefixTree();
  for (const { candidate, texts } of known) tree.add(texts, candidate.right);
  return known.map(({ candidate, texts, tokens }) => {
    const along = tree.choicesAlong(texts);
    const found = along.map((choice) => contrastOf(choice, beta, smoothing));
    return {
      candidate,
      texts,
      logprobs: tokens.map(([, logprob]) => logprob),
      scores: found.map((one) => one?.score ?? null),
      contrast: found.map((one) => one?.contrast ?? null),
      critical: candidate.right ? null : criticalAt(along, least),
    };
  });
}

/** Null where no right, or no wrong, draw has this beginning. */
export function contrastOf(
  { before, taken, all }: Choice,
  beta: number,
  smoothing: number,
): { readonly score: number; readonly contrast: number } | null {
  const [right, wrong] = [before.right, before.drawn - before.right];
  if (right === 0 || wrong === 0) return null;
  const logs = (one: { readonly right: number; readonly drawn: number }) => ({
    positive: Math.log((one.right + smoothing) / (right + smoothing * all.length)),
    negative: Math.log((one.drawn - one.right + smoothing) / (wrong + smoothing * all.length)),
  });
  const logit = ({ positive, negative }: ReturnType<typeof logs>) => (1 + beta) * positive - beta * negative;
  const logits = all.map((one) => logit(logs(one)));
  const highest = Math.max(...logits);
  const sum = logits.reduce((total, one) => total + Math.exp(one - highest), 0);
  const own = logs(taken);
  return { score: Math.exp(logit(own) - highest) / sum, contrast: own.positive - own.negative };
}

/** Null where fewer draws than `least` go through it: then it is not known whether it is critical. */
function criticalAt(along: readonly Choice[], least: number): number | null {
  const at = along.findIndex(({ taken }) => taken.right === 0);
  return at >= 0 && (along[at]?.taken.drawn ?? 0) >= least ? at : null;
}

/** Texts that both policies drew, with the log-probabilities that each gave: one row a text. */
function byPolicies(pool: Pool, { positive, negative }: Options, context: FormContext): Scored[] {
  const known = tokenwise(pool.candidates, context);
  const of = (arm: string | undefined) =>
    new Map(known.filter(({ candidate }) => candidate.of.trial.arm === arm).map((one) => [one.candidate.text, one]));
  const [good, bad] = [of(positive), of(negative)];
  return [...good].flatMap(([text, one]): Scored[] => {
    const other = bad.get(text);
    if (other === undefined || other.texts.join("\u0000") !== one.texts.join("\u0000")) {
      context.leave("its likelihood is known of one policy alone");
      return [];
    }
    const contrasts = one.tokens.map(([, logprob], t) => logprob - (other.tokens[t]?.[1] ?? Number.NaN));
    const logprobs = one.tokens.map(([, logprob]) => logprob);
    const scores = one.tokens.map(() => null);
    return [{ candidate: one.candidate, texts: one.texts, logprobs, scores, contrast: contrasts, critical: null }];
  });
}

function* pairRows(all: readonly Scored[], { most }: Options, { wording, leave }: FormContext) {
  const right = all.filter(({ candidate }) => candidate.right);
  const wrong = all.filter(({ candidate }) => !candidate.right);
  if (right.length === 0 || wrong.length === 0) leave("solutions without one to be paired with", all.length);
  const length = right.length === 0 || wrong.length === 0 ? 0 : Math.min(most, Math.max(right.length, wrong.length));
  for (let i = 0; i < length; i++) {
    const [chosen, rejected] = [right[i % right.length], wrong[i % wrong.length]];
    if (chosen === undefined || rejected === undefined) continue;
    if (JSON.stringify(chosen.candidate.messages) !== JSON.stringify(rejected.candidate.messages)) {
      leave("pairs that were asked otherwise");
      continue;
    }
    yield {
      prompt: wording.prompt(chosen.candidate.messages),
      chosen: wording.completion(chosen.candidate.text),
      rejected: wording.completion(rejected.candidate.text),
      chosen_tokens: [...chosen.texts],
      rejected_tokens: [...rejected.texts],
      chosen_scores: [...chosen.scores],
      rejected_scores: [...rejected.scores],
      chosen_contrast: [...chosen.contrast],
      rejected_contrast: [...rejected.contrast],
      critical: rejected.critical,
      chosen_source: sourceOf(chosen.candidate),
      rejected_source: sourceOf(rejected.candidate),
    };
  }
}

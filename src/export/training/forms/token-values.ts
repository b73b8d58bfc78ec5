import { z } from "zod";
import { counted, defineForm, drawsOption, type FormContext, graded, sourceSchema, wordsSchema } from "../form.ts";
import { type PooledCandidate, sourceOf } from "../pool.ts";
import { PrefixTree, shareRight } from "../prefix-tree.ts";

const options = z.strictObject({
  values: z
    .enum(["prefix", "outcome"])
    .default("prefix")
    .describe("P(right | tokens so far) over the prefix tree (TVM), or the solution's own outcome at each token (OVM)"),
  draws: drawsOption,
});

const row = z.strictObject({
  prompt: wordsSchema,
  completion: wordsSchema,
  tokens: z.array(z.string()).min(1).describe("of the policy's tokenizer; joined they are the completion"),
  values: z.array(z.number().min(0).max(1)).describe("one a token"),
  counts: z.array(z.int().min(1)).describe("draws through each prefix"),
  logprobs: z.array(z.number()),
  right: z.boolean(),
  source: sourceSchema,
});

/** The chance of ending right at each token. */
export const tokenValues = defineForm({
  name: "token-values",
  summary: "P(right | tokens so far) at every token of a solution, with counts",
  papers: "TVM 2407.12863, OVM 2311.09724",
  loads: "token-level value heads; one value a token of the policy's own tokenizer",
  options,
  row,
  *rows(pool, { values, draws }, context) {
    const { leave, wording } = context;
    const known = tokenwise(counted(pool, draws, leave), context);
    const tree = new PrefixTree();
    for (const { candidate, texts } of known) tree.add(texts, candidate.right);
    for (const { candidate, tokens, texts } of known) {
      const along = tree.along(texts);
      yield {
        prompt: wording.prompt(candidate.messages),
        completion: wording.completion(candidate.text),
        tokens: texts,
        values: along.map((count) => (values === "outcome" ? Number(candidate.right) : shareRight(count))),
        counts: along.map(({ drawn }) => drawn),
        logprobs: tokens.map(([, logprob]) => logprob),
        right: candidate.right,
        source: sourceOf(candidate),
      };
    }
  },
});

/** Each whole, graded solution with its tokens, where they were kept and are its text. */
export function tokenwise(candidates: readonly PooledCandidate[], context: FormContext) {
  return graded(candidates, context).flatMap((candidate) => {
    const { tokens } = candidate.traced;
    if (tokens === undefined || tokens.length === 0) {
      context.leave("its tokens were not kept (keep: [logprobs])");
      return [];
    }
    const texts = tokens.map(([token]) => token);
    if (texts.join("") === candidate.text) return [{ candidate, tokens, texts }];
    context.leave("its tokens are not its text");
    return [];
  });
}

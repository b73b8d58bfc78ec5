import { z } from "zod";
import {
  counted,
  defineForm,
  drawsOption,
  type FormContext,
  type Graded,
  graded,
  reasons,
  sourceSchema,
  wordsSchema,
} from "../form.ts";
import { type Pool, type PooledCandidate, sourceOf, stepsOf } from "../pool.ts";
import { PrefixTree, shareRight, standardError } from "../prefix-tree.ts";

const options = z.strictObject({
  rows: z.enum(["solutions", "prefixes"]).default("solutions").describe("a row a solution, or a row a distinct prefix"),
  above: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("a step's label is true where its value is above it; 0: where any draw through it ends right"),
  draws: drawsOption,
  least: z.int().min(1).default(1).describe("draws through a prefix at least, for rows=prefixes"),
});

const numbers = {
  values: z.array(z.number().min(0).max(1)).describe("P(right | the solution up to this step)"),
  counts: z.array(z.int().min(1)).describe("draws through each prefix"),
};
const solutionRow = z.strictObject({
  prompt: z.string(),
  completions: z.array(z.string()).min(1).describe("the steps"),
  labels: z.array(z.boolean()),
  ...numbers,
  value_before: z.number().describe("P(right) before the first step"),
  right: z.boolean(),
  source: sourceSchema,
});
const prefixRow = z.strictObject({
  prompt: wordsSchema,
  completion: wordsSchema.describe("the prefix"),
  step: z.int().min(1),
  value: z.number().min(0).max(1),
  right: z.int().min(0),
  count: z.int().min(1),
  standard_error: z.number(),
  source: sourceSchema.omit({ arm: true, strategy: true, policy: true, seed: true, candidate: true }),
});

/** The chance of ending right after each step, from draws that share their beginnings. */
export const prefixValues = defineForm({
  name: "prefix-values",
  summary: "P(right | prefix) after every step, over the tree of the problem's solutions, with counts",
  papers: "OVM 2311.09724, Math-Shepherd 2312.08935, OmegaPRM 2406.06592, ReST-MCTS* 2406.03816",
  loads:
    "TRL PRMTrainer (rows=solutions; TRL 1.14 has none any more); OpenRLHF's process reward data by joining steps with its placeholder",
  options,
  row: z.union([solutionRow, prefixRow]),
  *rows(pool, { rows, above, least, draws }, context) {
    const known = stepwise(counted(pool, draws, context.leave), context);
    const tree = new PrefixTree();
    for (const { key, right } of known) tree.add(key, right);
    if (rows === "prefixes") yield* prefixesOf(pool, tree, least, context);
    else
      for (const { candidate, key, right } of known) {
        const along = tree.along(key);
        yield {
          prompt: plain(candidate),
          completions: key.slice(),
          labels: along.map((count) => shareRight(count) > above),
          values: along.map(shareRight),
          counts: along.map(({ drawn }) => drawn),
          value_before: shareRight(tree.root),
          right,
          source: sourceOf(candidate),
        };
      }
  },
});

/** Each whole, graded draw with its steps, blanks at their ends taken off. */
export function stepwise(drawn: readonly PooledCandidate[], context: FormContext) {
  return graded(drawn, context).flatMap((candidate) => {
    const steps = stepsOf(candidate);
    if (steps === null) {
      context.leave(reasons.steps);
      return [];
    }
    const key = steps.map(({ own, printed }) => (own + printed).trim()).filter((text) => text !== "");
    return key.length === 0 ? [] : [{ candidate, key, right: candidate.right }];
  });
}

/** Stepwise rows have no messages in TRL: the question as it is. */
export const plain = ({ messages }: Graded): string => messages.map(({ content }) => content).join("\n\n");

function* prefixesOf(pool: Pool, tree: PrefixTree, least: number, { wording, leave }: FormContext) {
  const messages = wording.question(pool.question);
  const [first] = pool.trials;
  for (const { parts, count } of tree.each()) {
    if (count.drawn < least) {
      leave(`prefixes with fewer than ${least} draws`);
      continue;
    }
    yield {
      prompt: wording.prompt(messages),
      completion: wording.completion(parts.join("\n\n")),
      step: parts.length,
      value: shareRight(count),
      right: count.right,
      count: count.drawn,
      standard_error: standardError(count),
      source: { run: first?.run ?? "", dataset: pool.dataset, problem: pool.problem },
    };
  }
}

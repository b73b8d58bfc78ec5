import { z } from "zod";
import {
  dedupes,
  defineForm,
  firstOfEach,
  type Graded,
  graded,
  reasons,
  sameness,
  sourceSchema,
  wordsSchema,
} from "../form.ts";
import { sourceOf } from "../pool.ts";

const options = z.strictObject({
  by: z.enum(["outcome", "score"]).default("outcome").describe("right before wrong, then by score; or by score alone"),
  most: z.int().min(2).optional().describe("solutions of a row at most; default: all"),
  dedupe: z.enum(dedupes).default("text"),
});

const row = z.strictObject({
  prompt: wordsSchema,
  completions: z.array(wordsSchema).min(2).describe("best first"),
  ranks: z.array(z.int().min(1)).describe("1 for the best; equal ones share a rank"),
  labels: z.array(z.boolean()),
  scores: z.array(z.number().nullable()),
  sources: z.array(sourceSchema),
});

/** All solutions of a prompt in order. */
export const ranked = defineForm({
  name: "ranked",
  summary: "the solutions of one problem in order, best first (listwise)",
  papers: "RRHF 2304.05302, Orca-Math 2402.14830",
  loads: "listwise losses; columns prompt, completions and ranks",
  options,
  row,
  *rows(pool, { by, most, dedupe }, context) {
    const { leave, wording } = context;
    const all = firstOfEach(graded(pool.candidates, context), sameness(dedupe), leave);
    const known = by === "score" ? all.filter(({ traced }) => traced.score !== null) : all;
    leave(reasons.score, all.length - known.length);
    for (const group of Map.groupBy(known, ({ messages }) => JSON.stringify(messages)).values()) {
      const order = group.toSorted((a, b) => compare(b, a, by)).slice(0, most);
      const [first, ...others] = order;
      if (first === undefined || others.length === 0) {
        leave("alone of its prompt", group.length);
        continue;
      }
      if (compare(first, order.at(-1) ?? first, by) === 0) {
        leave("none better than another", group.length);
        continue;
      }
      let rank = 1;
      yield {
        prompt: wording.prompt(first.messages),
        completions: order.map(({ text }) => wording.completion(text)),
        ranks: order.map((one, i) => {
          const above = order[i - 1];
          if (above !== undefined && compare(above, one, by) > 0) rank = i + 1;
          return rank;
        }),
        labels: order.map(({ right }) => right),
        scores: order.map(({ traced }) => traced.score),
        sources: order.map(sourceOf),
      };
    }
  },
});

/** Positive where `a` is better. An unknown score is no better or worse than a known one. */
function compare(a: Graded, b: Graded, by: "outcome" | "score"): number {
  const outcome = by === "outcome" ? Number(a.right) - Number(b.right) : 0;
  const [p, q] = [a.traced.score, b.traced.score];
  return outcome !== 0 || p === null || q === null ? outcome : p - q;
}

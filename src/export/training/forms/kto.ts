import { z } from "zod";
import { dedupes, defineForm, firstOfEach, graded, sameness, sourceSchema, spansSchema, wordsSchema } from "../form.ts";
import { maskings, masksOf } from "../masks.ts";
import { sourceOf } from "../pool.ts";

const options = z.strictObject({
  most: z.int().min(1).optional().describe("rows of each label and problem at most; default: all"),
  balance: z.boolean().default(false).describe("as many right as wrong ones of each problem"),
  dedupe: z.enum(dedupes).default("text"),
  mask: z.enum(maskings).default("tool").describe("see sft"),
  threshold: z.number().default(0.5).describe("see sft"),
});

const row = z.strictObject({
  prompt: wordsSchema,
  completion: wordsSchema,
  label: z.boolean(),
  loss_spans: spansSchema("stretches of the completion that are trained on"),
  score: z.number().nullable(),
  source: sourceSchema,
});

/** Solutions with thumbs up or down, unpaired. */
export const kto = defineForm({
  name: "kto",
  summary: "right and wrong solutions with their label, unpaired (KTO)",
  papers: "Orca-Math 2402.14830, multi-turn KTO 2409.02392, KTO 2402.01306",
  loads: "TRL KTOTrainer as it is; OpenRLHF --input_key prompt --output_key completion --label_key label",
  options,
  row,
  *rows(pool, { most, balance, dedupe, mask, threshold }, context) {
    const { leave, wording } = context;
    const all = firstOfEach(graded(pool.candidates, context), sameness(dedupe), leave).flatMap((one) => {
      const masks = masksOf(one, { mask, threshold }, leave);
      return masks === null ? [] : [{ one, masks }];
    });
    const counts = [true, false].map((label) => all.filter(({ one }) => one.right === label).length);
    const limit = Math.min(most ?? Number.POSITIVE_INFINITY, balance ? Math.min(...counts) : Number.POSITIVE_INFINITY);
    const kept = { right: 0, wrong: 0 };
    for (const { one, masks } of all) {
      const side = one.right ? "right" : "wrong";
      if (kept[side] >= limit) {
        leave("more than the most of its label");
        continue;
      }
      kept[side]++;
      yield {
        prompt: wording.prompt(one.messages),
        completion: wording.completion(one.text),
        label: one.right,
        loss_spans: masks.trained,
        score: one.traced.score,
        source: sourceOf(one),
      };
    }
  },
});

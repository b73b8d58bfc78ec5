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
  spansSchema,
  wordsSchema,
} from "../form.ts";
import { maskings, masksOf } from "../masks.ts";
import { meanValue, sourceOf } from "../pool.ts";
import { passWeight, solveRate } from "../rates.ts";

const orders = ["first", "score", "value", "short"] as const;

const options = z.strictObject({
  most: z.int().min(1).optional().describe("rows of a problem at most; default: all"),
  by: z
    .enum(orders)
    .default("first")
    .describe("which come first: as drawn, by score, by mean value in the tree, short"),
  dedupe: z.enum(dedupes).default("text").describe("the same text, or the same equations step by step, once"),
  mask: z.enum(maskings).default("tool").describe("not trained on: what programs printed, wrong steps too, nothing"),
  threshold: z.number().default(0.5).describe("a step is wrong whose score is below it, for mask=wrong"),
  among: z.enum(["all", "first", "revisions"]).default("all").describe("all solutions, first attempts, or corrections"),
  passAt: z.int().min(1).optional().describe("weigh rows by F(N, p) of pass@N; default: every row weighs 1"),
});

/** A solution to train on. */
export const sftRow = z.strictObject({
  prompt: wordsSchema,
  completion: wordsSchema,
  loss_spans: spansSchema("stretches of the completion that are trained on"),
  masked_spans: spansSchema("the other stretches"),
  weight: z.number(),
  score: z.number().nullable(),
  value: z.number().nullable(),
  source: sourceSchema,
});

const revised = ({ record: { revision } }: Graded): boolean => revision !== undefined && revision.round > 0;

/** Right solutions to imitate. */
export const sft = defineForm({
  name: "sft",
  summary: "right solutions, best first, each once, with what is not to be trained on",
  papers: "rStar-Math 2501.04519, S3c-Math 2409.01524, MuMath-Code 2405.07551, DART-Math 2407.13690, RFT 2308.01825",
  loads: "TRL SFTTrainer as it is; OpenRLHF --input_key prompt --output_key completion; verl by its own columns",
  options,
  row: sftRow,
  *rows(pool, { most, by, dedupe, mask, threshold, among, passAt }, context) {
    const { leave, wording } = context;
    const whole = graded(pool.candidates, context);
    const right = whole.filter((candidate) => candidate.right);
    leave(reasons.wrong, whole.length - right.length);
    const wanted = right.filter((one) => among === "all" || revised(one) === (among === "revisions"));
    leave(`not among ${among}`, right.length - wanted.length);
    const rate = passAt === undefined ? null : solveRate(pool.candidates);
    const ranked = ordered(firstOfEach(wanted, sameness(dedupe), leave), by, leave);
    if (passAt !== undefined && rate === null) {
      leave("of a problem whose solve rate is not known", ranked.length);
      return;
    }
    let kept = 0;
    for (const { candidate, value } of ranked) {
      if (most !== undefined && kept >= most) {
        leave("more than the most of its problem");
        continue;
      }
      const masks = masksOf(candidate, { mask, threshold }, leave);
      if (masks === null) continue;
      kept++;
      yield {
        prompt: wording.prompt(candidate.messages),
        completion: wording.completion(candidate.text),
        loss_spans: masks.trained,
        masked_spans: masks.masked,
        weight: passAt === undefined || rate === null ? 1 : passWeight(passAt, rate.rate),
        score: candidate.traced.score,
        value,
        source: sourceOf(candidate),
      };
    }
  },
});

/** In the order that is asked for, those with equal numbers as drawn; who lacks the number is left out. */
function ordered(all: readonly Graded[], by: (typeof orders)[number], leave: (reason: string) => void) {
  const valued = all.map((candidate) => ({ candidate, value: meanValue(candidate) }));
  if (by === "first") return valued;
  if (by === "short") return valued.toSorted((a, b) => a.candidate.text.length - b.candidate.text.length);
  const numberOf = ({ candidate, value }: (typeof valued)[number]) => (by === "score" ? candidate.traced.score : value);
  return valued
    .flatMap((one) => {
      const number = numberOf(one);
      if (number !== null) return [{ ...one, number }];
      leave(by === "score" ? reasons.score : reasons.value);
      return [];
    })
    .toSorted((a, b) => b.number - a.number);
}

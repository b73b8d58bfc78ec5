import { z } from "zod";
import { InvalidOptionError } from "../../../core/errors.ts";
import {
  defineForm,
  type FormContext,
  firstOfEach,
  type Graded,
  graded,
  randomOf,
  reasons,
  sameness,
  sourceSchema,
  spansSchema,
  wordsSchema,
} from "../form.ts";
import { type Masks, maskings, masksOf } from "../masks.ts";
import { type Pool, sourceOf } from "../pool.ts";

const options = z.strictObject({
  by: z
    .enum(["outcome", "score", "revision", "arms"])
    .default("outcome")
    .describe(
      "right over wrong; higher over lower score; a right correction over the wrong draft that it revises; a right one " +
        "of chosenArm over any of rejectedArm",
    ),
  most: z.int().min(1).default(4).describe("pairs of a problem at most"),
  margin: z.number().min(0).default(0).describe("difference of scores that is at least needed, for by=score"),
  policies: z.enum(["any", "same", "different"]).default("any").describe("whether both come from one policy"),
  chosenArm: z.string().optional().describe("label of the arm that chosen ones come from: a teacher's"),
  rejectedArm: z.string().optional().describe("label of the arm that rejected ones come from: a student's"),
  among: z.enum(["all", "first", "revisions"]).default("all").describe("all solutions, first attempts, or corrections"),
  dedupe: z.enum(["text", "steps", "none"]).default("text"),
  mask: z.enum(maskings).default("tool").describe("see sft"),
  threshold: z.number().default(0.5).describe("see sft"),
});
type Options = z.output<typeof options>;

const row = z.strictObject({
  prompt: wordsSchema,
  chosen: wordsSchema,
  rejected: wordsSchema,
  chosen_loss_spans: spansSchema("stretches of the chosen text that are trained on"),
  rejected_loss_spans: spansSchema("the same of the rejected text"),
  score_chosen: z.number().nullable(),
  score_rejected: z.number().nullable(),
  chosen_source: sourceSchema,
  rejected_source: sourceSchema,
});

type Pair = readonly [chosen: Graded, rejected: Graded];

/** Preferences between whole solutions to one prompt. */
export const pairs = defineForm({
  name: "pairs",
  summary: "a better and a worse solution of one problem (DPO)",
  papers: "Orca-Math 2402.14830, SuperCorrect 2410.09008, SPHERE 2503.04813, Math-Rev 2410.05318, DPO 2305.18290",
  loads:
    "TRL DPOTrainer and RewardTrainer as it is; OpenRLHF --prompt_key prompt --chosen_key chosen --rejected_key rejected",
  options,
  row,
  *rows(pool, given, context) {
    const { wording, leave } = context;
    const found = pairsOf(pool, given, context);
    leave("more than the most of its problem", Math.max(0, found.length - given.most));
    let kept = 0;
    const masks = new Map<Graded, Masks | null>();
    const maskOf = (one: Graded) => {
      const known = masks.get(one);
      if (known !== undefined) return known;
      const made = masksOf(one, given, leave);
      masks.set(one, made);
      return made;
    };
    for (const [chosen, rejected] of found) {
      if (kept >= given.most) break;
      const [good, bad] = [maskOf(chosen), maskOf(rejected)];
      if (good === null || bad === null) continue;
      kept++;
      yield {
        prompt: wording.prompt(chosen.messages),
        chosen: wording.completion(chosen.text),
        rejected: wording.completion(rejected.text),
        chosen_loss_spans: good.trained,
        rejected_loss_spans: bad.trained,
        score_chosen: chosen.traced.score,
        score_rejected: rejected.traced.score,
        chosen_source: sourceOf(chosen),
        rejected_source: sourceOf(rejected),
      };
    }
  },
});

const isRevision = ({ record: { revision } }: Graded): boolean => revision !== undefined && revision.round > 0;

function pairsOf(pool: Pool, given: Options, context: FormContext): Pair[] {
  const { by, policies, chosenArm, rejectedArm, among, dedupe } = given;
  const whole = graded(pool.candidates, context);
  const wanted = whole.filter(
    (one) => by === "revision" || among === "all" || isRevision(one) === (among === "revisions"),
  );
  const all = by === "revision" ? wanted : firstOfEach(wanted, withArm(sameness(dedupe), given), context.leave);
  const fits = ([chosen, rejected]: Pair): boolean =>
    chosen.text !== rejected.text &&
    JSON.stringify(chosen.messages) === JSON.stringify(rejected.messages) &&
    (chosenArm === undefined || chosen.of.trial.arm === chosenArm) &&
    (rejectedArm === undefined || rejected.of.trial.arm === rejectedArm) &&
    (policies === "any" || (chosen.of.policy === rejected.of.policy) === (policies === "same"));
  if (by === "score") return byScore(all, given.margin, fits, context);
  if (by === "revision") return revisions(all).filter(fits);
  if (by === "arms") return byArms(all, given).filter(fits);
  const random = randomOf(context, pool, "pairs");
  const right = random.shuffle(all.filter((one) => one.right));
  const wrong = random.shuffle(all.filter((one) => !one.right));
  if (right.length === 0 || wrong.length === 0) context.leave("solutions without one to be paired with", all.length);
  return diagonals(right, wrong).filter(fits);
}

/** Where two arms are compared, the same text of both is no repetition. */
const withArm =
  (same: (one: Graded) => string, { chosenArm, rejectedArm }: Options) =>
  (one: Graded): string =>
    chosenArm === undefined && rejectedArm === undefined ? same(one) : `${one.of.trial.arm}\u0000${same(one)}`;

/** A teacher's right solutions over what the student wrote to the same prompt, wrong ones first (SuperCorrect). */
function byArms(all: readonly Graded[], { chosenArm, rejectedArm }: Options): Pair[] {
  if (chosenArm === undefined || rejectedArm === undefined)
    throw new InvalidOptionError("--training pairs", "with by=arms needs chosenArm=LABEL and rejectedArm=LABEL.");
  const of = (arm: string) => all.filter((one) => one.of.trial.arm === arm);
  const found = diagonals(
    of(chosenArm).filter((one) => one.right),
    of(rejectedArm),
  );
  return found.toSorted(([, a], [, b]) => Number(a.right) - Number(b.right));
}

/** Every pair once, so that the first ones use each solution before one is used again. */
function diagonals(right: readonly Graded[], wrong: readonly Graded[]): Pair[] {
  const [longer, shorter] = right.length >= wrong.length ? [right, wrong] : [wrong, right];
  return shorter.flatMap((_, shift) =>
    longer.flatMap((one, i): Pair[] => {
      const other = shorter[(i + shift) % shorter.length];
      if (other === undefined) return [];
      return [longer === right ? [one, other] : [other, one]];
    }),
  );
}

/** Widest margin first; those without a score are left out. */
function byScore(
  all: readonly Graded[],
  margin: number,
  fits: (pair: Pair) => boolean,
  { leave }: FormContext,
): Pair[] {
  const scored = all.flatMap((one) => (one.traced.score === null ? [] : [{ one, score: one.traced.score }]));
  leave(reasons.score, all.length - scored.length);
  return scored
    .flatMap((a) => scored.map((b) => ({ pair: [a.one, b.one] as Pair, difference: a.score - b.score })))
    .filter(({ pair, difference }) => difference > 0 && difference >= margin && fits(pair))
    .toSorted((a, b) => b.difference - a.difference)
    .map(({ pair }) => pair);
}

/** Right corrections with the wrong drafts of their own trial that they revise. */
function revisions(all: readonly Graded[]): Pair[] {
  return all.flatMap((one): Pair[] => {
    const { revision } = one.record;
    if (!one.right || revision?.of === undefined) return [];
    const draft = all.find(({ of, index }) => of === one.of && index === revision.of);
    return draft === undefined || draft.right ? [] : [[one, { ...draft, messages: one.messages }]];
  });
}

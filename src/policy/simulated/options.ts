import { z } from "zod";

const chance = z.number().min(0).max(1);

/**
 * How the simulated model fares when it is asked to revise a solution. Each is a chance; the rest of the time it
 * repeats the draft.
 */
const revision = z.strictObject({
  fixPointed: chance.default(0.8).describe("a wrong draft is fixed when the feedback names its first wrong step"),
  fixTold: chance
    .default(0.3)
    .describe("a wrong draft is fixed when the feedback says only that it is wrong, or names another step"),
  fixBlind: chance.default(0.1).describe("a wrong draft is fixed when nothing says that it is wrong"),
  damageTold: chance.default(0.5).describe("a right draft is spoilt when the feedback says that it is wrong"),
  damageBlind: chance.default(0.1).describe("a right draft is spoilt when nothing says that it is wrong"),
});

/** The dials of the simulated policy. */
export const simulatedOptions = z.strictObject({
  seed: z.union([z.int(), z.string()]).default(0).describe("tells apart simulated models that are otherwise alike"),
  stepError: chance.default(0.1).describe("chance of a wrong result at each step"),
  accuracy: chance
    .optional()
    .describe("chance that a whole solution is right; sets the error of every step instead of `stepError`"),
  recovery: chance.default(0).describe("chance per later step that an earlier error is noticed and put right"),
  spread: z
    .number()
    .min(0)
    .default(0)
    .describe("how much difficulty varies: standard deviation of the log-odds of an error"),
  wrongAnswers: z
    .union([z.number().min(0.25).max(1), z.literal("distinct")])
    .default(0.5)
    .describe("share of the commonest slip among the four of a step, or `distinct`: no two slips are alike"),
  formatError: chance.default(0).describe("chance of a solution that gives up without an answer"),
  greedy: z
    .enum(["typical", "modal"])
    .default("typical")
    .describe("solutions at temperature 0: one fixed sample of the prompt, or the likeliest choice at each step"),
  programError: chance.default(0.05).describe("chance of a wrong operation at each line of a program"),
  planError: chance.default(0.1).describe("chance of a wrong operation at each line of a plan"),
  stickerError: chance.default(0.1).describe("chance that a sticker misstates one of its numbers"),
  judgeAuc: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.75)
    .describe("area under the curve of its judgements, of solutions and of steps"),
  feedbackAccuracy: chance.default(0.6).describe("chance that its feedback tells right drafts from wrong ones"),
  revision: revision.prefault({}),
  latencyMs: z.number().min(0).default(0).describe("time that every call takes"),
});

export type SimulatedOptions = z.input<typeof simulatedOptions>;
export type Dials = z.output<typeof simulatedOptions>;

/** "simulated/arithmetic@stepError=0.2,…": all dials that change what is written and differ from their defaults. */
export function policyId(dials: Dials): string {
  const defaults: Readonly<Record<string, unknown>> = simulatedOptions.parse({});
  const changed = Object.entries(dials)
    .filter(([name, value]) => name !== "latencyMs" && JSON.stringify(value) !== JSON.stringify(defaults[name]))
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .sort();
  return `simulated/arithmetic${changed.length === 0 ? "" : `@${changed.join(",")}`}`;
}

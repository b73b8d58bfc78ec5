import { z } from "zod";
import { aggregations } from "../core/score.ts";

const positive = z.number().positive();

export const budgetSchema = z.strictObject({
  tokens: z.int().min(1).optional().describe("prompt and completion tokens of policy and verifiers"),
  calls: z.int().min(1).optional().describe("completions asked for, policy and verifiers"),
  seconds: positive.optional(),
  dollars: positive.optional(),
});

const named = z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()).default({}) });
/** A name alone, or a name with options. */
export const reference = z.union([
  z.string().transform((name) => ({ name, options: {} as Record<string, unknown> })),
  named,
]);

export const verifiersSchema = z.strictObject({
  outcome: reference.optional(),
  process: reference.optional(),
  aggregation: z
    .enum(aggregations)
    .optional()
    .describe("how step scores become one; default: the process verifier's own, else last"),
});

export const stopSchema = z.strictObject({
  rule: z.enum(["at-most", "adaptive-consistency", "early-stopping-window", "confident"]),
  value: z.number().optional().describe("n, threshold, window or threshold, by rule"),
});

export type VerifiersSpec = z.infer<typeof verifiersSchema>;
/** As it is written, before defaults are filled in. */
export type VerifiersInput = z.input<typeof verifiersSchema>;
export type BudgetSpec = z.infer<typeof budgetSchema>;
export type StopSpec = z.infer<typeof stopSchema>;

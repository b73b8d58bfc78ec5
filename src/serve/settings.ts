import { z } from "zod";
import { selections } from "../engine/picking/named.ts";
import { budgetSchema, stopSchema, verifiersSchema } from "../setup/specs.ts";

/** How answers are read and compared: `free` a conversation as it is; the others add the system text of their kind. */
export const answerKinds = ["free", "math", "number", "choice", "text", "code"] as const;

/** What says how hard to think; the same for a configured model and for the `ruminate` field of a request. */
export const settingsShape = {
  strategy: z.string().optional().describe("see `ruminate strategies`"),
  options: z.record(z.string(), z.unknown()).optional().describe("options of the strategy"),
  verifiers: verifiersSchema.optional(),
  select: z.enum(Object.keys(selections)).optional().describe("another selection rule"),
  stop: stopSchema.optional().describe("a rule that says when the candidates so far are enough"),
  budget: budgetSchema.optional().describe("limits on one request"),
  answer: z.enum(answerKinds).optional().describe("what kind of answer is voted on; default free"),
  threshold: z.number().min(0).max(1).optional().describe("below this support the reply is marked `abstained`"),
  progress: z
    .enum(["none", "summary", "full"])
    .optional()
    .describe("what a stream shows as reasoning; default summary"),
};

/** The `ruminate` field of a request. */
export const ruminateSchema = z.strictObject({
  ...settingsShape,
  seed: z
    .union([z.int(), z.string().max(200)])
    .optional()
    .describe("same seed, same candidates"),
  candidates: z.boolean().optional().describe("return every candidate with its answer and score"),
  trace: z.boolean().optional().describe("keep the events on the server, where it is set up for that"),
});

export type RuminateField = z.infer<typeof ruminateSchema>;
export type Settings = Omit<RuminateField, "seed" | "candidates" | "trace">;

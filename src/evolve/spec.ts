import { z } from "zod";
import { dedupes } from "../export/training/form.ts";
import { datasetSchema, policySchema } from "../runs/schema.ts";
import { operationNames } from "./operations.ts";

const share = z.number().min(0).max(1);
const count = z.int().min(1);

/** An evolution as it is written. Every field but `dataset` and `policy` is a flag of the command, too. */
export const evolveSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]+$/, "must consist of letters, digits, dots, dashes and underscores")
    .default("evolved"),
  dataset: datasetSchema.describe("the problems that new questions are made of"),
  policy: policySchema.default("default").describe("the model that writes questions, and answers them"),
  solvers: z.array(policySchema).min(1).optional().describe("models that answer them instead"),
  operations: z
    .array(z.enum(operationNames))
    .min(1)
    .default([...operationNames])
    .describe("ways to make a question"),
  questions: count.optional().describe("questions to make; default: one of every operation and problem"),
  chains: count.default(4).describe("chains of thought that every solver writes about a question"),
  programs: z.int().min(0).default(2).describe("programs that every solver writes"),
  agreement: share.default(0.75).describe("share of all chains that must end in the answer"),
  confirm: z.int().min(0).default(1).describe("programs that must give it"),
  near: z.number().gt(0).max(1).default(0.7).describe("shared word trigrams (Jaccard) that make a near duplicate"),
  against: z.array(datasetSchema).default([]).describe("sets that no question may be of"),
  overlap: count.default(13).describe("words in a row that a question may not share with one of these sets"),
  temperature: z.number().min(0).default(0.7),
  maxTokens: count.default(512).describe("tokens of an answer at most"),
  questionTokens: count.default(256).describe("tokens of a question at most"),
  personas: z.array(z.string().min(1)).min(1).optional().describe("instead of the built-in ones, for `persona`"),
  languages: z.array(z.string().min(1)).min(1).default(["Spanish", "French", "German"]).describe("for `translate`"),
  dedupe: z.enum(dedupes).default("steps").describe("solutions that are the same, of those that are exported"),
  paths: count.optional().describe("solutions of a question that are exported at most; default: all"),
  budget: count.optional().describe("tokens for everything, prompts included"),
  seed: z.union([z.string(), z.number()]).transform(String).default("1"),
});

export type EvolveSpec = z.output<typeof evolveSchema>;
export type EvolveInput = z.input<typeof evolveSchema>;

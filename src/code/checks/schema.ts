import { z } from "zod";
import type { CheckSpec } from "../../core/check.ts";
import { presetNames } from "./presets.ts";

const exitSchema = z.strictObject({
  by: z.literal("exit"),
  right: z.array(z.int()).default([0]),
  wrong: z.array(z.int()).default([1]),
});
const verdictSchema = z.union([
  z.literal("exit").transform(() => ({ by: "exit" as const, right: [0], wrong: [1] })),
  z.literal("json").transform(() => ({ by: "json" as const, field: "correct" })),
  z.literal("value").transform(() => ({ by: "value" as const, relativeTolerance: 1e-4 })),
  exitSchema,
  z.strictObject({
    by: z.literal("pattern"),
    right: z.string().describe("a regular expression that the output of a right answer fits"),
    wrong: z.string().optional().describe("one for wrong answers; without it all other output is wrong"),
  }),
  z.strictObject({ by: z.literal("json"), field: z.string().default("correct") }),
  z.strictObject({ by: z.literal("value"), relativeTolerance: z.number().min(0).default(1e-4) }),
]);

/** The parts of a check as experiments, verifiers and rows of a dataset give them. */
export const checkShape = {
  preset: z.enum(presetNames).optional().describe("a checker by name; the other parts replace its own"),
  command: z.string().min(1).optional().describe("for sh, run in the sandbox in a folder with the files"),
  files: z
    .record(z.string(), z.string())
    .optional()
    .describe("texts by name, with {answer}, {prefix}, {tests}, {entryPoint}, {reference} and {word} in them"),
  stdin: z.string().optional().describe("the command's standard input, with the same in it"),
  verdict: verdictSchema.optional().describe("exit, json, value, or one of them with its parts, or a pattern"),
  timeoutSeconds: z.number().positive().max(600).optional().describe("wall time for one answer"),
  memoryMiB: z.int().min(16).max(16384).optional().describe("memory for one answer"),
  needs: z.array(z.string()).optional().describe("programs that must be there"),
  forbids: z.string().optional().describe("an answer that fits this regular expression is wrong unrun"),
  known: z.string().optional().describe("an answer that is known to be right: it proves the checker"),
};

/** Of a dataset's row: no folders of this machine. */
export const rowCheckSchema = z.union([
  z.enum(presetNames).transform((preset): CheckSpec => ({ preset })),
  z.strictObject(checkShape),
]);

/** Of an experiment's `grade`. */
export const gradeSchema = z.union([
  z.enum(presetNames).transform((preset): CheckSpec => ({ preset })),
  z.strictObject({
    ...checkShape,
    folders: z.array(z.string()).optional().describe("folders of this machine that the command may read"),
  }),
]);

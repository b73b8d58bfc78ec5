import { z } from "zod";
import type { Message } from "../../src/core/policy.ts";
import { countLines } from "../../src/engine/picking/selections.ts";

const exemplar = z.strictObject({ question: z.string().min(1), solution: z.string().min(1) });
export type Exemplar = z.infer<typeof exemplar>;

/** Options of strategies that can be shown worked examples. */
export const exemplarOptions = {
  exemplars: z.array(exemplar).default([]).describe("worked examples to show; none is zero-shot"),
  shots: z.int().min(0).default(8).describe("how many of them at most"),
  choose: z
    .enum(["given", "most-complex"])
    .default("given")
    .describe("in the given order, or those with the most steps"),
};

/**
 * Exemplars as turns of the conversation. `most-complex`: those with the most steps (non-empty lines) of all given, ties by order (complexity-based
 * prompting, Fu et al. 2022, arXiv:2210.00720, section 3.1: 8 exemplars).
 */
export function chosenExemplars(all: readonly Exemplar[], shots: number, choose: "given" | "most-complex"): Message[] {
  const ranked = choose === "given" ? all : [...all].sort((a, b) => countLines(b.solution) - countLines(a.solution));
  return ranked.slice(0, shots).flatMap(({ question, solution }) => [
    { role: "user" as const, content: question },
    { role: "assistant" as const, content: solution },
  ]);
}

import type { Item } from "./making.ts";
import type { EvolveSpec } from "./spec.ts";

/** Tokens at most. */
export interface Most {
  readonly prompt: number;
  readonly completion: number;
}

/** What the words of a prompt take beside the question, counted generously. */
const around = 300;
const aroundAnswer = 120;

/** Tokens that an item takes at most, with so many solvers. A question is counted as a token every two characters. */
export function mostOf({ seed, operation }: Item, spec: EvolveSpec, solvers: number): Most {
  const { chains, programs, maxTokens, questionTokens } = spec;
  const length = Math.ceil(seed.text.length / 2);
  const question = Math.max(questionTokens, length);
  const isVaried = operation === "variation";
  const writes = isVaried ? Math.max(2, programs) : operation === "suggest" ? 2 : 1;
  const answers = solvers * (chains + (isVaried ? 0 : programs));
  return {
    prompt:
      writes * (length + around + (operation === "suggest" ? questionTokens : 0)) + answers * (question + aroundAnswer),
    completion: writes * (isVaried ? maxTokens : questionTokens) + answers * maxTokens,
  };
}

/** Of the naming of a problem's concepts. */
export const conceptTokens = 128;

/** Of all items, and of naming the concepts of so many problems. */
export function mostOfAll(items: readonly Item[], spec: EvolveSpec, solvers: number, named: number): Most {
  const all = items.map((item) => mostOf(item, spec, solvers));
  return {
    prompt: all.reduce((sum, one) => sum + one.prompt, named * 2 * around),
    completion: all.reduce((sum, one) => sum + one.completion, named * conceptTokens),
  };
}

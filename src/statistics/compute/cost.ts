import { ascending, mean, quantileOfSorted } from "../numeric/arrays.ts";
import { requireNumber } from "../numeric/require.ts";

export interface CostSummary {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly max: number;
  readonly total: number;
  readonly n: number;
}

/** The distribution of a cost over trials: a mean alone hides the tail. Null for no trials. */
export function costSummary(costs: readonly number[]): CostSummary | null {
  if (costs.length === 0) return null;
  const sorted = ascending(costs);
  const average = mean(costs);
  return {
    mean: average,
    p50: quantileOfSorted(sorted, 0.5),
    p90: quantileOfSorted(sorted, 0.9),
    p95: quantileOfSorted(sorted, 0.95),
    max: quantileOfSorted(sorted, 1),
    total: average * costs.length,
    n: costs.length,
  };
}

/** Size of a model; layers and width let attention be counted too. */
export interface ModelSize {
  /** Parameters active on a token (not the total, for mixtures of experts). */
  readonly parameters: number;
  readonly layers?: number;
  /** Model dimension. */
  readonly width?: number;
}

/**
 * FLOPs of reading a prompt and writing samples: 2 · parameters a token, plus 4 · layers · width · position a token for attention
 * where layers and width are known. `completions` are the tokens of each sample; the prompt counts once when its prefix is
 * shared, else for every sample.
 */
export function inferenceFlops(
  model: ModelSize,
  promptTokens: number,
  completions: readonly number[],
  { sharedPrompt = true }: { readonly sharedPrompt?: boolean } = {},
): number {
  requireNumber("flops", "parameters", model.parameters, 1);
  const attention = 4 * (model.layers ?? 0) * (model.width ?? 0);
  const span = (from: number, to: number) =>
    2 * model.parameters * (to - from) + attention * ((to * (to + 1) - from * (from + 1)) / 2);
  const prompts = sharedPrompt ? Math.min(1, completions.length) : completions.length;
  return completions.reduce(
    (total, tokens) => total + span(promptTokens, promptTokens + tokens),
    prompts * span(0, promptTokens),
  );
}

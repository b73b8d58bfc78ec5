import type { Look } from "./decoder.ts";

/** Logits so far below the highest add less than rounding does, all tokens of a vocabulary together. */
const negligible = 40;

/**
 * Log-probabilities of `token` and of the `top` likeliest tokens, the smaller number first on a tie: log p = logit −
 * max − ln Σ exp(logit − max), over the whole vocabulary.
 */
export function lookAt(logits: Float32Array, token: number, top: number): Look {
  const likeliest = highest(logits, Math.max(1, top));
  const most = logits[likeliest[0] ?? 0] ?? 0;
  let sum = 0;
  for (let id = 0; id < logits.length; id++) {
    const below = (logits[id] as number) - most;
    if (below > -negligible) sum += Math.exp(below);
  }
  const logSum = most + Math.log(sum);
  const logprob = (id: number) => Math.min(0, (logits[id] ?? Number.NEGATIVE_INFINITY) - logSum);
  return {
    logprob: logprob(token),
    top: likeliest.slice(0, top).map((id) => ({ token: id, logprob: logprob(id) })),
  };
}

/** The places of the `count` highest, highest first. */
function highest(logits: Float32Array, count: number): number[] {
  const places: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id] as number;
    if (places.length === count && value <= least) continue;
    let at = places.length;
    while (at > 0 && (logits[places[at - 1] as number] as number) < value) at--;
    places.splice(at, 0, id);
    if (places.length > count) places.pop();
    least = logits[places.at(-1) as number] as number;
  }
  return places;
}

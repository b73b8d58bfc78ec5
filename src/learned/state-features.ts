import { unpackVector } from "../core/line-states.ts";
import type { LineState } from "../core/policy.ts";

/** Numbers that {@link stateFeatures} makes of states of this width. */
export const stateFeatureCount = (width: number): number => 2 * width;

/**
 * What the model held of a text so far: the state at the end of its last line, then the mean over all its tokens. Null
 * without lines, or where one is of another width.
 */
export function stateFeatures(lines: readonly LineState[], width: number): Float32Array | null {
  const features = new Float32Array(stateFeatureCount(width));
  const last = unpackVector(lines.at(-1)?.last ?? "");
  if (last?.length !== width) return null;
  features.set(last);
  const all = lines.reduce((sum, { tokens }) => sum + tokens, 0);
  for (const { mean, tokens } of lines) {
    const vector = unpackVector(mean);
    if (vector?.length !== width) return null;
    for (let j = 0; j < width; j++) {
      features[width + j] = (features[width + j] as number) + ((vector[j] as number) * tokens) / all;
    }
  }
  return features;
}

import { ModelCallError } from "../../core/errors.ts";
import type { AddonModel } from "./addon.ts";
import type { Reader } from "./reader.ts";

/**
 * Unit vectors of texts: what the model's last layer holds after the last token, its own marks of beginning and end
 * included. Texts are embedded one by one.
 * @throws ModelCallError for a text that has no place in the context.
 */
export function createEmbedder(reader: Reader, vocabulary: AddonModel, contextTokens: number) {
  const tokensOf = (text: string): number[] => [
    ...(vocabulary.shouldPrependBosToken() ? [vocabulary.tokenBos()] : []),
    ...vocabulary.tokenize(text === "" ? " " : text, false),
    ...(vocabulary.shouldAppendEosToken() ? [vocabulary.tokenEos()] : []),
  ];
  return async (texts: readonly string[], signal?: AbortSignal): Promise<number[][]> => {
    const vectors: number[][] = [];
    for (const text of texts) {
      const tokens = tokensOf(text);
      if (tokens.length > contextTokens) {
        throw new ModelCallError(
          `A text to embed has ${tokens.length} tokens and the context holds ${contextTokens}. Raise "contextTokens" or shorten the text.`,
          { kind: "context", retryable: false },
        );
      }
      vectors.push(toUnitLength(await reader.last(tokens, signal)));
    }
    return vectors;
  };
}

function toUnitLength(vector: ArrayLike<number>): number[] {
  const numbers = Array.from(vector);
  const length = Math.hypot(...numbers);
  return length > 0 ? numbers.map((value) => value / length) : numbers;
}

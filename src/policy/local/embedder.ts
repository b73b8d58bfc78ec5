import type { LlamaEmbeddingContext, LlamaModel } from "./addon.ts";

export interface Embedder {
  embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]>;
  dispose(): Promise<void>;
}

/**
 * Unit vectors of texts: what the model's last layer holds after the last token, which is what the binding gives for
 * models without a pooling of their own. The context for it is made when first asked for. Texts are embedded one by
 * one.
 */
export function createEmbedder(
  model: LlamaModel,
  { contextTokens, threads }: { readonly contextTokens: number; readonly threads: number },
): Embedder {
  let context: Promise<LlamaEmbeddingContext> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const embedAll = async (texts: readonly string[], signal: AbortSignal | undefined) => {
    context ??= model.createEmbeddingContext({ contextSize: contextTokens, threads });
    const vectors: number[][] = [];
    for (const text of texts) {
      signal?.throwIfAborted();
      const { vector } = await (await context).getEmbeddingFor(text === "" ? " " : text);
      vectors.push(toUnitLength(vector));
    }
    return vectors;
  };
  return {
    embed(texts, signal) {
      const vectors = last.then(() => embedAll(texts, signal));
      last = vectors.catch(() => {});
      return vectors;
    },
    async dispose() {
      await last;
      await (await context)?.dispose();
      context = undefined;
    },
  };
}

function toUnitLength(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : [...vector];
}

import { z } from "zod";
import { VerifierError } from "../../../src/core/errors.ts";
import type { Rendered } from "../layout.ts";
import { asRows, checkCount, type Row, readReply, type ScoreTransport, type Site, usageSchema } from "../site.ts";
import { tokenize } from "../tokens.ts";

const embeddingsReply = z.object({
  data: z.array(z.object({ index: z.int(), embedding: z.array(z.unknown()) })),
  usage: usageSchema.nullish(),
});

/**
 * Skywork's vLLM plug-in: `/v1/embeddings` over token ids gives the head's number at every token; those at the step
 * ends count. The pieces are tokenised one by one, as the authors' code does, so that a step's end is a token of its
 * own.
 */
export const skyworkEmbeddings: ScoreTransport = async (inputs, site) => {
  const known = new Map<string, Promise<readonly number[]>>();
  const idsOf = (text: string) => {
    const ids = known.get(text) ?? tokenize(site, text, false);
    known.set(text, ids);
    return ids;
  };
  const assembled = await Promise.all(inputs.map((input) => assemble(input, site, idsOf)));
  const body = { model: site.model, input: assembled.map(({ ids }) => ids) };
  const reply = await site.connection.post("v1/embeddings", body, site.signal);
  const { data } = readReply(site, "/v1/embeddings", embeddingsReply, reply);
  checkCount(site, data.length, inputs.length);
  const ordered = [...data].sort((a, b) => a.index - b.index);
  const rows = ordered.map(({ embedding }, i): readonly Row[] => {
    const { ids, ends } = assembled[i] ?? { ids: [], ends: [] };
    if (embedding.length !== ids.length) {
      throw new VerifierError(
        site.preset.name,
        `sent ${embedding.length} numbers for ${ids.length} tokens (${ends.length} steps). One per token was expected.`,
      );
    }
    return asRows(
      { ...site, preset: { ...site.preset, scores: "process" } },
      ends.map((end) => embedding[end]),
    );
  });
  return {
    rows,
    promptTokens: assembled.reduce((sum, { ids }) => sum + ids.length, 0),
    completionTokens: 0,
    calls: 1,
  };
};

/** Token ids of the whole input and the positions of the step ends in it. */
async function assemble(input: Rendered, site: Site, idsOf: (text: string) => Promise<readonly number[]>) {
  const { head, mark } = input.pieces ?? { head: "", mark: "\n" };
  const [headIds, markIds, ...stepIds] = await Promise.all([idsOf(head), idsOf(mark), ...input.steps.map(idsOf)]);
  const end = markIds.at(-1);
  if (end === undefined) throw new VerifierError(site.preset.name, `the mark ${JSON.stringify(mark)} has no token.`);
  const ids = [...headIds];
  const ends = stepIds.map((step) => {
    ids.push(...step, end);
    return ids.length - 1;
  });
  const { contextTokens, name } = site.preset;
  if (ids.length > contextTokens) {
    throw new VerifierError(
      name,
      `the text has ${ids.length} tokens and the model reads ${contextTokens}. Shorten the solution or use a model with a longer window; nothing was cut.`,
    );
  }
  return { ids, ends };
}

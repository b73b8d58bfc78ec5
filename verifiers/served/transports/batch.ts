import { z } from "zod";
import { EnvironmentError } from "../../../src/core/errors.ts";
import { asRows, checkCount, promptTokensOf, readReply, type ScoreTransport, type Site, usageSchema } from "../site.ts";
import { rowsAtSteps } from "../tokens.ts";
import { oneCall } from "./vllm.ts";

const sglangReply = z.array(
  z.object({
    embedding: z.array(z.unknown()),
    meta_info: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
  }),
);

/** SGLang `/classify`: the head's numbers of each text under `embedding`. */
export const sglang: ScoreTransport = async (inputs, site) => {
  const body = { model: site.model, text: inputs.map(({ text }) => text) };
  const data = readReply(site, "/classify", sglangReply, await site.connection.post("classify", body, site.signal));
  checkCount(site, data.length, inputs.length);
  const rows = await Promise.all(
    data.map((item, i) => {
      const input = inputs[i];
      return input === undefined ? [] : rowsAtSteps(site, input, asRows(site, item.embedding));
    }),
  );
  const tokens = data.reduce((sum, { meta_info }) => sum + (meta_info?.prompt_tokens ?? 0), 0);
  return oneCall(rows, promptTokensOf({ prompt_tokens: tokens }, inputs));
};

const completionsReply = z.object({
  choices: z.array(
    z.object({
      index: z.int(),
      context_logits: z.array(z.unknown()).nullish(),
      prompt_token_ids: z.array(z.int()).nullish(),
    }),
  ),
  prompt_token_ids: z.array(z.array(z.int())).nullish(),
  usage: usageSchema.nullish(),
});

/** TensorRT-LLM: `/v1/completions` with `return_context_logits`, a row for every token of the prompt. */
export const tensorRt: ScoreTransport = async (inputs, site) => {
  const body = {
    model: site.model,
    prompt: inputs.map(({ text }) => text),
    max_tokens: 1,
    return_context_logits: true,
  };
  const answered = await site.connection.post("v1/completions", body, site.signal);
  const reply = readReply(site, "/v1/completions", completionsReply, answered);
  checkCount(site, reply.choices.length, inputs.length);
  const ordered = [...reply.choices].sort((a, b) => a.index - b.index);
  const rows = await Promise.all(
    ordered.map((choice, i) => {
      const input = inputs[i];
      if (choice.context_logits === null || choice.context_logits === undefined) {
        throw new EnvironmentError(
          `${site.connection.host} sent no context_logits. Serve the model with context logits gathered (--gather_context_logits).`,
        );
      }
      const ids = choice.prompt_token_ids ?? reply.prompt_token_ids?.[i];
      return input === undefined ? [] : rowsAtSteps(site, input, asRows(site, choice.context_logits), ids ?? undefined);
    }),
  );
  return oneCall(rows, promptTokensOf(reply.usage, inputs));
};

const rerankReply = z.array(z.object({ index: z.int(), score: z.unknown() }));

/** Text-Embeddings-Inference `/rerank`. The reply is sorted by score, so every score is put back at its `index`. */
export const teiRerank: ScoreTransport = async (inputs, site) => {
  const body = {
    query: inputs[0]?.question ?? "",
    texts: inputs.map(({ text }) => text),
    raw_scores: site.preset.reading.number.kind !== "probability",
    truncate: false,
  };
  const reply = readReply(site, "/rerank", rerankReply, await site.connection.post("rerank", body, site.signal));
  checkCount(site, new Set(reply.map(({ index }) => index)).size, inputs.length);
  const byIndex = new Map(reply.map(({ index, score }) => [index, score]));
  return oneCall(
    inputs.map((_, i) => asRows(site, [[byIndex.get(i)]])),
    promptTokensOf(null, inputs),
  );
};

const anyRerankReply = z.object({
  results: z.array(z.object({ index: z.int(), relevance_score: z.unknown() })),
  usage: usageSchema.nullish(),
});

/** `/v1/rerank` as Jina, Cohere, llama.cpp and vLLM have it; the reply may be sorted, so scores go by their `index`. */
export const rerank: ScoreTransport = async (inputs, site) => {
  const body = {
    model: site.model,
    query: inputs[0]?.question ?? "",
    documents: inputs.map(({ text }) => text),
    top_n: inputs.length,
    return_documents: false,
  };
  const reply = await site.connection.post("v1/rerank", body, site.signal);
  const { results, usage } = readReply(site, "/v1/rerank", anyRerankReply, reply);
  checkCount(site, new Set(results.map(({ index }) => index)).size, inputs.length);
  const byIndex = new Map(results.map(({ index, relevance_score }) => [index, relevance_score]));
  return oneCall(
    inputs.map((_, i) => asRows(site, [[byIndex.get(i)]])),
    promptTokensOf(usage, inputs),
  );
};

const remoteReply = z.object({ rewards: z.array(z.unknown()) });

/** OpenRLHF's remote reward model: `/get_reward` of `{query, prompts}`, whole texts and their questions. */
export const openRlhf: ScoreTransport = async (inputs, site) => {
  const body = { query: inputs.map(({ text }) => text), prompts: inputs.map(({ question }) => question), labels: null };
  const reply = readReply(
    site,
    "/get_reward",
    remoteReply,
    await site.connection.post("get_reward", body, site.signal),
  );
  checkCount(site, reply.rewards.length, inputs.length);
  return oneCall(
    reply.rewards.map((reward) => asRows(site, [Array.isArray(reward) ? reward : [reward]])),
    promptTokensOf(null, inputs),
  );
};

const predictReply = z.array(z.array(z.object({ score: z.unknown(), label: z.string().nullish() })));

/**
 * Text-Embeddings-Inference `/predict`: classes with their scores, likeliest first, so the label says which is which.
 * A layout without the question is of a cross-encoder, which reads question and answer as a pair.
 */
export const teiPredict: ScoreTransport = async (inputs, site) => {
  const body = {
    inputs: inputs.map(({ text, question }) => (isPair(site) ? [question, text] : [text])),
    raw_scores: site.preset.reading.number.kind !== "probability",
    truncate: false,
  };
  const reply = readReply(site, "/predict", predictReply, await site.connection.post("predict", body, site.signal));
  checkCount(site, reply.length, inputs.length);
  return oneCall(
    reply.map((classes) => {
      const ordered = [...classes].sort((a, b) => labelNumber(a.label) - labelNumber(b.label));
      return asRows(site, [ordered.map(({ score }) => score)]);
    }),
    promptTokensOf(null, inputs),
  );
};

const isPair = ({ preset: { layout } }: Site): boolean => layout.form === "text" && !layout.head.includes("{question}");

/** "LABEL_1" is 1. */
const labelNumber = (label: string | null | undefined): number => Number(/\d+$/.exec(label ?? "")?.[0] ?? 0);

const plainReply = z.object({ scores: z.array(z.unknown()), usage: usageSchema.nullish() });

/** Any service: `{inputs}`, for process models with the steps beside them, to `{scores}`. */
export const plainHttp: ScoreTransport = async (inputs, site) => {
  const body = {
    inputs: inputs.map(({ text }) => text),
    ...(site.preset.scores === "process" ? { steps: inputs.map(({ steps }) => steps) } : {}),
  };
  const { scores, usage } = readReply(
    site,
    "the request",
    plainReply,
    await site.connection.post("", body, site.signal),
  );
  checkCount(site, scores.length, inputs.length);
  const rows = await Promise.all(
    scores.map((item, i) => {
      const input = inputs[i];
      return input === undefined ? [] : rowsAtSteps(site, input, asRows(site, Array.isArray(item) ? item : [item]));
    }),
  );
  return oneCall(rows, promptTokensOf(usage, inputs));
};

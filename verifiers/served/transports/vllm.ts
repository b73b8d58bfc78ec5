import { z } from "zod";
import { ModelCallError } from "../../../src/core/errors.ts";
import type { Connection } from "../connection.ts";
import {
  asRows,
  checkCount,
  promptTokensOf,
  type Reply,
  readReply,
  type ScoreTransport,
  type Site,
  usageSchema,
} from "../site.ts";
import { rowsAtSteps } from "../tokens.ts";

const poolingReply = z.object({
  data: z.array(z.object({ index: z.int(), data: z.array(z.unknown()) })),
  usage: usageSchema.nullish(),
});
const classifyReply = z.object({
  data: z.array(z.object({ index: z.int(), probs: z.array(z.unknown()) })),
  usage: usageSchema.nullish(),
});
const scoreReply = z.object({
  data: z.array(z.object({ index: z.int(), score: z.unknown() })),
  usage: usageSchema.nullish(),
});

/** How vLLM has called the task of `/pooling` that process reward models are served by, newest first; "" names none. */
const taskNames = ["token_classify", "encode", "reward", ""] as const;
/** For outcome models. */
const wholeTaskNames = ["classify", "encode", "reward", ""] as const;
const known = new WeakMap<Connection, string>();

const inOrder = <T extends { readonly index: number }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => a.index - b.index);

/** vLLM `/pooling`: a row per step (a STEP pooler), or per token. */
export const vllmPooling: ScoreTransport = async (inputs, site) => {
  const { reply, calls } = await pooled(site, { model: site.model, input: inputs.map(({ text }) => text) });
  const { data, usage } = readReply(site, "/pooling", poolingReply, reply);
  checkCount(site, data.length, inputs.length);
  const found = inOrder(data).map((item, i) => {
    const input = inputs[i];
    return input === undefined ? [] : rowsAtSteps(site, input, asRows(site, item.data));
  });
  const rows = found.every((row) => Array.isArray(row)) ? found : await Promise.all(found);
  return { rows, promptTokens: promptTokensOf(usage, inputs), completionTokens: 0, calls };
};

/** Sends with the task's name of this server's version, which is found at the first call and remembered. */
async function pooled(site: Site, body: Record<string, unknown>): Promise<{ reply: unknown; calls: number }> {
  const newest = site.preset.scores === "outcome" ? wholeTaskNames : taskNames;
  const found = site.task === "auto" ? known.get(site.connection) : site.task;
  const names = found === undefined ? newest : [found];
  for (const [i, task] of names.entries()) {
    try {
      const asked = task === "" ? body : { ...body, task };
      const reply = await site.connection.post("pooling", asked, site.signal);
      known.set(site.connection, task);
      return { reply, calls: 1 };
    } catch (error) {
      if (i === names.length - 1 || !refusesTask(error)) throw error;
    }
  }
  throw new RangeError("no task name to try");
}

function refusesTask(error: unknown): boolean {
  return (
    error instanceof ModelCallError && (error.status === 400 || error.status === 422) && /task/i.test(error.message)
  );
}

/** vLLM `/classify`: the probabilities of the classes, one sequence each. */
export const vllmClassify: ScoreTransport = async (inputs, site) => {
  const body = { model: site.model, input: inputs.map(({ text }) => text) };
  const reply = await site.connection.post("classify", body, site.signal);
  const { data, usage } = readReply(site, "/classify", classifyReply, reply);
  checkCount(site, data.length, inputs.length);
  return oneCall(
    inOrder(data).map(({ probs }) => asRows(site, [probs])),
    promptTokensOf(usage, inputs),
  );
};

/** vLLM `/score`: the question as one text, all answers as the other. */
export const vllmScore: ScoreTransport = async (inputs, site) => {
  const body = { model: site.model, text_1: inputs[0]?.question ?? "", text_2: inputs.map(({ text }) => text) };
  const reply = await site.connection.post("score", body, site.signal);
  const { data, usage } = readReply(site, "/score", scoreReply, reply);
  checkCount(site, data.length, inputs.length);
  return oneCall(
    inOrder(data).map(({ score }) => asRows(site, [[score]])),
    promptTokensOf(usage, inputs),
  );
};

export const oneCall = (rows: Reply["rows"], promptTokens: number): Reply => ({
  rows,
  promptTokens,
  completionTokens: 0,
  calls: 1,
});

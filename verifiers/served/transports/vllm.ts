import { z } from "zod";
import { ModelCallError } from "../../../src/core/errors.ts";
import type { Connection } from "../connection.ts";
import type { Rendered } from "../layout.ts";
import {
  asRows,
  checkCount,
  checkModel,
  promptTokensOf,
  type Reply,
  type Row,
  readReply,
  type ScoreTransport,
  type Site,
  usageSchema,
} from "../site.ts";
import { rowsAtSteps } from "../tokens.ts";

const model = z.string().nullish();
const poolingReply = z.object({
  model,
  data: z.array(z.object({ index: z.int(), data: z.array(z.unknown()) })),
  usage: usageSchema.nullish(),
});
const classifyReply = z.object({
  model,
  data: z.array(z.object({ index: z.int(), probs: z.array(z.unknown()) })),
  usage: usageSchema.nullish(),
});
const scoreReply = z.object({
  model,
  data: z.array(z.object({ index: z.int(), score: z.unknown() })),
  usage: usageSchema.nullish(),
});

/** How vLLM has called the task of `/pooling` that process reward models are served by, newest first; "" names none. */
const taskNames = ["token_classify", "encode", "reward", ""] as const;
/** For outcome models. */
const wholeTaskNames = ["classify", "token_classify", "encode", "reward", ""] as const;
/** By server, model and kind: connections are opened anew for every problem. */
const known = new Map<string, string>();

const inOrder = <T extends { readonly index: number }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => a.index - b.index);

/**
 * Heads of unbounded numbers come through a sigmoid or softmax unless the raw ones are asked for: `use_activation`, in
 * earlier versions `activation` and `softmax`; each version passes over the names that it does not know.
 */
const rawFlags = ({ preset }: Site): Record<string, boolean> =>
  preset.reading.number.kind === "probability" ? {} : { use_activation: false, activation: false, softmax: false };

const specialTokens = ({ preset }: Site) => ({ add_special_tokens: preset.specialTokens });

/** All texts in one request, or one request a conversation, so that the model's own template is used. */
function bodiesOf(inputs: readonly Rendered[], site: Site): Record<string, unknown>[] {
  const { layout } = site.preset;
  if (layout.form === "chat" && layout.send === "messages") {
    return inputs.map(({ conversation }) => ({
      model: site.model,
      messages: conversation,
      add_generation_prompt: false,
      ...specialTokens(site),
      ...rawFlags(site),
    }));
  }
  const input = inputs.map(({ text }) => text);
  return [{ model: site.model, input, ...specialTokens(site), ...rawFlags(site) }];
}

/** The replies of the bodies, put together in the order of the inputs. */
async function gathered<T extends { index: number }>(
  inputs: readonly Rendered[],
  site: Site,
  ask: (body: Record<string, unknown>) => Promise<{ data: readonly T[]; usage?: z.infer<typeof usageSchema> | null }>,
) {
  const bodies = bodiesOf(inputs, site);
  const replies = await Promise.all(bodies.map(ask));
  const items = replies.flatMap(({ data }) => {
    checkCount(site, data.length, inputs.length / bodies.length);
    return inOrder(data);
  });
  const shares = replies.map(({ usage }, i) =>
    promptTokensOf(usage, bodies.length === 1 ? inputs : inputs.slice(i, i + 1)),
  );
  return { items, promptTokens: shares.reduce((sum, tokens) => sum + tokens, 0), calls: bodies.length };
}

/** vLLM `/pooling`: a row per step (a STEP pooler), or per token. */
export const vllmPooling: ScoreTransport = async (inputs, site) => {
  let tries = 0;
  const { items, promptTokens, calls } = await gathered(inputs, site, async (body) => {
    const pooled = await withTask(site, body);
    tries += pooled.calls - 1;
    const reply = readReply(site, "/pooling", poolingReply, pooled.reply);
    checkModel(site, reply.model);
    return reply;
  });
  const found = items.map((item, i) => {
    const input = inputs[i];
    return input === undefined ? [] : rowsAtSteps(site, input, asRows(site, item.data));
  });
  const rows = found.every((row): row is readonly Row[] => Array.isArray(row)) ? found : await Promise.all(found);
  return { rows, promptTokens, completionTokens: 0, calls: calls + tries };
};

const placeOf = (connection: Connection, site: Site): string =>
  [connection.host, site.model, site.preset.scores].join("\u0000");

/**
 * Sends with the task's name of this server's version, which is found at the first call and remembered, and found anew
 * where it is refused: another version may have come to the same address.
 */
async function withTask(site: Site, body: Record<string, unknown>): Promise<{ reply: unknown; calls: number }> {
  const newest = site.preset.scores === "outcome" ? wholeTaskNames : taskNames;
  const place = placeOf(site.connection, site);
  const found = known.get(place);
  const names = site.task !== "auto" ? [site.task] : [...new Set(found === undefined ? newest : [found, ...newest])];
  for (const [i, task] of names.entries()) {
    try {
      const asked = task === "" ? body : { ...body, task };
      const reply = await site.connection.post("pooling", asked, site.signal);
      known.set(place, task);
      return { reply, calls: i + 1 };
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

/** vLLM `/classify`: the numbers of the classes, one sequence each. */
export const vllmClassify: ScoreTransport = async (inputs, site) => {
  const { items, promptTokens, calls } = await gathered(inputs, site, async (body) => {
    const reply = readReply(
      site,
      "/classify",
      classifyReply,
      await site.connection.post("classify", body, site.signal),
    );
    checkModel(site, reply.model);
    return reply;
  });
  return { rows: items.map(({ probs }) => asRows(site, [probs])), promptTokens, completionTokens: 0, calls };
};

/** vLLM `/score`: the question as one text, all answers as the other. */
export const vllmScore: ScoreTransport = async (inputs, site) => {
  const body = { model: site.model, text_1: inputs[0]?.question ?? "", text_2: inputs.map(({ text }) => text) };
  const reply = await site.connection.post("score", { ...body, ...rawFlags(site) }, site.signal);
  const { data, usage, model: named } = readReply(site, "/score", scoreReply, reply);
  checkModel(site, named);
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

import { z } from "zod";
import { VerifierError } from "../../../src/core/errors.ts";
import {
  checkCount,
  promptTokensOf,
  type Row,
  readReply,
  type ScoreTransport,
  type Site,
  usageSchema,
} from "../site.ts";
import { tokenize } from "../tokens.ts";

const alternatives = z.record(z.string(), z.number());
const choiceSchema = z.object({
  index: z.int(),
  logprobs: z.object({ top_logprobs: z.array(alternatives.nullable()).nullish() }).nullish(),
  prompt_logprobs: z.array(z.record(z.string(), z.object({ logprob: z.number() })).nullable()).nullish(),
  prompt_token_ids: z.array(z.int()).nullish(),
});
const completionsReply = z.object({ choices: z.array(choiceSchema), usage: usageSchema.nullish() });

/** Alternatives asked for at a token: what vLLM gives at most unless it is set up for more. */
const TOP = 20;

const settings = (site: Site) => ({
  model: site.model,
  max_tokens: 1,
  temperature: 0,
  logprobs: TOP,
  return_tokens_as_token_ids: true,
  add_special_tokens: site.preset.specialTokens,
});

async function ask(site: Site, body: Record<string, unknown>, expected: number) {
  const answered = await site.connection.post("v1/completions", body, site.signal);
  const { choices, usage } = readReply(site, "/v1/completions", completionsReply, answered);
  checkCount(site, choices.length, expected);
  return { choices: [...choices].sort((a, b) => a.index - b.index), usage };
}

/**
 * Completions of the text up to each mark, one token each: the log-probabilities of the two verdict tokens among the
 * likeliest next ones. All marks of all texts in one request; any server of completions with log-probabilities.
 */
export const completions: ScoreTransport = async (inputs, site) => {
  const prompts = inputs.flatMap(({ text, marks }) => marks.map((mark) => text.slice(0, mark)));
  const { choices, usage } = await ask(site, { ...settings(site), prompt: prompts }, prompts.length);
  let next = 0;
  const rows = inputs.map(({ marks }) =>
    marks.map(() => rowOf(site, choices[next++]?.logprobs?.top_logprobs?.[0] ?? undefined)),
  );
  const read = usage?.prompt_tokens ?? prompts.reduce((sum, prompt) => sum + Math.ceil(prompt.length / 4), 0);
  return { rows, promptTokens: read, completionTokens: prompts.length, calls: prompts.length };
};

/**
 * All steps of a text in one pass, where the server gives the log-probabilities of the prompt (vLLM): the distribution
 * behind a mark is that of the token after it, behind the last mark that of the token written.
 */
export const completionsEcho: ScoreTransport = async (inputs, site) => {
  const tag = site.preset.reading.tagId;
  if (tag === undefined) throw new VerifierError(site.preset.name, "has no token of its step mark to look for.");
  const prompt = inputs.map(({ text, marks }) => text.slice(0, marks.at(-1)));
  const body = { ...settings(site), prompt, prompt_logprobs: TOP, return_token_ids: true };
  const { choices, usage } = await ask(site, body, inputs.length);
  const rows = await Promise.all(
    inputs.map(async ({ steps }, i): Promise<Row[]> => {
      const choice = choices[i];
      const ids = choice?.prompt_token_ids ?? (await tokenize(site, prompt[i] ?? "", true));
      const at = ids.flatMap((token, position) => (token === tag ? [position] : []));
      if (at.length !== steps.length) {
        throw new VerifierError(
          site.preset.name,
          `the mark's token ${tag} stands ${at.length} times in a text of ${steps.length} steps.`,
        );
      }
      return at.map((position) => {
        if (position === ids.length - 1) return rowOf(site, choice?.logprobs?.top_logprobs?.[0] ?? undefined);
        const told = choice?.prompt_logprobs?.[position + 1];
        return rowOf(site, told && Object.fromEntries(Object.entries(told).map(([id, { logprob }]) => [id, logprob])));
      });
    }),
  );
  return { rows, promptTokens: promptTokensOf(usage, inputs), completionTokens: inputs.length, calls: 1 };
};

/** [log p(good), log p(bad)] by token id, else by the token's text. */
function rowOf(site: Site, told: Readonly<Record<string, number>> | null | undefined): Row {
  if (told === undefined || told === null) return { none: "the server gave no log-probabilities" };
  const { tokenIds, tokens } = site.preset.reading;
  const row = [0, 1].map((place) => {
    const [id, text] = [tokenIds?.[place], tokens?.[place]];
    return told[`token_id:${id}`] ?? told[String(id)] ?? (text === undefined ? undefined : told[text]);
  });
  const [good, bad] = row;
  if (good === undefined && bad === undefined) {
    return { none: `neither verdict token is among the ${TOP} likeliest. Serve the model so that more are given.` };
  }
  return [good ?? Number.NEGATIVE_INFINITY, bad ?? Number.NEGATIVE_INFINITY];
}

import { z } from "zod";
import { InvalidOptionError, VerifierError } from "../../../src/core/errors.ts";
import type { Connection } from "../connection.ts";
import type { Rendered } from "../layout.ts";
import {
  checkCount,
  promptTokensOf,
  type Row,
  readReply,
  type ScoreTransport,
  type Site,
  usageSchema,
} from "../site.ts";

const tokenSchema = z.record(
  z.string(),
  z.object({ logprob: z.number(), decoded_token: z.string().nullish(), rank: z.number().nullish() }),
);
const completionsReply = z.object({
  choices: z.array(z.object({ index: z.int(), prompt_logprobs: z.array(tokenSchema.nullable()) })),
  usage: usageSchema.nullish(),
});

/**
 * Log density ratio of two models over the solution's tokens: log p(solution) under the first less that under the
 * reference, summed up to each step's end (implicit process rewards) or over the whole (strong over weak). vLLM's
 * `prompt_logprobs`.
 */
export const promptLogprobs: ScoreTransport = async (inputs, site) => {
  const { reference } = site;
  if (reference === null) {
    throw new InvalidOptionError(
      `served: "reference"`,
      `must be the address of the second model's server: ${site.preset.name} compares two models.`,
    );
  }
  const [own, other] = await Promise.all([
    sums(inputs, site, site.connection, site.model),
    sums(inputs, site, reference.connection, reference.model),
  ]);
  const rows = inputs.map((_, i): Row[] =>
    (own.sums[i] ?? []).map((sum, t) => [sum - (other.sums[i]?.[t] ?? Number.NaN)]),
  );
  return { rows, promptTokens: own.promptTokens + other.promptTokens, completionTokens: 2 * inputs.length, calls: 2 };
};

async function sums(inputs: readonly Rendered[], site: Site, connection: Connection, model: string) {
  const prompt = inputs.map(({ text }) => text);
  const body = { model, prompt, max_tokens: 1, temperature: 0, prompt_logprobs: 0 };
  const answered = await connection.post("v1/completions", body, site.signal);
  const { choices, usage } = readReply(site, "/v1/completions", completionsReply, answered);
  checkCount(site, choices.length, inputs.length);
  const ordered = [...choices].sort((a, b) => a.index - b.index);
  return {
    sums: inputs.map((input, i) => cumulative(input, ordered[i]?.prompt_logprobs ?? [], site)),
    promptTokens: promptTokensOf(usage, inputs),
  };
}

/**
 * The sum up to each mark (process) or over the whole solution (outcome). Tokens are laid along the text from its end.
 */
function cumulative(input: Rendered, tokens: readonly (z.infer<typeof tokenSchema> | null)[], site: Site): number[] {
  const known = tokens.map((token) => Object.values(token ?? {})[0]);
  let end = input.text.length;
  const placed = known
    .map((token) => ({ token, text: token?.decoded_token ?? "" }))
    .reverse()
    .flatMap(({ token, text }) => {
      const start = end - text.length;
      const whole = input.text.slice(Math.max(0, start), end) === text || text.includes("\ufffd");
      if (token !== undefined && start >= input.from && !whole) {
        throw new VerifierError(
          site.preset.name,
          `the tokens sent do not spell the text: "${text}" where "${input.text.slice(Math.max(0, start), end)}" stands.`,
        );
      }
      end = start;
      return token === undefined ? [] : [{ start, logprob: token.logprob }];
    });
  const marks = site.preset.scores === "outcome" ? input.marks.slice(-1) : input.marks;
  return marks.map((mark) =>
    placed.reduce((sum, { start, logprob }) => sum + (start >= input.from && start < mark ? logprob : 0), 0),
  );
}

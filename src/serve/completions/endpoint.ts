import { z } from "zod";
import type { TokenLogprob } from "../../core/policy.ts";
import type { Ask } from "../ask.ts";
import { passedFields } from "../chat/request.ts";
import { commonShape, passedShape } from "../chat/schema.ts";
import { piecesOf } from "../chat/stream.ts";
import { apiErrorOf, refused } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { issueOf } from "../issue.ts";
import type { Job } from "../service.ts";
import { eventStream } from "../sse.ts";
import type { Reply } from "../think.ts";
import { usageOf } from "../usage.ts";

const completionSchema = z.strictObject({
  ...commonShape,
  ...passedShape,
  prompt: z.union([z.string(), z.array(z.string()).min(1)]),
  n: z.int().min(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  logprobs: z.int().min(0).max(5).nullish(),
  echo: z.literal(false, "must be false: prompts are not repeated here").nullish(),
  suffix: z.null("must be left out: text is not inserted here").optional(),
  best_of: z.literal(1, "must be 1: name a strategy such as best-of-n as the model instead").nullish(),
});

type Body = z.infer<typeof completionSchema>;

/**
 * POST /v1/completions. A prompt is one user message to a chat model; a list of prompts gives the choices of each in
 * turn. What the old protocol offers for raw continuation (echo, suffix, tokens as prompt) is refused.
 */
export async function completions(exchange: Exchange): Promise<Response> {
  const given = await exchange.body();
  const parsed = completionSchema.safeParse(given);
  if (!parsed.success) {
    const { path, sentence } = issueOf(parsed.error, given);
    throw refused(path, `"${path}" ${sentence}`);
  }
  const body = parsed.data;
  const { service } = exchange;
  const prompts = typeof body.prompt === "string" ? [body.prompt] : body.prompt;
  const { choices } = service.parts.config.limits;
  if (prompts.length * (body.n ?? 1) > choices) {
    throw refused("prompt", `prompts × n must be at most ${choices} here, got ${prompts.length} × ${body.n ?? 1}.`);
  }
  if (body.stream === true && prompts.length > 1)
    throw refused("prompt", 'A list of prompts cannot be streamed: leave "stream" out.');
  const [first = "", ...others] = prompts;
  const asks: [Ask, ...Ask[]] = [askOf(body, first), ...others.map((prompt) => askOf(body, prompt))];
  const job = await service.admit(asks, exchange, "completions");
  const head = { id: job.id.replace("chatcmpl", "cmpl"), created: service.parts.time.seconds(), model: body.model };
  if (body.stream === true) return streamed(exchange, job, head, body.stream_options?.include_usage === true);
  const replies = await job.run();
  return exchange.json(
    {
      ...head,
      object: "text_completion",
      choices: replies.map((reply, index) => ({
        index,
        text: textOf(reply),
        finish_reason: finishOf(reply),
        logprobs: legacyLogprobs(reply.logprobs),
        ruminate: reply.evidence,
      })),
      usage: usageOf(replies),
    },
    job.id,
  );
}

function askOf(body: Body, prompt: string): Ask {
  return {
    model: body.model,
    ruminate: body.ruminate ?? {},
    messages: [{ role: "user", content: prompt }],
    n: body.n ?? 1,
    maxTokens: body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: (typeof body.stop === "string" ? [body.stop] : (body.stop ?? [])).filter((text) => text !== ""),
    seed: body.seed ?? null,
    logprobs: body.logprobs ?? null,
    fields: passedFields(body),
    tools: false,
    format: null,
  };
}

function streamed({ service }: Exchange, job: Job, head: object, includeUsage: boolean): Response {
  const { config, clock } = service.parts;
  return eventStream(
    async (sink) => {
      const send = (part: object) => sink.send({ ...head, object: "text_completion", ...part });
      try {
        const replies: readonly Reply[] = await job.run();
        for (const [index, reply] of replies.entries()) {
          for (const { text } of piecesOf({ ...reply, content: textOf(reply) }))
            send({ choices: [{ index, text, finish_reason: null, logprobs: null }] });
          const logprobs = legacyLogprobs(reply.logprobs);
          send({ choices: [{ index, text: "", finish_reason: finishOf(reply), logprobs, ruminate: reply.evidence }] });
        }
        if (includeUsage) send({ choices: [], usage: usageOf(replies) });
        sink.send("[DONE]");
      } catch (error) {
        sink.send({ error: apiErrorOf(error).error });
      }
    },
    { heartbeatMs: config.heartbeatSeconds * 1000, clock, onLeave: job.leave, headers: { "x-request-id": job.id } },
  );
}

/** The old protocol has no field for a refusal in words: it is the text, and the end says that it is none. */
const textOf = ({ content, refusal }: Reply): string => (content === "" ? (refusal ?? "") : content);
const finishOf = ({ finish, refusal, failure }: Reply) =>
  refusal === null && failure === null ? finish : "content_filter";

/** Log-probabilities as the old protocol has them: lists side by side. */
function legacyLogprobs(logprobs: readonly TokenLogprob[] | null) {
  if (logprobs === null) return null;
  let offset = 0;
  return {
    tokens: logprobs.map(({ token }) => token),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top = [] }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
    text_offset: logprobs.map(({ token }) => {
      const start = offset;
      offset += token.length;
      return start;
    }),
  };
}

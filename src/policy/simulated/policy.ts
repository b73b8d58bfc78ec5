import { type Clock, systemClock } from "../../core/clock.ts";
import { InvalidOptionError } from "../../core/errors.ts";
import type { Policy, Sample, SampleOptions, SampleRequest } from "../../core/policy.ts";
import { Random } from "../../core/random.ts";
import { finish, tokenLogprobs } from "./finish.ts";
import { type Dials, policyId, type SimulatedOptions, simulatedOptions } from "./options.ts";
import { type Prompt, PromptBook } from "./prompts.ts";
import { writerFor } from "./writers.ts";
import { Writing } from "./writing.ts";

/** What it says where no problem of its kind is in the prompt. */
export const NOT_UNDERSTOOD = "This simulated model can only reason about its own arithmetic word problems.";

/** No token is longer than this many characters, but for runs of white space, of which none is longer. */
const longestToken = 8;

/**
 * A seeded reasoner that stands in for a language model: it reads an arithmetic word problem (problem.ts) in the
 * messages, writes real step-by-step text, and slips, recovers, judges and revises with chances that are set
 * (options.ts), so that measured figures can be held against exact ones (theory.ts).
 *
 * It reads nothing but the request. Whole steps of a prefix are taken as they are, right or wrong, and a step that has
 * begun is finished with the chances it has given what is written. `purpose` says which kind of text is wanted; an
 * unknown one is answered with a solution.
 *
 * A sample depends on the dials, messages, prefix, purpose and its own seed: not on `n`, on how calls are grouped, on
 * `stop`, `maxTokens` and `logprobs` (which only cut or annotate the same text), nor on the temperature, except that 0
 * is deterministic (see `greedy`): the chances set hold at every other temperature.
 */
export function simulatedPolicy(options: SimulatedOptions = {}, clock: Clock = systemClock): Policy {
  const dials = readDials(options);
  const book = new PromptBook(dials);
  return {
    id: policyId(dials),
    capabilities: {
      prefix: "native",
      logprobs: { top: 20 },
      sharedPrompt: true,
      reportsStops: true,
      seeds: true,
      embeds: false,
      contextTokens: null,
      parallel: 64,
    },
    sample: async (request, sampleOptions) => {
      checkRequest(request);
      sampleOptions?.signal?.throwIfAborted();
      if (dials.latencyMs > 0) await clock.sleep(dials.latencyMs, sampleOptions?.signal);
      const prompt = book.read(request);
      return request.seeds.map((seed, index) => writeSample(request, prompt, dials, seed, index, sampleOptions));
    },
    countPromptTokens: (request) => book.promptTokens(request),
  };
}

function readDials(options: SimulatedOptions): Dials {
  const read = simulatedOptions.safeParse(options);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new InvalidOptionError(`simulated: "${issue?.path.join(".") ?? ""}"`, issue?.message ?? "is invalid", {
    cause: read.error,
  });
}

function checkRequest({ n, seeds }: SampleRequest): void {
  if (seeds.length === n && n >= 1) return;
  throw new InvalidOptionError('simulated: "seeds"', `must have one seed per sample: n is ${n}, got ${seeds.length}.`);
}

function writeSample(
  request: SampleRequest,
  prompt: Prompt,
  dials: Dials,
  seed: number,
  index: number,
  options: SampleOptions | undefined,
): Sample {
  const { stop = [], maxTokens, logprobs, temperature, prefix = "", purpose } = request;
  const greedy = temperature === 0;
  const writing = new Writing(logprobs !== undefined, (text, piece) => isEnough(text, piece, stop, maxTokens));
  if (prompt.task === null) writing.add(NOT_UNDERSTOOD);
  else {
    const random = new Random(greedy ? prompt.key : `${prompt.key}/${seed}`);
    const modal = greedy && dials.greedy === "modal";
    const { task, conversation, request: asked } = prompt;
    writerFor(purpose)({ task, dials, random, modal, prefix, writing, conversation, request: asked });
  }
  const { tokens, ...end } = finish(writing.text, stop, maxTokens);
  if (options?.onText !== undefined)
    for (const piece of end.text.match(/[\s\S]+?(?:\n\n|$)/g) ?? []) options.onText(index, piece);
  return {
    ...end,
    seed,
    promptTokens: prompt.tokens,
    cachedPromptTokens: 0,
    completionTokens: tokens,
    sharedPrompt: true,
    dollars: 0,
    ...(writing.marks === null ? {} : { logprobs: tokenLogprobs(end.text, writing.marks, logprobs ?? 0) }),
  };
}

function isEnough(text: string, piece: string, stop: readonly string[], maxTokens: number): boolean {
  if (text.length > maxTokens * longestToken) return true;
  return stop.some(
    (candidate) => candidate !== "" && text.indexOf(candidate, text.length - piece.length - candidate.length) >= 0,
  );
}

import type { Clock } from "../../src/core/clock.ts";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import type { CheckedPolicy } from "../../src/policy/pool-member.ts";

/** Tokens are counted by characters, and kept by blocks, as servers keep them. */
const blockCharacters = 64;
const charactersPerToken = 4;
/** Milliseconds: a thousand prompt tokens, a token of an answer, and how much slower with each sample at work. */
const [promptMs, tokenMs, shareMs] = [0.2, 8, 0.03];

export interface ServerFigures {
  promptTokens: number;
  /** Of those, which were in the cache. */
  cachedTokens: number;
  completionTokens: number;
}

/** Tokens that it had to compute. */
export const workOf = ({ promptTokens, cachedTokens, completionTokens }: ServerFigures): number =>
  promptTokens - cachedTokens + completionTokens;

/**
 * A model server with a prefix cache of a limited size (least recently used blocks go first): what it is asked takes
 * the longer the less of it is cached and the more it has to do. Texts are those of `policy`.
 */
export function cachedServer(policy: Policy, index: number, clock: Clock, capacityTokens: number) {
  const figures: ServerFigures = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
  const cache = new Map<string, true>();
  const capacity = (capacityTokens * charactersPerToken) / blockCharacters;
  let busy = 0;
  const touch = (block: string): boolean => {
    const there = cache.delete(block);
    cache.set(block, true);
    if (cache.size > capacity) cache.delete(cache.keys().next().value as string);
    return there;
  };
  /** Keeps a text; returns how many of its characters were there from its beginning. */
  const keep = (text: string): number => {
    let [known, unbroken] = [0, true];
    for (let end = blockCharacters; end <= text.length; end += blockCharacters) {
      const there = touch(text.slice(0, end));
      unbroken &&= there;
      if (unbroken) known = end;
    }
    return known;
  };
  const member: CheckedPolicy = {
    ...policy,
    id: `server-${index}/model`,
    capabilities: { ...policy.capabilities, parallel: 16 },
    sample: async (request, options) => {
      const prompt = promptOf(request);
      const cached = keep(prompt);
      busy += request.n;
      try {
        const samples = await policy.sample(request, options);
        const longest = Math.max(0, ...samples.map(({ completionTokens }) => completionTokens));
        const uncached = (prompt.length - cached) / charactersPerToken;
        await clock.sleep(uncached * promptMs + longest * tokenMs * (1 + busy * shareMs), options?.signal);
        for (const { text } of samples) keep(prompt + text);
        figures.promptTokens += prompt.length / charactersPerToken;
        figures.cachedTokens += cached / charactersPerToken;
        figures.completionTokens += samples.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
        return samples;
      } finally {
        busy -= request.n;
      }
    },
  };
  return { member, figures };
}

const promptOf = ({ messages, prefix = "" }: SampleRequest): string =>
  messages.map(({ role, content }) => `<${role}>${content}`).join("") + prefix;

import { setTimeout as pause } from "node:timers/promises";
import PQueue from "p-queue";
import { estimatePromptTokens, type Policy, type Sample, type SampleRequest } from "../../core/policy.ts";
import { arrivedSamples } from "../failed-attempt.ts";
import { usageOf } from "../usage.ts";
import { wrapPolicy } from "../wrap.ts";
import type { Cost, RateBook } from "./limits.ts";

/** Holds calls back until the book gives leave. Inside retry it sees each attempt. */
export function rated(policy: Policy, book: RateBook): Policy {
  // One question at a time: who came first goes first.
  const turns = new PQueue({ concurrency: 1 });
  const leave = (most: Cost, signal: AbortSignal | undefined): Promise<string> =>
    turns.add<string>(
      async () => {
        for (;;) {
          signal?.throwIfAborted();
          const answer = await book.ask(most);
          if ("ticket" in answer) return answer.ticket;
          await pause(Math.ceil(answer.wait), undefined, { signal }).catch(() => {});
        }
      },
      { signal },
    );
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const most = mostOf(policy, request);
      const ticket = await leave(most, options?.signal);
      let spent: Cost = { requests: 1, tokens: 0, dollars: 0 };
      try {
        const samples = await policy.sample(request, options);
        spent = costOf(samples);
        return samples;
      } catch (error) {
        spent = costOf(arrivedSamples(error).filter((sample) => sample !== null));
        throw error;
      } finally {
        await book.settle(ticket, most, spent);
      }
    },
  });
}

/** A prompt's length is an estimate where no tokenizer is at hand: it is taken twice. */
function mostOf(policy: Policy, request: SampleRequest): Cost {
  const prompt = policy.countPromptTokens?.(request) ?? 2 * estimatePromptTokens(request);
  const asked = policy.capabilities.sharedPrompt ? prompt : prompt * request.n;
  const answers = request.n * request.maxTokens;
  return { requests: 1, tokens: asked + answers, dollars: policy.price?.(asked, answers) ?? 0 };
}

function costOf(samples: readonly Sample[]): Cost {
  const { promptTokens, completionTokens, dollars } = usageOf(samples);
  return { requests: 1, tokens: promptTokens + completionTokens, dollars };
}

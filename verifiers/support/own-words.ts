import type { Candidate } from "../../src/core/candidate.ts";
import type { TokenLogprob } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { solutionMessages } from "../../src/engine/sampling.ts";

/**
 * The log-probabilities of a candidate's tokens: those that it was sampled with; else, where the policy reads texts
 * that are there already, those that it gives to the text as its own answer to the plain question (one call, paid as a
 * prompt). Undefined where neither is to be had, and for a text that an interpreter wrote parts of: those are not the
 * policy's words.
 */
export async function ownLogprobs(
  run: Run,
  { logprobs, text, trajectory }: Candidate,
  top: number,
): Promise<readonly TokenLogprob[] | undefined> {
  if (trajectory.steps.some(({ observation = "" }) => observation !== "")) return logprobs;
  if (logprobs !== undefined || run.policy.capabilities.readsPrefix !== true || text === "") return logprobs;
  const [sample] = await run.sample({
    messages: solutionMessages(run.question),
    prefix: text,
    prefixLogprobs: top,
    temperature: 0,
    from: 0,
    maxTokens: 1,
    purpose: "read",
  });
  return sample?.prefixLogprobs;
}

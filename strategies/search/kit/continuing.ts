import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";
import { gather } from "../../prompting/kit/runs.ts";

export interface Continuing {
  /** Completions of each beginning. */
  readonly n: number;
  readonly temperature: number;
  readonly notes: NonNullable<Candidate["notes"]>;
}

/** `n` solutions from each of these beginnings of the policy's turn; candidates hold the whole text, a beginning included ("" is a plain solution). */
export async function continued(run: Run, beginnings: readonly string[], { n, temperature, notes }: Continuing) {
  const messages = solutionMessages(run.question);
  const { done, failed } = await gather(
    beginnings.map(async (prefix) => {
      const begun = prefix === "" ? {} : { prefix };
      const samples = await run.sample({
        messages,
        ...begun,
        n,
        temperature,
        purpose: prefix === "" ? "solve" : "rollout",
      });
      return samples.map(({ logprobs: _ofThePart, ...sample }) =>
        solutionCandidate(run, { ...sample, text: prefix + sample.text }, notes),
      );
    }),
  );
  return { candidates: done.flat(), failed };
}

import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";

const EXPLAIN =
  "Explain step by step what this solution does with the problem, as it stands: name every operation and condition, and do not correct it.";

interface Explaining {
  readonly model: string;
  readonly maxTokens: number;
}

/**
 * A candidate with a chain of thought about it below its text, which a judge of programs reads beside the code
 * (Code-Rev: Liang et al. 2024, arXiv:2410.05318). A cut explanation is shown as it is. Cost: one greedy call.
 */
export async function explained(run: Run, candidate: Candidate, { model, maxTokens }: Explaining): Promise<Candidate> {
  const text = candidate.text.trim();
  const content = `Problem:\n${run.question.text}\n\nSolution:\n${text}\n\n${EXPLAIN}`;
  const [sample] = await run.sample({
    ...{
      messages: [{ role: "user" as const, content }],
      temperature: 0,
      from: 0,
      maxTokens,
      purpose: "explain",
      model,
    },
  });
  return sample === undefined ? candidate : { ...candidate, text: `${text}\n\nExplanation:\n${sample.text.trim()}` };
}

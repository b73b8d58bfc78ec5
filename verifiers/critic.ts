import { z } from "zod";
import { readFirstError } from "../src/answer/verdicts/steps.ts";
import type { Message } from "../src/core/policy.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { stepTexts, taggedParagraphs } from "./support/steps.ts";

const INSTRUCTION =
  "Review the solution paragraph by paragraph. If a paragraph holds an error, give the index of the earliest such paragraph; if there is none, give -1. Put the final index (an integer) in \\boxed{}.";

function messagesFor(question: string, steps: readonly string[], instruction: string): Message[] {
  const parts = [
    "Here is a math problem and a solution, split into paragraphs between tags and indexed from 0.",
    `[Problem]\n\n${question}`,
    `[Solution]\n\n${taggedParagraphs(steps)}`,
    instruction,
  ];
  return [{ role: "user", content: parts.join("\n\n") }];
}

/** The most common vote, null votes dropped; ties go to the earliest given. Null when there is none. */
export function majorityIndex(votes: readonly (number | null)[]): number | null {
  const counts = new Map<number, number>();
  for (const vote of votes) if (vote !== null) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  let best: number | null = null;
  for (const [index, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = index;
  return best;
}

const optionsSchema = z.strictObject({
  k: z.int().min(1).default(1).describe("reviews; with more than one they vote"),
  temperature: z.number().min(0).default(1).describe("of the reviews when there are several; a single one is greedy"),
  scores: z
    .enum(["majority", "share"])
    .default("majority")
    .describe("majority: 1 before the first error that most name, 0 from it on; share: the share of reviews"),
  maxTokens: z.int().min(1).default(1024),
  instruction: z.string().min(1).default(INSTRUCTION).describe("what is asked after problem and solution"),
  model: roleOption("judge", "part of the model that is asked"),
});
type Options = z.output<typeof optionsSchema>;

async function votesOn(run: Run, steps: readonly string[], options: Options): Promise<(number | null)[]> {
  const { k, temperature, maxTokens, instruction, model } = options;
  const samples = await run.sample({
    messages: messagesFor(run.question.text, steps, instruction),
    n: k,
    from: 0,
    temperature: k === 1 ? 0 : temperature,
    ...(k === 1 ? {} : { topP: 0.9 }),
    maxTokens,
    purpose: "critic",
    model,
  });
  return samples.map((sample) => readFirstError(sample, steps.length));
}

const rightAt = (index: number, t: number): boolean => index === -1 || t < index;

function stepScores(votes: readonly (number | null)[], count: number, { scores }: Options): Score[] {
  const known = votes.filter((vote) => vote !== null);
  const winner = majorityIndex(votes);
  if (winner === null) return Array.from({ length: count }, () => ({ value: null, reason: "no index in the review" }));
  const said = winner === -1 ? "no error found" : `first error at step ${winner + 1}`;
  const reason = `${said}, by ${known.filter((vote) => vote === winner).length} of ${votes.length} reviews`;
  return Array.from({ length: count }, (_, t) => {
    const share = known.filter((vote) => rightAt(vote, t)).length / known.length;
    return { value: scores === "share" ? share : rightAt(winner, t) ? 1 : 0, reason };
  });
}

/**
 * A chat model as a critic: it reads the numbered paragraphs and names the first wrong one, or none; several reviews
 * vote, null votes dropped (ProcessBench, Zheng et al. 2024, arXiv:2412.06559, section 4: greedy, or 8 samples at
 * temperature 1 and top-p 0.9).
 *
 * Process: 1 for steps before the first error, 0 from it on; with `share` the share of reviews that say so. Outcome:
 * the share of reviews that find no error. Cost: `k` calls per trajectory. Null when no review names an index.
 */
export const critic = defineVerifier({
  name: "critic",
  summary: "a chat model names the first wrong step, or none; several reviews vote",
  paper: "Zheng et al. 2024, arXiv:2412.06559",
  options: optionsSchema,
  process: (options) => ({
    scoreSteps: (_question, trajectories, run) =>
      Promise.all(
        trajectories.map(async (path) => {
          const steps = stepTexts(path);
          return stepScores(await votesOn(run, steps, options), steps.length, options);
        }),
      ),
  }),
  outcome: (options) => ({
    score: (_question, candidates, run) =>
      Promise.all(
        candidates.map(async ({ trajectory }): Promise<Score> => {
          const votes = (await votesOn(run, stepTexts(trajectory), options)).filter((vote) => vote !== null);
          if (votes.length === 0) return { value: null, reason: "no index in the review" };
          const clean = votes.filter((vote) => vote === -1).length;
          return { value: clean / votes.length, reason: `${clean} of ${votes.length} reviews find no error` };
        }),
      ),
  }),
});

import { z } from "zod";
import { firstYesNo, meanOf, yesNo } from "../src/answer/verdicts/probabilities.ts";
import { readRating } from "../src/answer/verdicts/ratings.ts";
import type { Reply } from "../src/answer/verdicts/spoken.ts";
import type { Candidate } from "../src/core/candidate.ts";
import type { Message } from "../src/core/policy.ts";
import type { Question } from "../src/core/question.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { explained } from "./support/explaining.ts";

const YES_NO_INSTRUCTION =
  "Is the final answer of this solution correct? Check the reasoning against the problem. Answer with one word, Yes or No.";
const RATING_INSTRUCTION =
  'Rate how likely the final answer of this solution is to be correct, from 0 (certainly wrong) to 10 (certainly right). Write only "Rating: " and the number.';

const VOTE_INSTRUCTION =
  "Check this solution step by step against the problem. Then answer, on a line of its own, with one word: Yes if its final answer is correct, No if it is not.";

const REVIEW_INSTRUCTION =
  'Name the few criteria that matter for this problem, and their weights. Review the solution by each. Then write, on a line of its own, "Rating: " and a number from 0 (certainly wrong) to 10 (certainly right).';

function messagesFor(question: Question, candidate: Candidate, instruction: string): Message[] {
  return [
    { role: "system", content: "You are a strict examiner of solutions to problems." },
    { role: "user", content: `Problem:\n${question.text}\n\nSolution:\n${candidate.text.trim()}\n\n${instruction}` },
  ];
}

/** A rating of 0 to 10 as a share; null when there is none in the reply. */
export function ratingShare(reply: Reply): Score {
  const rating = readRating(reply);
  if (rating !== null) return { value: rating / 10 };
  const text = typeof reply === "string" ? reply : reply.text;
  return { value: null, reason: `no rating from 0 to 10 in "${text.slice(0, 60)}"` };
}

interface Judging {
  readonly useLogprobs: boolean;
  /** Ask for a rating where log-probabilities were promised and do not come. */
  readonly orRating: boolean;
  /** A rating stands in for the probability that the model does not give. */
  readonly without: boolean;
  readonly model: string;
  readonly instruction: string | undefined;
}

async function judgeOne(run: Run, candidate: Candidate, judging: Judging): Promise<Score> {
  const { useLogprobs, model } = judging;
  const instruction = judging.instruction ?? (useLogprobs ? YES_NO_INSTRUCTION : RATING_INSTRUCTION);
  const [sample] = await run.sample({
    messages: messagesFor(run.question, candidate, instruction),
    temperature: 0,
    from: 0,
    maxTokens: useLogprobs ? 1 : 12,
    logprobs: useLogprobs ? 20 : undefined,
    purpose: "judge",
    model,
  });
  if (sample === undefined) return { value: null, reason: "no judgement" };
  if (!useLogprobs) return judging.without ? because(WITHOUT_LOGPROBS, ratingShare(sample)) : ratingShare(sample);
  if (sample.logprobs !== undefined) return firstYesNo(sample);
  if (!judging.orRating) return because(WITHOUT_LOGPROBS, yesNo(sample, "first"));
  return because(WITHOUT_LOGPROBS, await judgeOne(run, candidate, { ...judging, useLogprobs: false, without: false }));
}

const WITHOUT_LOGPROBS = "the judge gives no log-probabilities";

const because = (why: string, { value, reason }: Score): Score => ({
  value,
  reason: `${why}: ${reason ?? "rated instead"}`,
});

interface Voting {
  readonly k: number;
  readonly temperature: number;
  readonly maxTokens: number;
  readonly model: string;
  readonly instruction: string | undefined;
}

/** The mean of P(Yes) over `k` written checks, or of the ratings at the end of `k` written reviews. */
async function vote(run: Run, candidate: Candidate, by: "vote" | "reviews", voting: Voting): Promise<Score> {
  const { k, temperature, maxTokens, model, instruction } = voting;
  const checks = by === "vote";
  const readsLogprobs = checks && run.capabilitiesOf(model).logprobs !== null;
  const asked = instruction ?? (checks ? VOTE_INSTRUCTION : REVIEW_INSTRUCTION);
  const samples = await run.sample({
    messages: messagesFor(run.question, candidate, asked),
    n: k,
    from: 0,
    temperature,
    maxTokens,
    logprobs: readsLogprobs ? 20 : undefined,
    purpose: "judge",
    model,
  });
  const scores = samples.map((sample) => (checks ? yesNo(sample, "last") : ratingShare(sample)));
  return meanOf(scores, checks ? "checks" : "reviews");
}

/**
 * A chat model as an outcome verifier: P(correct) by the probability of "Yes" as the first token where the model gives
 * log-probabilities (GenRM: Zhang et al. 2024, arXiv:2408.15240, the direct form), by a rating of 0 to 10 otherwise.
 * `vote` is GenRM-CoT of the same paper: `k` written checks, each ending in Yes or No, and the mean of P(Yes) over them
 * (the paper's k is 32). `reviews` is the voting of DeepSeek-GRM (Liu et al. 2025, arXiv:2504.02495): `k` written
 * reviews, each by criteria of its own, and the mean of their ratings. The model is the one named "judge" in the
 * set-up, else the policy itself.
 *
 * Cost: one call per candidate, one token where log-probabilities are read; `k` calls for `vote` and `reviews`; one
 * more for `explain`. A server that promises log-probabilities and sends none is asked for a rating too (`auto`), or
 * its word counts as 1 or 0 (`yes-probability`); the reason says so. Null when no reply can be read, when the first
 * token is neither Yes nor No, and for a written check that was cut.
 */
export const judge = defineVerifier({
  name: "judge",
  summary: "a chat model says how likely the answer is right",
  paper: "Zhang et al. 2024, arXiv:2408.15240",
  options: z.strictObject({
    by: z
      .enum(["auto", "yes-probability", "rating", "vote", "reviews"])
      .default("auto")
      .describe("auto: the probability of Yes where it can be read"),
    k: z.int().min(1).default(8).describe("written checks or reviews"),
    temperature: z.number().min(0).default(0.7).describe("of what is written"),
    maxTokens: z.int().min(1).default(512).describe("length limit of a written check or review"),
    explain: z
      .boolean()
      .default(false)
      .describe("have each solution explained first, by at most `maxTokens`, and judge both: for programs (Code-Rev)"),
    instruction: z.string().min(1).optional().describe("asked after problem and solution, instead of ours"),
    model: roleOption("judge", "part of the model that is asked"),
  }),
  outcome: ({ by, model, instruction, explain, ...voting }) => ({
    score: async (_question, given, run) => {
      const { maxTokens } = voting;
      const candidates = explain
        ? await Promise.all(given.map((candidate) => explained(run, candidate, { model, maxTokens })))
        : given;
      if (by === "vote" || by === "reviews") {
        const settings = { ...voting, model, instruction };
        return await Promise.all(candidates.map((candidate) => vote(run, candidate, by, settings)));
      }
      const readable = run.capabilitiesOf(model).logprobs !== null;
      const useLogprobs = by === "yes-probability" || (by === "auto" && readable);
      const orRating = by === "auto" && instruction === undefined;
      const judging = { useLogprobs, orRating, without: by === "auto" && !readable, model, instruction };
      return await Promise.all(candidates.map((candidate) => judgeOne(run, candidate, judging)));
    },
  }),
});

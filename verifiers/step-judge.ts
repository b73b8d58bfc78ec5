import { z } from "zod";
import type { Message, Sample, TokenLogprob } from "../src/core/policy.ts";
import type { Question } from "../src/core/question.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { defineVerifier } from "../src/core/verifier.ts";

const INSTRUCTION =
  'Judge every step: is it right, given the problem and the steps before it? For each step write one line "Step k: p" where the digit p from 0 to 9 says how sure you are that the step is right (9: certainly right, 0: certainly wrong). Write nothing else.';

/**
 * The reply is begun for the model: small ones otherwise count from 0, or explain the form instead of filling it in.
 */
const REPLY_BEGUN = "Step 1:";

function messagesFor(question: Question, steps: readonly string[]): Message[] {
  const numbered = steps.map((step, i) => `Step ${i + 1}: ${step.trim()}`).join("\n\n");
  return [
    { role: "system", content: "You are a strict examiner who checks solutions step by step." },
    { role: "user", content: `Problem:\n${question.text}\n\nSolution:\n${numbered}\n\n${INSTRUCTION}` },
  ];
}

const ratingLine = /step\s*(\d+)\s*[:.)-]\s*\**(?:p\s*[=:]\s*)?(\d+(?:\.\d+)?)/gi;

/**
 * Reads "Step k: p" lines, p of 0 to 9 (a 10 counts as 9); the first line of a step counts, and a step without one is
 * null. `expected(at)` may give the rating whose first digit stands at this place of the text more finely, in [0, 1].
 */
export function readVerdicts(text: string, count: number, expected: (at: number) => number | null = () => null) {
  const found = new Map<number, Score>();
  for (const match of text.matchAll(ratingLine)) {
    const [whole, k, p = ""] = match;
    const [step, rating] = [Number(k), Number(p)];
    if (!(rating >= 0 && rating <= 10) || found.has(step)) continue;
    const finer = expected(match.index + whole.length - p.length);
    const value = finer ?? Math.min(1, rating / 9);
    found.set(step, finer === null ? { value } : { value, reason: `rated ${p}, ${value.toFixed(3)} expected` });
  }
  return Array.from(
    { length: count },
    (_, i): Score => found.get(i + 1) ?? { value: null, reason: "no verdict for this step" },
  );
}

/**
 * The mean digit under the token's distribution over digits, as a share of 9 (G-Eval, section 2.2); null where no digit
 * is among its alternatives.
 */
export function expectedDigit({ token, logprob, top = [] }: TokenLogprob): number | null {
  if (!/^\s*\d$/.test(token)) return null;
  const seen = new Map([...top, { token, logprob }].map((entry) => [entry.token, entry.logprob]));
  const digits = [...seen].filter(([text]) => /^\s*\d$/.test(text));
  const mass = digits.map(([text, log]) => ({ digit: Number(text), p: Math.exp(log) }));
  const sum = mass.reduce((total, { p }) => total + p, 0);
  return sum > 0 ? mass.reduce((total, { digit, p }) => total + digit * p, 0) / (9 * sum) : null;
}

/** The token of a sample that stands at a place of `begun` and the sample's text. */
function tokenAt({ logprobs = [] }: Sample, begun: string, at: number): TokenLogprob | null {
  let end = begun.length;
  for (const token of logprobs) {
    end += token.token.length;
    if (at < end) return token;
  }
  return null;
}

async function judgeSteps(run: Run, { steps }: Trajectory, model: string, finely: boolean): Promise<Score[]> {
  const texts = steps.map((step) => step.text);
  const prefix = run.policy.capabilities.prefix === "native" ? REPLY_BEGUN : "";
  const [sample] = await run.sample({
    messages: messagesFor(run.question, texts),
    ...(prefix === "" ? {} : { prefix }),
    temperature: 0,
    from: 0,
    maxTokens: 8 * texts.length + 8,
    ...(finely ? { logprobs: 20 } : {}),
    purpose: "step-judge",
    model,
  });
  if (sample === undefined) return readVerdicts("", texts.length);
  return readVerdicts(prefix + sample.text, texts.length, (at) => {
    const token = finely ? tokenAt(sample, prefix, at) : null;
    return token === null ? null : expectedDigit(token);
  });
}

/**
 * A chat model as a process verifier: one call per trajectory, in which it rates every step (the critic form of
 * ProcessBench, Zheng et al. 2024, arXiv:2412.06559, with a rating per step instead of the first error's index). The
 * steps sent are exactly those of the trajectory. Where log-probabilities can be read, a rating is its expectation over
 * the digits that the model weighed (G-Eval, Liu et al. 2023, arXiv:2303.16634, section 2.2): small models write nearly
 * always the same digit, but with different certainty.
 *
 * Cost: one call per trajectory. scores[i][t] is null where the reply names no rating for step t.
 */
export const stepJudge = defineVerifier({
  name: "step-judge",
  summary: "a chat model rates every step, one call per trajectory",
  paper: "Zheng et al. 2024, arXiv:2412.06559; Liu et al. 2023, arXiv:2303.16634",
  options: z.strictObject({
    by: z.enum(["auto", "expected", "written"]).default("auto").describe("auto: expected where it can be read"),
    model: z.string().default("judge").describe("name of the model in the set-up; the policy when there is none"),
  }),
  process: ({ by, model }) => ({
    scoreSteps: (_question, trajectories, run) => {
      const finely = by !== "written" && run.policy.capabilities.logprobs !== null;
      return Promise.all(trajectories.map((path) => judgeSteps(run, path, model, finely)));
    },
  }),
});

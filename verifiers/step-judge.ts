import { z } from "zod";
import { tokenAt } from "../src/answer/verdicts/probabilities.ts";
import { readRatings } from "../src/answer/verdicts/ratings.ts";
import type { Reply } from "../src/answer/verdicts/spoken.ts";
import type { Message, TokenLogprob } from "../src/core/policy.ts";
import type { Question } from "../src/core/question.ts";
import { roleOption } from "../src/core/roles.ts";
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

/** A 10 of those who rate to 10 counts as 9. */
const scale = { min: 0, max: 10, over: 9, whole: true };

/**
 * Reads "Step k: p" lines, p of 0 to 9; the first line of a step counts, and a step without one is null. `expected(at)`
 * may give the rating whose first digit stands at this place of the reply more finely, in [0, 1].
 */
export function readVerdicts(reply: Reply, count: number, expected: (at: number) => number | null = () => null) {
  return readRatings(reply, count, "step", scale).map((found): Score => {
    if (found === null) return { value: null, reason: "no verdict for this step" };
    const { rating, at } = found;
    const finer = at === null ? null : expected(at);
    if (finer === null) return { value: Math.min(1, rating / 9) };
    return { value: finer, reason: `rated ${rating}, ${finer.toFixed(3)} expected` };
  });
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

async function judgeSteps(run: Run, { steps }: Trajectory, model: string, finely: boolean): Promise<Score[]> {
  const texts = steps.map((step) => step.text);
  const prefix = run.capabilitiesOf(model).prefix === "native" ? REPLY_BEGUN : "";
  const [sample] = await run.sample({
    messages: messagesFor(run.question, texts),
    prefix: prefix === "" ? undefined : prefix,
    temperature: 0,
    from: 0,
    maxTokens: 8 * texts.length + 8,
    logprobs: finely ? 20 : undefined,
    purpose: "step-judge",
    model,
  });
  if (sample === undefined) return readVerdicts("", texts.length);
  const reply = { ...sample, text: prefix + sample.text };
  return readVerdicts(reply, texts.length, (at) => {
    const token = finely ? tokenAt(sample.logprobs ?? [], reply.text, at) : null;
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
    model: roleOption("judge", "part of the model that is asked"),
  }),
  process: ({ by, model }) => ({
    scoreSteps: (_question, trajectories, run) => {
      const finely = by !== "written" && run.capabilitiesOf(model).logprobs !== null;
      return Promise.all(trajectories.map((path) => judgeSteps(run, path, model, finely)));
    },
  }),
});

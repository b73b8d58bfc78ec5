import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import { Random } from "../src/core/random.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { judged } from "../src/policy/simulated/binormal.ts";
import { countTokens } from "../src/policy/simulated/tokens.ts";
import { candidateIsRight, stepsAreRight, type Truth, truthOf } from "../src/policy/simulated/truth.ts";

const UNKNOWN: Score = { value: null, reason: "the question is not one of the simulated word problems" };
/** About what a right solution takes, in tokens per step of the problem; `lengthBias` counts from there. */
const tokensPerStep = 22;

const optionsSchema = z.strictObject({
  auc: z.number().min(0.5).max(1).default(0.85).describe("area under the curve: 0.5 is noise, 1 never errs"),
  seed: z.union([z.int(), z.string()]).default(0).describe("of its noise"),
  baseRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe("share of right ones among what it judges; scores are calibrated where this is so"),
  correlation: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("correlation of the noise of neighbouring steps of one trajectory"),
  lengthBias: z
    .number()
    .default(0)
    .describe("added to what it sees per 100 tokens beyond the usual length: a verifier that long texts deceive"),
  tokensPerJudgement: z
    .union([z.int().min(0), z.literal("text")])
    .default("text")
    .describe("tokens charged per candidate or trajectory; `text`: as many as question and solution have"),
});
type Options = z.output<typeof optionsSchema>;

interface Seen {
  readonly right: boolean;
  readonly noise: number;
  readonly text: string;
}

function score(truth: Truth, options: Options, { right, noise, text }: Seen): Score {
  const { auc, baseRate, lengthBias } = options;
  if (lengthBias === 0) return { value: judged({ auc, baseRate }, right, noise) };
  const excess = countTokens(text) - tokensPerStep * truth.problem.operations.length;
  return { value: judged({ auc, baseRate }, right, noise + (lengthBias * excess) / 100) };
}

const noiseOf = ({ key }: Truth, { seed }: Options, kind: string, content: string): number =>
  new Random(`verifier/${seed}/${kind}/${key}/${content}`).normal();

function scoreCandidate(truth: Truth | null, options: Options, candidate: Candidate): Score {
  if (truth === null) return UNKNOWN;
  const { text } = candidate;
  return score(truth, options, {
    right: candidateIsRight(truth, candidate),
    noise: noiseOf(truth, options, "outcome", text),
    text,
  });
}

/** Noise of neighbouring steps: e[t] = ρ e[t-1] + √(1 - ρ²) z[t], with z[t] keyed by the text up to step t. */
function scoreTrajectory(truth: Truth | null, options: Options, { steps }: Trajectory): Score[] {
  if (truth === null) return steps.map(() => UNKNOWN);
  const texts = steps.map((step) => step.text + (step.observation ?? ""));
  const rights = stepsAreRight(truth, texts);
  const { correlation } = options;
  let [text, noise] = ["", 0];
  return texts.map((piece, t) => {
    text += piece;
    const fresh = noiseOf(truth, options, "step", text);
    noise = t === 0 ? fresh : correlation * noise + Math.sqrt(1 - correlation ** 2) * fresh;
    return score(truth, options, { right: rights[t] ?? false, noise, text });
  });
}

const tokensOf = ({ tokensPerJudgement }: Options, question: string, text: string): number =>
  tokensPerJudgement === "text" ? countTokens(question) + countTokens(text) : tokensPerJudgement;

/** Charges one judgement; the call that its score names, none where it is free. */
function charge(run: Run, options: Options, question: string, text: string): readonly number[] | undefined {
  const promptTokens = tokensOf(options, question, text);
  return promptTokens > 0 ? [run.charge({ promptTokens, completionTokens: 0, calls: 1, serviceMs: 0 })] : undefined;
}

/**
 * A noisy verifier of set quality for the simulated arithmetic problems: it sees N(0, 1) of what is wrong and N(d, 1)
 * of what is right, with d such that the area under its curve is `auc`, and scores with the probability of being right
 * given what it saw, from the likelihood ratio and `baseRate`. So scores are calibrated where `baseRate` is the true
 * share (binormal model: Green and Swets 1966). A judgement depends on (seed, question, content) alone. Right means
 * what `oracle` means.
 *
 * For tests and demonstrations: it begins from the truth. Cost: no model calls; one judgement per candidate or
 * trajectory is charged as a call of as many prompt tokens as `tokensPerJudgement` says. Null on any other question.
 */
export const simulated = defineVerifier({
  name: "simulated",
  summary: "a verifier of set quality, for the simulated arithmetic problems (demonstrations only)",
  demonstrationOnly: true,
  options: optionsSchema,
  outcome: (options) => ({
    score: async (question, candidates, run) => {
      const truth = truthOf(question.text);
      return candidates.map((candidate) => {
        const calls = charge(run, options, question.text, candidate.text);
        return { ...scoreCandidate(truth, options, candidate), calls };
      });
    },
    tokens: (question, text) => tokensOf(options, question.text, text),
  }),
  process: (options) => ({
    scoreSteps: async (question, trajectories, run) => {
      const truth = truthOf(question.text);
      return trajectories.map((trajectory) => {
        const calls = charge(run, options, question.text, trajectory.text);
        return scoreTrajectory(truth, options, trajectory).map((score) => ({ ...score, calls }));
      });
    },
    tokens: (question, text) => tokensOf(options, question.text, text),
  }),
});

import { z } from "zod";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { Sample } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { paragraphs, solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";
import { acceptCalls, acceptOption, acceptRule } from "./accept.ts";
import type { Reviser } from "./finding.ts";
import { correct } from "./loop.ts";
import { plainAttempt } from "./rewrite.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./signals.ts";

/** A solution that goes on from the first `kept` steps of an attempt, with `bridge` between the two. */
export function continued(run: Run, attempt: Candidate, kept: number, bridge: string, sample: Sample): Candidate {
  const steps = [...attempt.trajectory.steps.slice(0, kept), ...(bridge === "" ? [] : [{ text: bridge, tokens: 0 }])];
  const before = steps.map(({ text }) => text).join("");
  const whole = { ...sample, text: before + sample.text };
  const { answer, complete } = solutionCandidate(run, whole);
  return {
    trajectory: Trajectory.of([...steps, ...paragraphs(sample)]),
    text: whole.text,
    answer,
    complete,
    ...(sample.logprobs === undefined ? {} : { logprobs: sample.logprobs }),
  };
}

/** Tokens of the first `kept` steps: what going on from there saves over writing them anew. */
export const tokensOf = ({ trajectory }: Candidate, kept: number): number =>
  trajectory.steps.slice(0, kept).reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);

/**
 * Deletes the first wrong step and all after it, and samples on from the steps before: `saved` in the notes counts the tokens that need not be
 * written again. With the error at the first step, or none located, it is a fresh solution, the next that plain sampling would draw. Cost: one call.
 */
export const deleteAndResample =
  (temperature: number): Reviser =>
  async (run, { candidate }, { step }) => {
    const kept = step ?? 0;
    const prefix = prefixText(candidate, kept);
    const [sample] = await run.sample({
      messages: solutionMessages(run.question),
      ...(prefix === "" ? {} : { prefix }),
      temperature,
      purpose: "solve",
    });
    if (sample === undefined) return null;
    const revised = kept === 0 ? solutionCandidate(run, sample) : continued(run, candidate, kept, "", sample);
    return { candidate: revised, settled: kept, notes: { saved: tokensOf(candidate, kept) } };
  };

/** What a doubtful step is followed by; the policy then writes it anew. */
const cueFor = (step: string): string =>
  `${/\n\n$/.test(step) ? "" : "\n\n"}Wait, the last step is not right. Let me redo it.\n\n`;

/**
 * Leaves the wrong step standing, doubts it in the policy's own voice, and lets the policy go on (the inference form of S3c-Math, arXiv:2409.01524): what follows the doubt
 * is settled, so a step is doubted once. Where none is located the last one is doubted. Cost: one call.
 */
export const doubtAndGoOn =
  (temperature: number): Reviser =>
  async (run, { candidate }, { step }) => {
    const kept = step === null ? candidate.trajectory.depth : step + 1;
    const bridge = cueFor(candidate.trajectory.steps[kept - 1]?.text ?? "");
    const [sample] = await run.sample({
      messages: solutionMessages(run.question),
      prefix: prefixText(candidate, kept) + bridge,
      temperature,
      purpose: "solve",
    });
    if (sample === undefined) return null;
    const revised = continued(run, candidate, kept, bridge, sample);
    return { candidate: revised, settled: kept + 1, notes: { saved: tokensOf(candidate, kept) } };
  };

const prefixText = ({ trajectory }: Candidate, kept: number): string =>
  trajectory.steps
    .slice(0, kept)
    .map(({ text }) => text)
    .join("");

/** Options of the strategies that go on from a step of the attempt. */
export const resumeOptions = z.strictObject({
  rounds: z.int().min(1).max(16).default(3).describe("corrections at most"),
  temperature: z.number().min(0).default(0.7).describe("of the attempt and of what is sampled on from it"),
  feedbackTemperature: z.number().min(0).default(0),
  signal: signalOption("auto"),
  threshold: thresholdOption,
  accept: acceptOption,
});
export type ResumeOptions = z.output<typeof resumeOptions>;

/** The loop of these strategies: they differ in the reviser only. */
export const correctSteps = (run: Run, options: ResumeOptions, revise: (temperature: number) => Reviser) =>
  correct(run, {
    attempt: plainAttempt(options.temperature),
    signal: signalOf({ ...options, locates: true }),
    revise: revise(options.temperature),
    accept: acceptRule(options),
    rounds: options.rounds,
    varies: options.temperature > 0,
  });

export const resumeCost = ({ rounds, signal, accept }: ResumeOptions) => ({
  calls: 1 + rounds * (signalCalls(signal) + 1 + acceptCalls(accept)),
  scored: 2 * (1 + rounds),
});

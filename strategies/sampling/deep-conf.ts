import { z } from "zod";
import type { Candidate, ScoredCandidate } from "../../src/core/candidate.ts";
import type { Sample, TokenLogprob } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Selection, type Stopping } from "../../src/core/strategy.ts";
import { majority, weightedByValue } from "../../src/engine/picking/selections.ts";
import {
  chosenExemplars,
  exemplarOptions,
  sampleSolutions,
  solutionCandidate,
  solutionMessages,
} from "../../src/engine/sampling.ts";

const measures = ["lowest", "bottom", "tail", "mean"] as const;

const options = z.strictObject({
  n: z.int().min(1).default(64).describe("independent samples at most"),
  online: z
    .boolean()
    .default(true)
    .describe("abort samples while they are written; else all are written to their ends"),
  warmup: z.int().min(1).default(16).describe("samples that set the threshold, always written to their ends"),
  top: z.number().gt(0).max(1).default(0.9).describe("share of the samples that is trusted: 0.9 careful, 0.1 sparing"),
  measure: z
    .enum(measures)
    .default("lowest")
    .describe("offline: confidence of the lowest group, the lowest tenth of groups, the last tokens, or all"),
  window: z.int().min(1).default(2048).describe("tokens in a group, and in the tail"),
  alternatives: z.int().min(1).default(20).describe("alternatives per token to ask for, fewer where fewer are given"),
  consensus: z
    .number()
    .gt(0)
    .max(1)
    .nullable()
    .default(0.95)
    .describe("share of the vote that stops; null never stops"),
  together: z.int().min(1).default(8).describe("samples drawn between two looks at the consensus, after the warm-up"),
  temperature: z.number().min(0).default(0.7),
  ...exemplarOptions,
});
type Options = z.output<typeof options>;

/** DeepConf, deep thinking with confidence (Fu et al. 2025, arXiv:2508.15260; as in the authors' code). */
export const deepConf = defineStrategy({
  name: "deep-conf",
  summary: "vote of the samples that were sure throughout; unsure ones are aborted",
  paper: "Fu et al. 2025, arXiv:2508.15260",
  family: "sampling",
  how:
    "DeepConf, deep thinking with confidence (Fu et al. 2025, arXiv:2508.15260; as in the authors' code). A token's " +
    "confidence is -mean of the log-probabilities of its likeliest alternatives, a group's the mean over `window` " +
    "neighbouring tokens, a sample's that of its lowest group." +
    "\n\n" +
    "Online: `warmup` samples set a threshold, the percentile above which the `top` share of them lies. Every later " +
    "sample is aborted as soon as a full group falls below it. Those at or above it vote, weighted by their " +
    "confidence, until one answer has the `consensus` share. Offline: all are written, and the `top` share by " +
    "`measure` votes.",
  costNote: "at most `n` policy calls, which end early where aborted, all with log-probabilities.",
  departures: [
    "Confidences are not rounded to thousandths; samples are drawn `together` between two looks at the consensus, " +
      "which the paper's algorithm takes after each and the authors' code never.",
    "Where the policy gives no alternatives it is the plain vote.",
    "No policy hands over log-probabilities while it writes: a sample is written to its end and cut at the token where " +
      "it would have been aborted. Tokens count up to there (`usage.logical`); the bill (`usage.actual`) has the rest.",
  ],
  rewards: {
    readBy: "rules",
    outcome: "is not read: the policy's own confidence weighs; `weighted-vote` reads it",
    process: "is not read; `early-drop` aborts by it",
    none: "the policy's own confidence drops samples and weighs the votes",
  },
  options,
  candidates: (run, given) => {
    const logprobs = Math.min(run.policy.capabilities.logprobs?.top ?? 0, given.alternatives);
    if (logprobs > 0) return confidentSamples(run, given, logprobs);
    run.emit({
      type: "note",
      message: "deep-conf: the policy gives no alternatives per token, so this is the plain vote",
    });
    return sampleSolutions(run, { n: given.n, temperature: given.temperature, shown: given });
  },
  select: (given) => trusted(given),
  stop: (given) => agreed(given),
  cost: ({ n }) => ({ calls: n }),
});

async function* confidentSamples(run: Run, given: Options, logprobs: number): AsyncGenerator<readonly Candidate[]> {
  const { n, online, warmup, window, top, temperature } = given;
  const spec = {
    messages: solutionMessages(run.question, chosenExemplars(given)),
    purpose: "solve",
    temperature,
    logprobs,
  };
  const measure = online ? "lowest" : given.measure;
  const made: Candidate[] = [];
  while (made.length < n) {
    const warming = online && made.length < warmup;
    const bar = online && !warming ? barOf(made.slice(0, warmup), top) : null;
    const most = warming ? Math.min(n, warmup) - made.length : n - made.length;
    const keepTokens = bar === null ? undefined : (tokens: readonly TokenLogprob[]) => lastGroup(tokens, window) >= bar;
    const samples = await run.sample({ ...spec, n: run.batch(most), keepTokens });
    const candidates = samples.map((sample) => candidateOf(run, sample, measure, window, bar));
    made.push(...candidates);
    yield candidates;
  }
}

/** An aborted beginning never votes: it is not complete, and what stands in it is no answer. */
function candidateOf(run: Run, sample: Sample, measure: Options["measure"], window: number, bar: number | null) {
  const value = confidenceOf(sample.logprobs ?? [], measure, window) ?? undefined;
  const candidate = solutionCandidate(run, sample, bar === null ? undefined : { threshold: bar });
  if (sample.dropped !== true) return { ...candidate, value };
  return { ...candidate, value, answer: null, complete: false, notes: { ...candidate.notes, dropped: true } };
}

// Confidence.

const known = new WeakMap<TokenLogprob, number>();

/** -mean log-probability of a token's alternatives; NaN where it has none. */
function tokenConfidence(token: TokenLogprob): number {
  const before = known.get(token);
  if (before !== undefined) return before;
  const { top = [] } = token;
  const confidence = -top.reduce((sum, { logprob }) => sum + logprob, 0) / top.length;
  known.set(token, confidence);
  return confidence;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Confidence of the last full group; Infinity while there is none, and where a token tells nothing. */
function lastGroup(tokens: readonly TokenLogprob[], window: number): number {
  if (tokens.length < window) return Number.POSITIVE_INFINITY;
  const confidence = mean(tokens.slice(-window).map(tokenConfidence));
  return Number.isNaN(confidence) ? Number.POSITIVE_INFINITY : confidence;
}

/** Confidence of a whole sample; null where no token tells its alternatives. */
export function confidenceOf(
  tokens: readonly TokenLogprob[],
  measure: Options["measure"],
  window: number,
): number | null {
  const each = tokens.map(tokenConfidence).filter((confidence) => !Number.isNaN(confidence));
  if (each.length === 0) return null;
  if (measure === "mean" || each.length < window) return mean(each);
  if (measure === "tail") return mean(each.slice(-window));
  const groups = slidingMeans(each, window).sort((a, b) => a - b);
  return measure === "lowest"
    ? (groups[0] ?? null)
    : mean(groups.slice(0, Math.max(1, Math.floor(groups.length / 10))));
}

function slidingMeans(values: readonly number[], window: number): number[] {
  let sum = values.slice(0, window).reduce((total, value) => total + value, 0);
  const means = [sum / window];
  for (let i = window; i < values.length; i++) {
    sum += (values[i] ?? 0) - (values[i - window] ?? 0);
    means.push(sum / window);
  }
  return means;
}

/** The value above which the `top` share of these lies (percentile with linear interpolation); null without values. */
export function barOf(candidates: readonly Candidate[], top: number): number | null {
  const values = candidates.flatMap(({ value }) => value ?? []).sort((a, b) => a - b);
  if (values.length === 0) return null;
  const place = (values.length - 1) * (1 - top);
  const [below = 0, above = below] = values.slice(Math.floor(place));
  return below + (above - below) * (place - Math.floor(place));
}

// The vote.

/** Votes of those at or above the threshold, weighted by confidence; the majority where nothing has a confidence. */
function trusted({ online, warmup, top }: Options): Selection {
  return {
    name: "trusted",
    usesScores: false,
    pick: (candidates, run) => {
      const answered = candidates.filter(({ answer }) => answer !== null);
      const bar = online
        ? (thresholdOf(candidates) ??
          barOf(
            candidates.filter(({ index }) => index < warmup),
            top,
          ))
        : barOf(answered, top);
      const voters = answered.filter(({ value }) => bar !== null && value !== undefined && value >= bar);
      return voters.length === 0 ? majority().pick(candidates, run) : weightedByValue().pick(voters, run);
    },
  };
}

/** The threshold that the samples after the warm-up were held against. */
function thresholdOf(candidates: readonly ScoredCandidate[]): number | null {
  const threshold = candidates.find(({ notes }) => typeof notes?.threshold === "number")?.notes?.threshold;
  return typeof threshold === "number" ? threshold : null;
}

function agreed({ online, warmup, consensus, together, n }: Options): Stopping | undefined {
  if (!online) return undefined;
  return {
    name: `consensus(${consensus})`,
    needs: ({ length }) => (length < warmup ? warmup - length : consensus === null ? n - length : together),
    enough: ({ length }, pick) =>
      consensus !== null && length >= warmup && pick?.support != null && pick.support >= consensus
        ? `${(100 * pick.support).toFixed(0)} % of the vote agree`
        : null,
  };
}

import { z } from "zod";
import type { Run } from "../../../src/core/run.ts";
import { wordsOnSteps, wordsOnWhole } from "./feedback.ts";
import { cannotTell, type Signal } from "./finding.ts";
import { firstBadStep, outcomeScore } from "./scores.ts";

export const signalNames = ["auto", "none", "own", "teacher", "score", "steps"] as const;
export type SignalName = (typeof signalNames)[number];

export const signalOption = (preset: SignalName) =>
  z
    .enum(signalNames)
    .default(preset)
    .describe(
      "what says that the attempt is wrong: none, own (the policy's words), teacher (another model's), score (outcome), steps (first bad step), auto (the strongest there is)",
    );

export const thresholdOption = z.number().min(0).max(1).default(0.5).describe("scores below it mean wrong");

export interface SignalSettings {
  readonly signal: SignalName;
  readonly threshold: number;
  readonly feedbackTemperature: number;
  /** Does the strategy need to know which step is wrong? Words are then asked for about the steps, and `auto` prefers step scores. */
  readonly locates: boolean;
}

/** Nothing looks at the attempt: every revision is blind (the intrinsic self-correction of Huang et al. 2023, arXiv:2310.01798). */
const blind: Signal = async () => cannotTell;

/**
 * The signal by name. `auto`: a process verifier's first bad step; else the outcome score (for strategies that must locate, of prefixes); else the policy's
 * own words.
 */
export function signalOf(settings: SignalSettings): Signal {
  const { threshold, locates, feedbackTemperature: temperature } = settings;
  const words = locates ? wordsOnSteps : wordsOnWhole;
  const signals: Readonly<Record<Exclude<SignalName, "auto">, Signal>> = {
    none: blind,
    own: words({ temperature }),
    teacher: words({ temperature, model: "teacher" }),
    score: outcomeScore(threshold),
    steps: firstBadStep(threshold),
  };
  return (run, attempt) => signals[named(settings, run)](run, attempt);
}

function named({ signal, locates }: SignalSettings, { verifiers }: Run): Exclude<SignalName, "auto"> {
  if (signal !== "auto") return signal;
  if (verifiers.process || (verifiers.outcome && locates)) return "steps";
  return verifiers.outcome ? "score" : "own";
}

/** Model calls that the signal makes at most for one attempt. */
export const signalCalls = (signal: SignalName): number =>
  signal === "auto" || signal === "own" || signal === "teacher" ? 1 : 0;

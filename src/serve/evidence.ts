import type { Solution, Stopped } from "../core/solution.ts";
import type { Pick, TallyRow } from "../core/strategy.ts";
import { calibrate } from "../learned/calibration.ts";
import type { Plan } from "./plan.ts";

/** Why a reply was picked and how far to trust it: the `ruminate` field of every choice. */
export interface Evidence {
  readonly strategy: string;
  readonly upstream: string;
  /** What was voted on or scored; null when no answer could be read and the first complete reply was taken. */
  readonly answer: string | null;
  /** The answer's share of the vote, or its score, in [0, 1]; null where neither exists. */
  readonly support: number | null;
  /**
   * The chance that it is right, where the model's name has a calibration that was fitted on such replies; else null.
   */
  readonly probability: number | null;
  /** The answer that came next, on the same scale. */
  readonly runnerUp: { readonly answer: string; readonly support: number | null } | null;
  readonly tied: boolean;
  /**
   * True when the caller gave a threshold and the probability, or else the support, does not reach it: the reply is
   * shown, and not vouched for.
   */
  readonly abstained: boolean;
  readonly reason: string;
  /** Why there is no reply, where other choices of the request have one. */
  readonly failure?: string;
  readonly stopped: Stopped;
  readonly stopReason?: string;
  readonly seed: string;
  readonly candidates: number;
  readonly tally: readonly TallyRow[];
  readonly milliseconds: number;
  /** Every candidate, where the request asks for them. */
  readonly all?: readonly {
    readonly text: string;
    readonly answer: string | null;
    readonly score: number | null;
    readonly complete: boolean;
  }[];
}

export function evidenceOf(solution: Solution, plan: Plan): Evidence {
  const { pick, answer, reason, stopped, stopReason, candidates, milliseconds } = solution;
  const support = pick?.support ?? null;
  const { threshold, calibration } = plan;
  const probability = calibration === null || support === null ? null : calibrate(calibration, support);
  const trust = probability ?? support;
  return {
    strategy: plan.strategy.name,
    upstream: plan.upstream.name,
    answer,
    support,
    probability,
    runnerUp: pick === null ? null : runnerUpOf(pick),
    tied: pick?.tied ?? false,
    abstained: threshold !== null && (trust === null || trust < threshold),
    reason,
    stopped,
    stopReason: stopReason === undefined ? undefined : withoutFlags(stopReason),
    seed: plan.seed,
    candidates: candidates.length,
    tally: pick?.tally.slice(0, 20) ?? [],
    milliseconds: Math.round(milliseconds),
    ...(plan.ask.ruminate.candidates === true && {
      all: candidates.map((one) => ({
        text: one.text,
        answer: one.answer?.text ?? null,
        score: one.score?.value ?? null,
        complete: one.complete,
      })),
    }),
  };
}

/**
 * A tally holds scores where the picked one's weight is the support itself, else weights that are shares of their sum.
 */
function runnerUpOf({ support, tally, answer }: Pick): Evidence["runnerUp"] {
  const next = tally.find((row, index) => index > 0 && row.answer !== answer);
  if (next === undefined) return null;
  if (support === null) return { answer: next.answer, support: null };
  if (tally[0]?.weight === support) return { answer: next.answer, support: next.weight };
  const total = tally.reduce((sum, { weight }) => sum + weight, 0);
  return { answer: next.answer, support: total > 0 ? next.weight / total : null };
}

/** The remedy in a budget's message names flags of the command, which a client does not have. */
const withoutFlags = (text: string): string => text.replace(/ Raise --\S+ or ask for less\./, "");

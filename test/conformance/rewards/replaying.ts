import { join } from "node:path";
import type { Score } from "../../../src/core/score.ts";
import { presetNamed } from "../../../verifiers/served/presets.ts";
import { served } from "../../../verifiers/served.ts";
import { outcomeScores, stepScores } from "../../verifiers/asking.ts";
import type { Bench } from "./benches.ts";
import type { RewardCase } from "./cases.ts";
import { rewardCases } from "./cases.ts";

/** A request that the project made and what the server replied. */
export interface RecordedPair {
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  readonly reply: unknown;
}

export interface RecordedCase {
  readonly id: string;
  /** By the authors' procedure. */
  readonly reference: readonly number[];
  readonly pairs: readonly RecordedPair[];
  /** What this project makes of the replies, where it was scored. */
  readonly scores?: readonly Score[];
}

export const recordingsFolder = join(import.meta.dirname, "../../recordings/rewards");

/** The text of a whole solution, as strategies put it together. */
const whole = (steps: readonly string[]): string => steps.map((step) => step.trimEnd()).join("\n\n");

/** The project's scores of a case by a server at this address. */
export async function scoresOf(
  { preset, transport }: Pick<Bench, "preset" | "transport">,
  { question, steps }: RewardCase,
  url: string,
  kind: "process" | "outcome",
): Promise<readonly Score[]> {
  const options = { preset, transport, url, model: "m", attempts: 1 };
  if (kind === "outcome") return await outcomeScores(served, options, [[whole(steps)]], { question });
  const [scores = []] = await stepScores(served, options, [steps], { question });
  return scores;
}

/** The number that the authors give: a probability, or a reward as it is. */
export const numberOf = (preset: string, { value, raw }: Score): number =>
  (presetNamed(preset).reading.number.kind === "reward" ? raw : value) ?? Number.NaN;

/** How the scores compare with the references. */
export function agreementOf({ preset }: Pick<Bench, "preset">, recorded: readonly RecordedCase[]) {
  const pairs = recorded.flatMap(({ reference, scores = [] }) =>
    reference.map((wanted, t) => ({
      wanted,
      got: numberOf(preset, scores[t] ?? { value: null }),
      steps: scores.length,
    })),
  );
  const differences = pairs.map(({ wanted, got }) => Math.abs(wanted - got));
  const greatest = Math.max(...differences.map((each) => (Number.isNaN(each) ? Number.POSITIVE_INFINITY : each)));
  const order = (of: (pair: (typeof pairs)[number]) => number) =>
    [...pairs.keys()].sort((a, b) => of(pairs[a] as never) - of(pairs[b] as never) || a - b);
  const [theirs, ours] = [order(({ wanted }) => wanted), order(({ got }) => got)];
  // Numbers that differ by less than the arithmetic of a single may change places.
  const sameOrder = theirs.every((at, place) => {
    const [a, b] = [pairs[at]?.wanted ?? 0, pairs[ours[place] ?? 0]?.wanted ?? 0];
    return Math.abs(a - b) < 2e-4 * Math.max(1, Math.abs(a));
  });
  return { cases: recorded.length, numbers: pairs.length, greatest, sameOrder };
}

export const caseNamed = (id: string): RewardCase | undefined => rewardCases.find((each) => each.id === id);

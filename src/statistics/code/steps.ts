import { enamelEfficiency } from "./efficiency.ts";

/**
 * A program's efficiency by steps instead of seconds: each test is a level of ENAMEL's score with the reference's steps
 * as its time and its hardness, 1 by default (Qiu et al. 2024, arXiv:2406.06647, equation 4). `steps[i]` null: cut off
 * by the limit. 0 for a program that is not right (give null).
 */
export function stepEfficiency(
  steps: readonly (number | null)[] | null,
  reference: readonly number[],
  hardness: readonly number[] = [],
): number {
  if (steps === null || steps.length === 0) return 0;
  return enamelEfficiency(
    reference.map((referenceTime, i) => ({
      hardness: hardness[i] ?? 1,
      referenceTime: Math.max(1, referenceTime),
      time: steps[i] ?? null,
    })),
  );
}

/** Upper bounds of the time-limit classes, as multiples of the reference's steps. */
export const stepClassBounds = [1.1, 2, 5, 10] as const;

/**
 * The time-limit class of a right program: the smallest multiple of the reference's steps (all tests together) that it
 * keeps to; null where it keeps to none, or was cut off. Programs of a few dozen steps are all in the first class:
 * below `floor` steps there is nothing to save.
 */
export function stepClass(steps: readonly (number | null)[], reference: readonly number[], floor = 100): number | null {
  if (steps.length === 0 || steps.includes(null)) return null;
  const total = steps.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const allowed = Math.max(
    floor,
    reference.reduce((sum, count) => sum + count, 0),
  );
  return stepClassBounds.find((bound) => total <= bound * allowed) ?? null;
}

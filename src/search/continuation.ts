import type { Step, Trajectory } from "../core/trajectory.ts";

/** The steps of a trajectory beyond its first `depth`, first to last. */
export function stepsAfter(trajectory: Trajectory, depth: number): readonly Step[] {
  const steps: Step[] = [];
  for (let node: Trajectory | null = trajectory; node !== null && node.depth > depth && node.step; node = node.parent) {
    steps.push(node.step);
  }
  return steps.reverse();
}

/**
 * Do two trajectories that share their first `depth` steps say the same after them: same texts, kinds and observations,
 * and both at an end or neither? Log-probabilities and token counts may differ.
 */
export function continues(one: Trajectory, other: Trajectory, depth: number): boolean {
  if (one.depth !== other.depth || one.terminal !== other.terminal) return false;
  let a: Trajectory | null = one;
  let b: Trajectory | null = other;
  while (a !== null && b !== null && a.depth > depth) {
    if (!sameStep(a.step, b.step)) return false;
    a = a.parent;
    b = b.parent;
  }
  return true;
}

const sameStep = (a: Step | null, b: Step | null): boolean =>
  a?.text === b?.text && a?.kind === b?.kind && a?.observation === b?.observation;

/** `from` continued by these steps; the last one terminal if `terminal`. */
export function continueWith(from: Trajectory, steps: readonly Step[], terminal: boolean): Trajectory {
  return steps.reduce<Trajectory>(
    (path, step, index) => path.extend(step, terminal && index === steps.length - 1),
    from,
  );
}

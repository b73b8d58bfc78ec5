import type { ProblemRow } from "../../../src/core/problem.ts";
import { Random } from "../../../src/core/random.ts";
import { dialect } from "./dialect.ts";
import { distractor } from "./distractor.ts";
import { names } from "./names.ts";
import { numbersAsDecimals, numbersAsWords } from "./number-format.ts";
import { optionRotation } from "./option-rotation.ts";
import type { Perturbation } from "./perturbation.ts";
import { tsGuessing } from "./ts-guessing.ts";
import { typos } from "./typos.ts";

/** Every perturbation that needs no model. */
export const perturbations: readonly Perturbation[] = [
  distractor,
  numbersAsWords,
  numbersAsDecimals,
  names,
  typos,
  dialect,
  optionRotation,
  tsGuessing,
];

export interface PerturbOptions {
  readonly seed?: number;
  /** Keep each problem before its variants; default true. */
  readonly originals?: boolean;
}

/**
 * Each problem, followed by its variants under each perturbation in the given order. All of a problem's variants share
 * its group (its own id where it had none), so that worst-case and circular figures and clustered intervals work. Ids
 * get `~name` or `~name-k`; tags get `perturbed:name`, and `perturbed:none` for an original. What is drawn depends on
 * (seed, problem id, perturbation) alone.
 */
export function perturb(
  problems: readonly ProblemRow[],
  chosen: readonly Perturbation[],
  { seed = 0, originals = true }: PerturbOptions = {},
): readonly ProblemRow[] {
  return problems.flatMap((problem) => {
    const group = problem.group ?? problem.id;
    const tagged = (variant: ProblemRow, id: string, name: string): ProblemRow => ({
      ...variant,
      id,
      group,
      tags: [...(variant.tags ?? []), `perturbed:${name}`],
    });
    const changed = chosen.flatMap((perturbation) => {
      const random = new Random(`perturb/${seed}/${problem.id}/${perturbation.name}`);
      const variants = perturbation.variants(problem, random);
      const suffix = (index: number) => (variants.length > 1 ? `-${index + 1}` : "");
      return variants.map((variant, index) =>
        tagged(variant, `${problem.id}~${perturbation.name}${suffix(index)}`, perturbation.name),
      );
    });
    return originals ? [tagged(problem, problem.id, "none"), ...changed] : changed;
  });
}

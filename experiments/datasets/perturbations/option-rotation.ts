import { letterOf, letters, stemOf, withOptions } from "../choices.ts";
import type { Perturbation } from "./perturbation.ts";

/** An option that speaks of other options by place; it would mean something else after a turn. */
const positional =
  /\b(?:above|below|preceding|following options?|(?:both|neither|only) \(?[A-H]\)?\b|\(?[A-H]\)? (?:and|or) \(?[A-H]\)?$)/;

/**
 * Every rotation of the options but the given one: with the original, the N passes of CircularEval (Liu et al. 2023,
 * MMBench, arXiv:2307.06281), which counts a problem as solved only when all of its group are. Questions with an option
 * such as "all of the above" are left out, where MMBench turns them like any other.
 */
export const optionRotation: Perturbation = {
  name: "option-rotation",
  summary: "all rotations of the options, for CircularEval",
  variants(problem) {
    const { choices, reference } = problem;
    if (choices === undefined || choices.some((choice) => positional.test(choice))) return [];
    const count = choices.length;
    const right = letters.indexOf(letterOf(reference.answer, count) ?? "?");
    return choices.slice(1).map((_, index) => {
      const turn = index + 1;
      const turned = choices.map((_, place) => choices[(place + turn) % count] ?? "");
      const answer = letters[(right - turn + count) % count] ?? "";
      return {
        ...problem,
        text: withOptions(stemOf(problem), turned),
        choices: turned,
        reference: { ...reference, answer },
      };
    });
  },
};

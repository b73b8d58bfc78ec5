import { defineStrategy } from "../../src/core/strategy.ts";
import { acceptRule } from "./kit/accept.ts";
import { lastKept } from "./kit/kept.ts";
import { correct } from "./kit/loop.ts";
import { resumeCost, resumeOptions } from "./kit/resume.ts";
import { signalOf, signalOption } from "./kit/signals.ts";
import { followNote, templateAttempt } from "./template-correction/template.ts";

/**
 * Template and teacher: the policy solves in a hierarchical thought template (steps, key notes, a lesson), a teacher model names the first wrong step, its cause and
 * a fix, and the policy goes on from the steps before it with that note in view (SuperCorrect: Yang et al. 2024, arXiv:2410.09008, sections 3.1 and 3.2: there both
 * are training data, here they are the loop itself).
 *
 * The teacher is the model of that name in the set-up; without one the policy teaches itself, which is a weak signal. A teacher that finds nothing leaves the
 * attempt as it is; one that names no step is followed from the start. Cost: at most `1 + 3 · rounds` calls.
 */
export const templateCorrection = defineStrategy({
  name: "template-correction",
  summary: "a solution in a thought template, a teacher's note on its first wrong step, and on from there",
  paper: "Yang et al. 2024, arXiv:2410.09008",
  rewards: {
    outcome: "accepts a correction only if it scores higher",
    process: "accepts a correction only if its aggregated score is higher; with `signal: steps` it is the teacher",
    none: "the teacher's words alone; a correction is accepted if a fresh solution agrees with it",
  },
  options: resumeOptions.extend({ signal: signalOption("teacher") }),
  candidates: (run, options) =>
    correct(run, {
      attempt: templateAttempt(options.temperature),
      signal: signalOf({ ...options, locates: true }),
      revise: followNote(options.temperature),
      accept: acceptRule(options),
      rounds: options.rounds,
      varies: options.temperature > 0,
    }),
  select: ({ accept }) => lastKept(accept),
  cost: resumeCost,
});

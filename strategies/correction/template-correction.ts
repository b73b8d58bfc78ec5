import { z } from "zod";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { solutionCandidate } from "../../src/engine/sampling.ts";
import {
  acceptCalls,
  acceptOption,
  acceptRule,
  correct,
  lastKept,
  lookAgain,
  type Reviser,
  resumed,
  textUpTo,
} from "./kit/loop.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

/** The hierarchical thought template of SuperCorrect (arXiv:2410.09008, section 3.1), in our words. */
const TEMPLATE_SYSTEM = `Solve the problem in numbered steps, each in a paragraph of its own that begins with "Step k:". Under a step that is easily got wrong add a line "Key:" with what to watch out for. After the steps write a paragraph "Lesson:" that says in one sentence how problems of this kind are solved. End with your final answer within \\boxed{}.`;

const GO_ON_INSTRUCTION =
  "Take up the solution before that step: write the step anew, then the rest in the same form. Put your final answer within \\boxed{}.";

const templateMessages = ({ question }: Run): Message[] => [
  { role: "system", content: TEMPLATE_SYSTEM },
  { role: "user", content: question.text },
];

/** A solution in the form of the template. Cost: one call. */
const templateAttempt = (temperature: number) => async (run: Run) => {
  const [sample] = await run.sample({ messages: templateMessages(run), temperature, purpose: "solve" });
  return sample === undefined ? null : solutionCandidate(run, sample);
};

/**
 * Goes on from the steps before the first wrong one, with the attempt and the teacher's note (which step, why, how it
 * should read) in view; from the start where the note names no step. Cost: one call.
 */
const followNote =
  (temperature: number): Reviser =>
  async (run, { candidate }, { said, step }) => {
    const kept = step ?? 0;
    const note = `A teacher's note on your solution:\n${said}\n\n${GO_ON_INSTRUCTION}`;
    const messages: Message[] = [
      ...templateMessages(run),
      { role: "assistant", content: candidate.text },
      { role: "user", content: said === "" ? lookAgain(run.question) : note },
    ];
    const prefix = textUpTo(candidate, kept) || undefined;
    const [sample] = await run.sample({ messages, prefix, temperature, purpose: "revise" });
    return sample === undefined ? null : resumed(run, candidate, kept, sample);
  };

/** Template and teacher (SuperCorrect: Yang et al. 2024, arXiv:2410.09008, sections 3.1 and 3.2). */
export const templateCorrection = defineStrategy({
  name: "template-correction",
  summary: "a solution in a thought template, a teacher's note on its first wrong step, and on from there",
  paper: "Yang et al. 2024, arXiv:2410.09008",
  family: "correction",
  how:
    "Template and teacher: the policy solves in a hierarchical thought template (steps, key notes, a lesson), a " +
    "teacher model names the first wrong step, its cause and a fix, and the policy goes on from the steps before it " +
    "with that note in view (SuperCorrect: Yang et al. 2024, arXiv:2410.09008, sections 3.1 and 3.2: there both are " +
    "training data, here they are the loop itself)." +
    "\n\n" +
    "The teacher is the model of that name in the set-up; without one the policy teaches itself, which is a weak " +
    "signal. A teacher that finds nothing leaves the attempt as it is; one that names no step is followed from the " +
    "start.",
  costNote: "at most `1 + 3 · rounds` calls.",
  departures: [],
  rewards: {
    outcome: "accepts a correction only if it scores higher",
    process: "accepts a correction only if its aggregated score is higher; with `signal: steps` it is the teacher",
    none: "the teacher's words alone; a correction is accepted if a fresh solution agrees with it",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(16).default(3).describe("corrections at most"),
    temperature: z.number().min(0).default(0.7).describe("of the attempt and of what is sampled on from it"),
    feedbackTemperature: z.number().min(0).default(0),
    signal: signalOption("teacher"),
    threshold: thresholdOption,
    accept: acceptOption,
  }),
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
  cost: ({ rounds, signal, accept }) => ({
    calls: 1 + rounds * (signalCalls(signal) + 1 + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
  }),
});

import { z } from "zod";
import type { Message } from "../../src/core/policy.ts";
import type { Question } from "../../src/core/question.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { solutionMessages } from "../../src/engine/sampling.ts";
import { ask, askingCost, askingOptions, askingRewards } from "./kit/asking.ts";

/** Version 1. */
const PERSONAS = [
  "a patient mathematics teacher who explains every step",
  "an engineer who writes down the units of every quantity",
  "an accountant who checks every sum twice",
  "a competition mathematician who looks for the shortest sound argument",
  "a careful reader who first makes sure what exactly is asked",
];

/**
 * The plain prompt with the persona before its first system text; a conversation gets it as a system text of its own.
 */
function inRoleOf(persona: string, question: Question): Message[] {
  const [first, ...rest] = solutionMessages(question);
  const role = `You are ${persona}.`;
  if (first === undefined) return [];
  if (first.role !== "system" || first.raw !== undefined) return [{ role: "system", content: role }, first, ...rest];
  return [{ ...first, content: `${role} ${first.content}` }, ...rest];
}

/** Persona diversity: sample i answers in the role of persona i (in turn), and the answers vote. */
export const persona = defineStrategy({
  name: "persona",
  summary: "each answer in another role, and the answers vote",
  paper: "Kong et al. 2023, arXiv:2308.07702",
  family: "prompting",
  how:
    "Persona diversity: sample i answers in the role of persona i (in turn), and the answers vote. Role-play " +
    "prompting (Kong et al. 2023, arXiv:2308.07702) used as the diverse prompts of DiVeRSe (Li et al. 2022, " +
    "arXiv:2206.02336, section 3.1) instead of one role alone.",
  costNote: "`n` calls.",
  departures: ["The role stands in the system text, without their second turn in which the model accepts it."],
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    personas: z.array(z.string().min(1)).min(1).default(PERSONAS).describe("roles, dealt out in turn"),
  }),
  candidates: (run, { personas, ...choice }) =>
    ask(
      run,
      personas.map((label) => ({ label, messages: () => inRoleOf(label, run.question) })),
      choice,
    ),
  select: () => bestOrMajority(),
  cost: askingCost,
});

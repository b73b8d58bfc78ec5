// Graders of one's own, named by an experiment as `grade: {name: nearest, options: {within: 0.01}}`, or used on a run
// that is there already, without drawing anything:
//   ruminate --plugin examples/grader.ts report runs/quickstart --regrade --grader nearest --grader-option within=0.01
import { z } from "zod";
import { defineGrader } from "../src/index.ts";

/** A function: is the number near enough? */
export const nearest = defineGrader({
  name: "nearest",
  summary: "a number within a share of the reference",
  options: z.strictObject({ within: z.number().min(0).default(0.05).describe("share of the reference") }),
  grade({ problem, answer }, { within }) {
    const [given, right] = [Number(answer), Number(problem.reference.answer)];
    if (Number.isNaN(right)) return { right: null, reason: "the reference is no number" };
    if (Number.isNaN(given)) return { right: false, reason: "no number" };
    const off = Math.abs(given - right);
    return { right: off <= within * Math.abs(right), reason: `off by ${off}` };
  },
});

/** A judge: asks the model that the experiment names (`models: {judge: …}`) whether the work is shown, too. */
export const shown = defineGrader({
  name: "shown",
  summary: "the reference's answer, reached by steps that a model accepts",
  options: z.strictObject({ question: z.string().default("Does every step follow? Answer yes or no.") }),
  async judge({ problem, text }, { question }, ask) {
    const known = `The right answer is ${problem.reference.answer}.`;
    const said = await ask(`${problem.question.text}\n\n${known}\n\nA solution:\n${text}\n\n${question}`);
    const yes = /^\W*(yes|no)\b/i.exec(said)?.[1]?.toLowerCase();
    if (yes === undefined) return { value: null, reason: `neither yes nor no in "${said.slice(0, 60)}"` };
    return { value: yes === "yes" ? 1 : 0, reason: `said ${yes}` };
  },
});

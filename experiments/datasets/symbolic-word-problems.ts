import { z } from "zod";
import { compare, isInteger, type Rational, show, zero } from "../../src/answer/rational.ts";
import { defineDataset } from "../../src/core/dataset.ts";
import { EnvironmentError } from "../../src/core/errors.ts";
import { type ProblemRow, problemOf } from "../../src/core/problem.ts";
import { Random } from "../../src/core/random.ts";
import { selectionShape, selectProblems } from "./selection.ts";
import type { Names, Template } from "./symbolic-clauses.ts";
import { templates } from "./symbolic-templates.ts";

const options = z.strictObject({
  ...selectionShape,
  instances: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe("instances of every template; instance i of each makes set i"),
  clauses: z.int().min(1).max(5).default(3).describe("steps of the story: the difficulty dial"),
  noOps: z.int().min(0).max(3).default(0).describe("clauses about the story that change nothing"),
  fractions: z
    .boolean()
    .default(false)
    .describe("stories about what can be divided, with fractions as amounts and answers"),
});
type Options = z.output<typeof options>;

/**
 * Word problems from templates of our own, in the manner of GSM-Symbolic (Mirzadeh et al. 2024, arXiv:2410.05229):
 * names, things and numbers are drawn by `seed`, the answer is computed in exact rationals. One clause fewer than the
 * default is the paper's M1, one and two more are P1 and P2, `noOps: 1` its NoOp. One seed and instance tell the same
 * story at every number of clauses, cut short.
 *
 * Instances of a template share a group; the tag `set:i` gathers instance i of all templates, for the spread over sets.
 */
export const symbolicWordProblems = {
  ...defineDataset<Options>({
    name: "symbolic-word-problems",
    summary: "Templates with drawn names and numbers, added and idle clauses, exact answers",
    licence: "Apache-2.0",
    generated: true,
    options,
    load: async (_source, chosen) => selectProblems(generate(chosen), chosen).map(problemOf),
  }),
  grading: "number",
};

/** Set by set, so that the first problems are of all templates. */
function generate(chosen: Options): readonly ProblemRow[] {
  const used = templates.filter(({ divisible }) => divisible === true || !chosen.fractions);
  return Array.from({ length: chosen.instances }, (_, instance) =>
    used.map((template) => instantiate(template, instance, chosen)),
  ).flat();
}

/**
 * A draw whose story runs below zero, or into a fraction where none is wanted, is drawn again; most fit after a few.
 */
const attempts = 10_000;

function instantiate(template: Template, instance: number, chosen: Options): ProblemRow {
  const { clauses: count, noOps, fractions, seed } = chosen;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const random = new Random(`symbolic/${seed}/${template.name}/${instance}/${fractions}/${attempt}`);
    const story = tell(template, random, fractions);
    if (story === null) continue;
    const value = story.values[count] ?? zero;
    const idle = random
      .fork("idle")
      .shuffle(template.idle)
      .slice(0, noOps)
      .map((clause, index) => clause(random.fork("idle", index), story.names));
    const sentences = withIdle(story.sentences.slice(0, count + 1), idle, random.fork("places"));
    const solution = `${story.steps.slice(0, count + 1).join("\n")}\nThe answer is ${show(value)}.`;
    return {
      id: `symbolic-${template.name}-${seed}-${instance}-c${count}n${noOps}${fractions ? "f" : ""}`,
      text: [...sentences, template.question(story.names, count)].join(" "),
      kind: "number",
      reference: { answer: show(value), solution },
      group: `symbolic-${template.name}`,
      tags: [`template:${template.name}`, `set:${instance}`, `clauses:${count}`, `no-ops:${noOps}`],
      difficulty: (count - 1) / 4,
    };
  }
  const where = `symbolic-word-problems: no instance ${instance} of "${template.name}" was found with seed ${seed}`;
  throw new EnvironmentError(`${where}. Use another seed.`);
}

interface Story {
  readonly names: Names;
  /** values[k], sentences[k] and steps[k] belong to clause k; 0 is the opening. */
  readonly values: readonly Rational[];
  readonly sentences: readonly string[];
  readonly steps: readonly string[];
}

/**
 * The whole story, whatever part of it is asked for, so that all difficulties share it; null where a condition fails.
 */
function tell(template: Template, random: Random, fractions: boolean): Story | null {
  const names = template.names(random.fork("names"));
  const opening = template.opening(random.fork("opening"), names);
  const values = [opening.value];
  const sentences = [opening.text];
  const steps = [`At first: ${show(opening.value)}.`];
  for (const [index, clause] of template.clauses.entries()) {
    const next = clause(random.fork("clause", index), values.at(-1) ?? zero, names);
    if (compare(next.value, zero) <= 0 || (!fractions && !isInteger(next.value))) return null;
    values.push(next.value);
    sentences.push(next.text);
    steps.push(`${next.working} = ${show(next.value)}`);
  }
  return { names, values, sentences, steps };
}

/** Idle clauses go to drawn places, never before the opening. */
function withIdle(sentences: readonly string[], idle: readonly string[], random: Random): readonly string[] {
  const all = [...sentences];
  for (const clause of idle) all.splice(1 + random.integer(all.length), 0, clause);
  return all;
}

import { z } from "zod";
import {
  defineForm,
  type FormContext,
  firstOfEach,
  type Graded,
  graded,
  randomOf,
  reasons,
  sameness,
  sourceSchema,
  spansSchema,
  wordsSchema,
} from "../form.ts";
import { type Pool, type SolutionStep, sourceOf, stepsOf } from "../pool.ts";
import {
  computed,
  filledIn,
  numberedQuestion,
  numberOf,
  otherNumbers,
  parameterNames,
  programOf,
  resultsOf,
  type Template,
  templateOf,
} from "../program-template.ts";
import { spansOf } from "../spans.ts";

const options = z.strictObject({
  rows: z
    .enum(["prefixes", "parameters"])
    .default("prefixes")
    .describe("right solutions and partially correct beginnings, or programs without the question's numbers"),
  tolerance: z
    .int()
    .min(0)
    .default(100)
    .describe("steps that a beginning may be longer than the shortest to its state"),
  checks: z.int().min(1).default(3).describe("other numbers that a program is checked under"),
  agree: z.int().min(0).default(1).describe("further solutions of the problem at least that agree on all of them"),
});
type Options = z.output<typeof options>;

const prefixRow = z.strictObject({
  prompt: wordsSchema,
  completion: wordsSchema,
  full: z.boolean().describe("a whole right solution; a beginning is to be trained on without an end of text"),
  steps: z.int().min(1),
  state: z.array(z.string()).describe("what was computed by its end, sorted"),
  loss_spans: spansSchema("stretches of the completion that are trained on"),
  source: sourceSchema,
});
const check = z.strictObject({ question: z.string(), values: z.array(z.number()), answer: z.number() });
const parameterRow = z.strictObject({
  prompt: wordsSchema.describe("the question with names in place of its numbers"),
  completion: wordsSchema.describe("a function in Python"),
  parameters: z.array(z.strictObject({ name: z.string(), value: z.number() })).min(1),
  answer: z.number(),
  checks: z.array(check).min(1).describe("the question under other numbers, with the answer that the program gives"),
  agreeing: z.int().min(0).describe("further right solutions of the problem that agree"),
  source: sourceSchema,
});

/** Whole right programs, partially correct ones, and programs without numbers. */
export const programs = defineForm({
  name: "programs",
  summary: "right solutions and partially correct beginnings by their state, or programs without numbers, re-checked",
  papers: "self-sampled partially correct solutions 2205.14318, InfinityMATH 2408.07089",
  loads: "TRL SFTTrainer as it is",
  options,
  row: z.union([prefixRow, parameterRow]),
  *rows(pool, given, context) {
    const all = firstOfEach(graded(pool.candidates, context), sameness("text"), context.leave);
    if (given.rows === "prefixes") yield* prefixRows(all, given, context);
    else yield* parameterRows(pool, all, given, context);
  },
});

interface Stepped {
  readonly candidate: Graded;
  readonly steps: readonly SolutionStep[];
  /** states[t]: what was computed by the end of step t, as one key. */
  readonly states: readonly string[];
}

function stepped(candidate: Graded, { leave }: FormContext): Stepped[] {
  const steps = stepsOf(candidate);
  if (steps === null) {
    leave(reasons.steps);
    return [];
  }
  const values: string[] = [];
  const states = steps.map(({ own, printed }) => {
    const shown = printed.match(/-?\d[\d,]*(?:\.\d+)?/g);
    values.push(...(shown ?? resultsOf(own)).map((value) => String(numberOf(value))));
    return JSON.stringify(values.toSorted());
  });
  return [{ candidate, steps, states }];
}

interface Kept extends Stepped {
  /** Steps that are kept: all of a right solution. */
  readonly length: number;
  readonly text: string;
}

/**
 * Ni et al. 2022, section 3: a beginning is partially correct where its state is that of a beginning of a known right
 * solution; the longest is kept of each wrong one, unless it begins another that is kept. The authors' state is the
 * values of a program's variables; here it is what steps printed, or the results of their equations.
 */
function* prefixRows(all: readonly Graded[], { tolerance }: Options, context: FormContext) {
  const known = all.flatMap((candidate) => stepped(candidate, context));
  const shortest = new Map<string, number>();
  const note = ({ states }: Stepped, length: number) => {
    for (const [t, state] of states.slice(0, length).entries()) {
      if (state !== "[]") shortest.set(state, Math.min(t + 1, shortest.get(state) ?? Number.POSITIVE_INFINITY));
    }
  };
  const right = known.filter(({ candidate }) => candidate.right);
  for (const one of right) note(one, one.steps.length - 1);
  const full = right.map((one): Kept => ({ ...one, length: one.steps.length, text: one.candidate.text }));
  const partial: Kept[] = [];
  for (const one of known) {
    if (one.candidate.right) continue;
    const length = furthest(one, shortest, tolerance);
    const text = one.steps
      .slice(0, length)
      .map(({ own, printed }) => own + printed)
      .join("");
    if (length === 0) context.leave("wrong from its first state on");
    else if ([...full, ...partial].some((kept) => kept.text.startsWith(text)))
      context.leave("begins another that is kept");
    else {
      partial.splice(0, partial.length, ...partial.filter((kept) => !text.startsWith(kept.text)));
      partial.push({ ...one, length, text });
      note(one, length);
    }
  }
  for (const kept of [...full, ...partial]) yield toRow(kept, context);
}

/** Steps of the longest beginning in a state that is known; the last step is that of the wrong answer. */
function furthest({ states }: Stepped, shortest: ReadonlyMap<string, number>, tolerance: number): number {
  return states.slice(0, -1).findLastIndex((state, t) => t + 1 - (shortest.get(state) ?? Number.NaN) <= tolerance) + 1;
}

function toRow({ candidate, steps, states, length, text }: Kept, { wording }: FormContext) {
  const parts = steps.slice(0, length).flatMap(({ own, printed }) => [
    { text: own, trained: true },
    { text: printed, trained: false },
  ]);
  return {
    prompt: wording.prompt(candidate.messages),
    completion: wording.completion(text),
    full: candidate.right,
    steps: length,
    state: JSON.parse(states[length - 1] ?? "[]") as string[],
    loss_spans: spansOf(parts).trained,
    source: sourceOf(candidate),
  };
}

/**
 * Programs that do not depend on the question's numbers (InfinityMATH, Zhang et al. 2024). The authors ask a model for
 * them; here they are made of a right solution's equations, and are kept where further solutions of the problem give
 * the same answers under other numbers.
 */
function* parameterRows(pool: Pool, all: readonly Graded[], { checks, agree }: Options, context: FormContext) {
  const { wording, leave } = context;
  const question = numberedQuestion(pool.question);
  const { numbers } = question;
  const templates = all.flatMap((candidate) => {
    if (!candidate.right) return [];
    const template = templateOf(candidate.text, numbers);
    const last = template === null ? undefined : computed(template, numbers).at(-1);
    if (template === null || last === undefined || last !== numberOf(candidate.record.answer ?? "")) {
      leave("not a chain of equations with two operands that ends in its answer");
      return [];
    }
    return [{ candidate, template, program: programOf(template, numbers.length) }];
  });
  const distinct = firstOfEach(templates, ({ program }) => program, leave);
  const random = randomOf(context, pool, "parameters");
  for (const { candidate, template, program } of distinct) {
    const drawn = Array.from({ length: checks }, () => otherNumbers(template, numbers, random)).filter(
      (x) => x !== null,
    );
    const answers = drawn.map((values) => computed(template, values).at(-1) ?? Number.NaN);
    const agreeing = templates.filter(
      (one) => one.template !== template && agrees(one.template, drawn, answers),
    ).length;
    if (numbers.length === 0 || drawn.length < checks) leave("no other numbers were found for it");
    else if (agreeing < agree) leave("further solutions do not agree under other numbers");
    else {
      const names = parameterNames(numbers.length);
      yield {
        prompt: wording.prompt(
          wording.question(
            filledIn(
              question,
              names.map((name) => `{${name}}`),
            ),
          ),
        ),
        completion: wording.completion(program),
        parameters: names.map((name, i) => ({ name, value: numbers[i] ?? 0 })),
        answer: computed(template, numbers).at(-1) ?? Number.NaN,
        checks: drawn.map((values, i) => ({
          question: filledIn(question, values),
          values: [...values],
          answer: answers[i] ?? Number.NaN,
        })),
        agreeing,
        source: sourceOf(candidate),
      };
    }
  }
}

const agrees = (template: Template, drawn: readonly (readonly number[])[], answers: readonly number[]): boolean =>
  drawn.every((values, i) => Math.abs((computed(template, values).at(-1) ?? Number.NaN) - (answers[i] ?? 0)) < 1e-9);

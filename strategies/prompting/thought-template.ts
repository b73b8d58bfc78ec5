import { z } from "zod";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { ask, askingOptions, askingRewards, questionWith } from "./kit/asking.ts";
import { dot, vectorsOf } from "./kit/similarity.ts";

/** Version 1. */
const DISTIL = `Below are a problem and its solution. Write down how problems of this kind are solved: a template in general words, a few steps, without the numbers and the story of this problem. Write the template and nothing else.`;
const USE = "A way in which problems like this one are solved (use it where it fits, and leave it where it does not):";

const template = z.strictObject({
  name: z.string().min(1),
  when: z.string().min(1).describe("what problems it fits; what questions are compared with"),
  thought: z.string().min(1).describe("how such problems are solved, in general words"),
});

/**
 * Thought templates: the template most like the question is retrieved from a store and shown beside it; `n` answers
 * vote (Buffer of Thoughts: Yang et al. 2024, arXiv:2406.04271, sections 3.2 and 3.3). `solved` problems are in the
 * store too: one that is retrieved is first distilled into a template, greedily.
 */
export const thoughtTemplate = defineStrategy({
  name: "thought-template",
  summary: "retrieves how such problems are solved and shows it beside the question; n answers vote",
  paper: "Yang et al. 2024, arXiv:2406.04271",
  family: "prompting",
  how:
    "Thought templates: the template most like the question is retrieved from a store and shown beside it; `n` " +
    "answers vote (Buffer of Thoughts: Yang et al. 2024, arXiv:2406.04271, sections 3.2 and 3.3). `solved` problems " +
    "are in the store too: one that is retrieved is first distilled into a template, greedily. Below a cosine of " +
    "`least` nothing fits and the plain question is asked.",
  costNote: "`n` calls, one more where there are solved problems.",
  departures: [
    "The question is compared as it stands, without their problem distiller, and the store does not grow while " +
      "problems are solved, so that results do not depend on their order.",
  ],
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    templates: z
      .array(template)
      .default(() => [...SCHOOL_TEMPLATES])
      .describe("the store"),
    solved: z
      .array(z.strictObject({ question: z.string().min(1), solution: z.string().min(1) }))
      .default([])
      .describe("solved problems to distil templates from, not those measured on"),
    least: z.number().min(-1).max(1).default(0).describe("cosine below which nothing fits (the paper: 0.5 to 0.7)"),
  }),
  async *candidates(run, { templates, solved, least, ...choice }) {
    const store = [
      ...templates.map((each) => ({ key: each.when, label: each.name, thought: each.thought, solved: null })),
      ...solved.map((each) => ({ key: each.question, label: "distilled", thought: null, solved: each })),
    ];
    const found = await retrieve(run, store, least);
    const thought = found === null ? "" : await thoughtOf(run, found);
    const after = thought === "" ? "" : `${USE}\n${thought}`;
    const label = thought === "" ? "plain" : (found?.label ?? "plain");
    yield* ask(run, [{ label, messages: () => questionWith(run.question, { after }) }], choice);
  },
  select: () => bestOrMajority(),
  cost: ({ n, solved }) => ({ calls: n + (solved.length > 0 ? 1 : 0), scored: n }),
});

/** What retrieval finds: a thought, or a solved problem that has yet to become one. */
interface Found {
  readonly label: string;
  readonly thought: string | null;
  readonly solved: { readonly question: string; readonly solution: string } | null;
}

/** The entry whose key is most like the question; ties: the first. Null below `least`, or from an empty store. */
async function retrieve<T extends Found & { readonly key: string }>(run: Run, store: readonly T[], least: number) {
  if (store.length === 0) return null;
  const vectors = await vectorsOf(run, [...store.map(({ key }) => key), run.question.text]);
  const asked = vectors[store.length] ?? [];
  const likeness = store.map((_, i) => dot(vectors[i] ?? [], asked));
  const most = Math.max(...likeness);
  return most < least ? null : (store[likeness.indexOf(most)] ?? null);
}

async function thoughtOf(run: Run, { thought, solved }: Found): Promise<string> {
  if (thought !== null || solved === null) return thought ?? "";
  const content = `${DISTIL}\n\nProblem:\n${solved.question}\n\nSolution:\n${solved.solution}`;
  const [sample] = await run.sample({
    messages: [{ role: "user", content }],
    temperature: 0,
    from: 0,
    purpose: "distil",
  });
  return sample?.text.trim() ?? "";
}

/** The default store: how school problems are mostly solved. */
const SCHOOL_TEMPLATES: readonly z.output<typeof template>[] = [
  {
    name: "running total",
    when: "A quantity changes several times: some are bought, sold, given away, lost or found, and the number left at the end is asked.",
    thought:
      "Write down the quantity at the start. Go through the changes in the order in which they happen and write the new quantity after each. The last one answers the question; check that it is of what was asked.",
  },
  {
    name: "rate and time",
    when: "Something happens at a constant speed or rate: kilometres per hour, pages per day, litres per minute, pay per hour; a distance, amount or time is asked.",
    thought:
      "Name the rate with its unit. Bring all times and amounts to the units of the rate. Use amount = rate * time, solved for what is asked. Rates that work together add.",
  },
  {
    name: "price and change",
    when: "Several items are bought at prices each, with discount, tax or change; the total cost, the money left or the profit is asked.",
    thought:
      "For each kind of item multiply number by price. Add them up. Apply discounts and taxes as percentages of the sum they refer to. Subtract from the money there is, or the costs from the income, if change or profit is asked.",
  },
  {
    name: "parts of a whole",
    when: "A fraction, a percentage or a ratio of a group has some property, and how many there are in a part or in the whole is asked.",
    thought:
      "Say what the whole is at each step, as it may change. Multiply the whole by the fraction to get the part, or divide the part by the fraction to get the whole. The parts must add up to the whole.",
  },
  {
    name: "comparison",
    when: "One quantity is given by another: twice as many, three fewer than, half as old as; one of them or their sum is asked.",
    thought:
      "Name each quantity by a letter and write each sentence as an equation. Begin with the quantity whose number is given and work out the others from it in turn. Combine them as the question asks.",
  },
  {
    name: "unknown in an equation",
    when: "An equation or a condition holds for an unknown number; solve for x, find the value that makes it true.",
    thought:
      "Write the condition as an equation. Undo the operations around the unknown one after another on both sides, or factor. Put each solution back into the original condition and drop those that fail it.",
  },
  {
    name: "counting",
    when: "How many ways, arrangements, pairs, subsets or numbers with a property there are, or the probability of an event.",
    thought:
      "Describe one outcome as a row of independent choices and multiply the number of options. Divide by the number of orders if order does not matter. Split into cases that do not overlap where choices depend on each other. A probability is favourable outcomes over all.",
  },
  {
    name: "figure and formula",
    when: "Lengths, angles, areas or volumes of a triangle, circle, rectangle or solid are given and another one is asked.",
    thought:
      "Draw the figure and name its parts. List the formulas that tie what is given to what is asked (Pythagoras, similarity, sums of angles, areas). Put the numbers in and solve for what is asked.",
  },
];

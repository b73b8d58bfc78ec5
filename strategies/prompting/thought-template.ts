import { z } from "zod";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { ask, askingOptions, askingRewards, questionWith } from "./kit/asking.ts";
import { dot, vectorsOf } from "./kit/similarity.ts";
import { SCHOOL_TEMPLATES, templateSchema } from "./thought-template/thought-templates.ts";

/** Version 1. */
const DISTIL = `Below are a problem and its solution. Write down how problems of this kind are solved: a template in general words, a few steps, without the numbers and the story of this problem. Write the template and nothing else.`;
const USE = "A way in which problems like this one are solved (use it where it fits, and leave it where it does not):";

/** What retrieval finds: a thought, or a solved problem that has yet to become one. */
interface Found {
  readonly label: string;
  readonly thought: string | null;
  readonly solved: { readonly question: string; readonly solution: string } | null;
}

/**
 * Thought templates: the template most like the question is retrieved from a store and shown beside it; `n` answers vote (Buffer of Thoughts: Yang et al. 2024,
 * arXiv:2406.04271, sections 3.2 and 3.3). `solved` problems are in the store too: one that is retrieved is first distilled into a template, greedily.
 *
 * Cost: `n` calls, one more where there are solved problems. Nothing as like as `least`: the plain question. Departures: the question is compared as it stands, without their problem
 * distiller, and the store does not grow while problems are solved, so that results do not depend on their order.
 */
export const thoughtTemplate = defineStrategy({
  name: "thought-template",
  summary: "retrieves how such problems are solved and shows it beside the question; n answers vote",
  paper: "Yang et al. 2024, arXiv:2406.04271",
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    templates: z
      .array(templateSchema)
      .default([...SCHOOL_TEMPLATES])
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

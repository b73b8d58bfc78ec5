import { z } from "zod";
import type { Message } from "../../src/core/policy.ts";
import { Random } from "../../src/core/random.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { countLines } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { SOLVE_SYSTEM, solutionMessages } from "../../src/engine/sampling.ts";
import { ask, askingOptions, askingRewards } from "./kit/asking.ts";
import { clusters, dot, type Vector, vectorsOf } from "./kit/similarity.ts";

const exemplar = z.strictObject({ question: z.string().min(1), solution: z.string().min(1).optional() });
/** A worked example; without a solution the policy writes one. */
type Exemplar = z.output<typeof exemplar>;

/**
 * How examples are chosen, in the order in which they are shown:
 * - `given`: the first ones, as given;
 * - `most-complex`: those with the most steps (non-empty lines); where solutions are missing, those with the longest
 *   questions (Fu et al. 2022, arXiv:2210.00720, section 3.1);
 * - `similar`: those nearest to the question, the nearest last (Liu et al. 2021, arXiv:2101.06804);
 * - `diverse`: one after another the one most like the question and least like those chosen, in equal parts (maximal
 *   marginal relevance: Ye et al. 2022, arXiv:2211.13892), the best last;
 * - `clustered`: of each of `shots` clusters of the pool the one nearest to its centre, the same for all questions
 *   (Auto-CoT: Zhang et al. 2022, arXiv:2210.03493, section 4).
 */
const choices = ["given", "most-complex", "similar", "diverse", "clustered"] as const;

/** Few-shot: worked examples before the question, chosen from `pool`; `n` answers vote. */
export const fewShot = defineStrategy({
  name: "few-shot",
  summary: "worked examples chosen for the question stand before it; n answers vote",
  paper: "Zhang et al. 2022, arXiv:2210.03493; Liu et al. 2021, arXiv:2101.06804",
  family: "prompting",
  how:
    "Few-shot: worked examples before the question, chosen from `pool`; `n` answers vote. With `choose: clustered` " +
    "and examples without solutions it is Auto-CoT (Zhang et al. 2022, arXiv:2210.03493). Nearness is the cosine of " +
    "the policy's embeddings, of word counts where it has none. Ties go to the earlier in the pool; an empty pool " +
    "leaves the plain question.",
  costNote: "`n` calls, and one for each shown example that has no solution.",
  departures: ["Auto-CoT's filter on written solutions is left out, they are taken as they come."],
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    pool: z.array(exemplar).default([]).describe("examples to choose from, of problems that are not measured on"),
    shots: z.int().min(0).default(4).describe("examples shown at most"),
    choose: z
      .enum(choices)
      .default("similar")
      .describe("the first, those with most steps, the nearest, the near and new, or one of each cluster"),
  }),
  async *candidates(run, { pool, shots, choose, ...choice }) {
    const chosen = await chooseFrom(run, pool, shots, choose);
    const turns = (await Promise.all(chosen.map((each) => shown(run, each)))).flat();
    yield* ask(run, [{ messages: () => solutionMessages(run.question, turns) }], choice);
  },
  select: () => bestOrMajority(),
  cost: ({ n, pool, shots }) => {
    const unsolved = pool.filter(({ solution }) => solution === undefined).length;
    return { calls: n + Math.min(shots, unsolved), scored: n };
  },
});

/** At most `shots` of the pool, in the order in which they are shown. */
async function chooseFrom(
  run: Run,
  pool: readonly Exemplar[],
  shots: number,
  choice: (typeof choices)[number],
): Promise<readonly Exemplar[]> {
  if (pool.length === 0 || shots === 0) return [];
  if (choice === "given") return pool.slice(0, shots);
  if (choice === "most-complex") return mostComplex(pool).slice(0, shots);
  const questions = pool.map(({ question }) => question);
  const texts = choice === "clustered" ? questions : [...questions, run.question.text];
  const vectors = await vectorsOf(run, texts);
  const own = vectors.slice(0, pool.length);
  const asked = vectors[pool.length] ?? [];
  const chosen =
    choice === "similar"
      ? nearestOf(own, asked, shots).reverse()
      : choice === "diverse"
        ? relevantAndNew(own, asked, shots).reverse()
        : representatives(pool, own, shots);
  return chosen.flatMap((index) => pool[index] ?? []);
}

const mostComplex = (pool: readonly Exemplar[]): Exemplar[] =>
  pool.every(({ solution }) => solution !== undefined)
    ? [...pool].sort((a, b) => countLines(b.solution ?? "") - countLines(a.solution ?? ""))
    : [...pool].sort((a, b) => b.question.length - a.question.length);

function nearestOf(vectors: readonly Vector[], asked: Vector, count: number): number[] {
  const likeness = vectors.map((vector) => dot(vector, asked));
  return vectors
    .map((_, i) => i)
    .sort((a, b) => (likeness[b] ?? 0) - (likeness[a] ?? 0) || a - b)
    .slice(0, count);
}

function relevantAndNew(vectors: readonly Vector[], asked: Vector, count: number): number[] {
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, vectors.length)) {
    const relevance = vectors.map((vector, i) => {
      if (chosen.includes(i)) return Number.NEGATIVE_INFINITY;
      const alike = chosen.map((other) => dot(vector, vectors[other] ?? []));
      return 0.5 * dot(vector, asked) - 0.5 * Math.max(0, ...alike);
    });
    chosen.push(relevance.indexOf(Math.max(...relevance)));
  }
  return chosen;
}

/** Of each cluster the simple one nearest to its centre, the nearest where none is simple. */
function representatives(pool: readonly Exemplar[], vectors: readonly Vector[], count: number): number[] {
  return clusters(vectors, count, new Random("exemplar-clusters")).map(({ members }) => {
    const simple = members.find((i) => isSimple(pool[i] ?? { question: "" }));
    return simple ?? members[0] ?? 0;
  });
}

/** Auto-CoT's rule: a question of at most 60 words, and a solution of at most 5 steps where there is one. */
const isSimple = ({ question, solution }: Exemplar): boolean =>
  question.trim().split(/\s+/).length <= 60 && (solution === undefined || countLines(solution) <= 5);

/** An example as turns; a missing solution is written by the policy, greedily (zero-shot, as in Auto-CoT). */
async function shown(run: Run, { question, solution }: Exemplar): Promise<Message[]> {
  const system = { role: "system" as const, content: SOLVE_SYSTEM };
  const asked = { role: "user" as const, content: question };
  if (solution !== undefined) return [asked, { role: "assistant", content: solution }];
  const [written] = await run.sample({ messages: [system, asked], temperature: 0, from: 0, purpose: "exemplar" });
  const content = written?.text.trim() ?? "";
  return content === "" ? [] : [asked, { role: "assistant", content }];
}

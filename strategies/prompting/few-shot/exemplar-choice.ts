import { Random } from "../../../src/core/random.ts";
import type { Run } from "../../../src/core/run.ts";
import { countLines } from "../../../src/core/trajectory.ts";
import { clusters } from "../kit/clusters.ts";
import { dot, type Vector, vectorsOf } from "../kit/similarity.ts";

/** A worked example; without a solution the policy writes one. */
export interface PoolExemplar {
  readonly question: string;
  readonly solution?: string | undefined;
}

/**
 * How examples are chosen from a pool, and in which order they are shown:
 * - `given`: the first ones, as given;
 * - `most-complex`: those with the most steps (non-empty lines), where solutions are missing the longest questions (Fu et al. 2022, arXiv:2210.00720, section 3.1);
 * - `similar`: those nearest to the question, the nearest last (Liu et al. 2021, arXiv:2101.06804);
 * - `diverse`: one after another that which is most like the question and least like those chosen, in equal parts (maximal marginal relevance: Ye et al. 2022,
 *   arXiv:2211.13892), the best last;
 * - `clustered`: of each of `shots` clusters of the pool the one nearest to its centre (Auto-CoT: Zhang et al. 2022, arXiv:2210.03493, section 4), the same for all questions.
 */
export const choices = ["given", "most-complex", "similar", "diverse", "clustered"] as const;
export type Choice = (typeof choices)[number];

/** At most `shots` of the pool, in the order in which they are shown. Ties go to the earlier in the pool. */
export async function chooseFrom<T extends PoolExemplar>(
  run: Run,
  pool: readonly T[],
  shots: number,
  choice: Choice,
): Promise<readonly T[]> {
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

const mostComplex = <T extends PoolExemplar>(pool: readonly T[]): T[] =>
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
    const worth = vectors.map((vector, i) => {
      if (chosen.includes(i)) return Number.NEGATIVE_INFINITY;
      const alike = chosen.map((other) => dot(vector, vectors[other] ?? []));
      return 0.5 * dot(vector, asked) - 0.5 * Math.max(0, ...alike);
    });
    chosen.push(worth.indexOf(Math.max(...worth)));
  }
  return chosen;
}

/** Auto-CoT's rule for a simple example: a question of at most 60 words, a solution of at most 5 steps where there is one. */
const isSimple = ({ question, solution }: PoolExemplar): boolean =>
  question.trim().split(/\s+/).length <= 60 && (solution === undefined || countLines(solution) <= 5);

/** Of each cluster the simple one nearest to its centre, the nearest where none is simple. */
function representatives(pool: readonly PoolExemplar[], vectors: readonly Vector[], count: number): number[] {
  return clusters(vectors, count, new Random("exemplar-clusters")).map(({ members }) => {
    const simple = members.find((i) => isSimple(pool[i] ?? { question: "" }));
    return simple ?? members[0] ?? 0;
  });
}

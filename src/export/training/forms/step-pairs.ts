import { z } from "zod";
import type { TraceNode } from "../../../runs/records/record.ts";
import { defineForm, type FormContext, wordsSchema } from "../form.ts";
import { ownText, type PooledTrial, pathOf, poolOf, type Tree, treeOf } from "../pool.ts";

const options = z.strictObject({
  q: z.enum(["value", "score"]).default("value").describe("a step's Q: its value in the tree, or the verifier's score"),
  visits: z.int().min(1).default(1).describe("visits that both steps have at least, for q=value"),
  margin: z.number().min(0).default(0).describe("difference of Q that is at least needed"),
  apart: z.number().min(0).max(1).default(0).describe("edit distance that is at least needed, of words, 0 to 1"),
  most: z.int().min(1).default(4).describe("pairs of siblings at most, widest margin first"),
  leads: z
    .boolean()
    .default(false)
    .describe("the chosen step must lead to a right solution and the rejected one to a wrong one"),
});
type Options = z.output<typeof options>;

const row = z.strictObject({
  prompt: wordsSchema.describe("the question with the steps before"),
  chosen: wordsSchema,
  rejected: wordsSchema,
  step: z.int().min(1).describe("number of the step"),
  q_chosen: z.number(),
  q_rejected: z.number(),
  margin: z.number(),
  value_before: z.number().nullable().describe("V of what both continue; null where it is not known"),
  advantage_chosen: z.number().nullable().describe("Q - V"),
  advantage_rejected: z.number().nullable(),
  visits_chosen: z.int().nullable(),
  visits_rejected: z.int().nullable(),
  edit_distance: z.number().describe("of words, 0 for the same to 1"),
  source: z.strictObject({
    run: z.string(),
    dataset: z.string(),
    problem: z.string(),
    arm: z.string(),
    policy: z.string(),
    seed: z.int(),
    parent: z.int().min(0),
    chosen: z.int(),
    rejected: z.int(),
  }),
});

/** Steps that continue the same beginning, one better than the other. */
export const stepPairs = defineForm({
  name: "step-pairs",
  summary: "two steps after the same beginning in a search tree, with Q, advantages and margin",
  papers: "CPL Step-APO 2409.08642, rStar-Math PPM 2501.04519, SPHERE 2503.04813, Step-DPO 2406.18629",
  loads: "TRL DPOTrainer as it is (the prompt ends within the assistant's turn); Step-APO reads the advantages",
  options,
  row,
  *rows(pool, given, context) {
    const trials = pool.trials.filter(({ trace }) => treeOf(trace) !== null);
    context.leave("trials without a search tree", pool.trials.length - trials.length);
    for (const trial of trials) yield* rowsOf(trial, given, context);
  },
});

function* rowsOf(of: PooledTrial, given: Options, { wording, leave }: FormContext) {
  const tree = treeOf(of.trace);
  if (tree === null) return;
  const { trial, trace, run, policy } = of;
  const messages = wording.question(trace.question);
  const ends = given.leads ? endsOf(of, tree) : null;
  for (const [parent, children] of [...tree.children].sort(([a], [b]) => a - b)) {
    const valued = children.flatMap((node) => {
      const q = qOf(node, given);
      return q === null || node.text.trim() === "" ? [] : [{ node, q }];
    });
    leave("steps without Q", children.length - valued.length);
    const before = textBefore(tree, parent);
    const above = tree.nodes.get(parent);
    const value = above === undefined ? null : qOf(above, { ...given, visits: 1 });
    const found = pairsOf(valued, given, ends);
    leave("pairs beyond the most of their siblings", Math.max(0, found.length - given.most));
    for (const { chosen, rejected, distance } of found.slice(0, given.most)) {
      yield {
        prompt: wording.prompt(messages, before),
        chosen: wording.completion(chosen.node.text),
        rejected: wording.completion(rejected.node.text),
        step: chosen.node.depth,
        q_chosen: chosen.q,
        q_rejected: rejected.q,
        margin: chosen.q - rejected.q,
        value_before: value,
        advantage_chosen: value === null ? null : chosen.q - value,
        advantage_rejected: value === null ? null : rejected.q - value,
        visits_chosen: chosen.node.visits ?? null,
        visits_rejected: rejected.node.visits ?? null,
        edit_distance: distance,
        source: {
          ...{ run, dataset: trial.dataset, problem: trial.problem, arm: trial.arm, policy, seed: trial.seed },
          ...{ parent, chosen: chosen.node.node, rejected: rejected.node.node },
        },
      };
    }
  }
}

/** Null where it is not known: a node that was never visited has no value. */
function qOf(node: TraceNode, { q, visits }: Pick<Options, "q" | "visits">): number | null {
  if (q === "score") return node.score;
  return (node.visits ?? 0) < visits ? null : (node.value ?? null);
}

interface Valued {
  readonly node: TraceNode;
  readonly q: number;
}

function pairsOf(valued: readonly Valued[], { margin, apart }: Options, ends: Ends | null) {
  return valued
    .flatMap((chosen) => valued.map((rejected) => ({ chosen, rejected, difference: chosen.q - rejected.q })))
    .filter(
      ({ chosen, rejected, difference }) =>
        difference > 0 &&
        difference >= margin &&
        chosen.node.text.trim() !== rejected.node.text.trim() &&
        (ends === null || (ends.right.has(chosen.node.node) && ends.wrong.has(rejected.node.node))),
    )
    .map((pair) => ({ ...pair, distance: wordDistance(pair.chosen.node.text, pair.rejected.node.text) }))
    .filter(({ distance }) => distance >= apart)
    .toSorted((a, b) => b.difference - a.difference);
}

function textBefore({ nodes }: Tree, parent: number): string {
  const texts: string[] = [];
  for (
    let node = nodes.get(parent);
    node !== undefined;
    node = node.parent === null ? undefined : nodes.get(node.parent)
  )
    texts.unshift(node.text);
  return texts.join("");
}

/** Nodes that lie on the way to a right and to a wrong solution. */
interface Ends {
  readonly right: ReadonlySet<number>;
  readonly wrong: ReadonlySet<number>;
}

function endsOf(of: PooledTrial, tree: Tree): Ends {
  const ends = { right: new Set<number>(), wrong: new Set<number>() };
  for (const candidate of poolOf([of]).candidates) {
    const text = candidate.right === null || !candidate.record.complete ? null : ownText(candidate);
    if (text === null) continue;
    const side = candidate.right ? ends.right : ends.wrong;
    for (const { node } of pathOf(tree, text)) side.add(node);
  }
  return ends;
}

/** Levenshtein distance of two texts in words, divided by the longer one's length. */
export function wordDistance(a: string, b: string): number {
  const [p, q] = [a.trim().split(/\s+/), b.trim().split(/\s+/)];
  let row = q.map((_, j) => j + 1);
  for (const [i, word] of p.entries()) {
    let [corner, left] = [i, i + 1];
    row = row.map((above, j) => {
      const value = Math.min(above + 1, left + 1, corner + (word === q[j] ? 0 : 1));
      corner = above;
      left = value;
      return value;
    });
  }
  return (row.at(-1) ?? p.length) / Math.max(p.length, q.length);
}

import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { limitOptions, limitsOf } from "./kit/options.ts";
import { AnswerTree } from "./mctsr/answer-tree.ts";
import { Refining } from "./mctsr/refining.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(16).describe("refinements"),
  branching: z.int().min(1).default(3).describe("refinements of an answer before it is left, unless it is better"),
  exploration: z.number().min(0).default(1.4).describe("c of UCT, on rewards from -100 to 100"),
  cap: z.number().default(95).describe("rewards from here on count as `capped`: the policy may not praise itself"),
  capped: z.number().min(-100).max(100).default(50),
  temperature: z.number().min(0).default(0.95).describe("of all that is written"),
  ...limitOptions,
});

/** MCTSr, Monte Carlo tree self-refine (Zhang et al. 2024, arXiv:2406.07394, and their MathBlackBox). */
export const mctsr = defineStrategy({
  name: "mctsr",
  summary: "tree of whole answers, each a refinement of the one above it, rewarded by the policy itself",
  paper: "Zhang et al. 2024, arXiv:2406.07394",
  family: "search",
  how:
    "MCTSr, Monte Carlo tree self-refine (Zhang et al. 2024, arXiv:2406.07394, and their MathBlackBox): nodes are " +
    "whole answers. An iteration takes the answer of the highest UCT bound, has the policy reward it once more, from " +
    "-100 to 100, harshly, criticise it, and rewrite it by the criticism; the new answer is rewarded and hangs below. " +
    "An answer's Q is the middle of its lowest and its mean reward; what bounds a node above the leaves is the middle " +
    "of its own and its best child's. An answer with `branching` refinements is left once one of them is better." +
    "\n\n" +
    'Beside the first answer stands "I do not know." as a second root: refining it is a fresh attempt.',
  costNote: "`1 + 2 · simulations` calls to write, and as many rewards, of both roots and twice an iteration, at most.",
  departures: [
    "The published code ends as soon as the reference answer was found, and its accuracy is that of any answer; here " +
      "verifiers or the vote of all answers pick.",
    "The rewrite sees question, answer and criticism; there the criticism alone, as conversations are cut to two turns.",
    "A reward that cannot be read is left out, there it is asked for until it can be; the second root is always the " +
      "same sentence. Where verifiers score answers their score is the reward, on the same scale and without the cap, " +
      "and the second root has -100.",
  ],
  rewards: {
    outcome: "is the reward in place of the policy's own, and picks",
    process: "the same, aggregated over steps",
    none: "the policy rewards its answers; all of them vote",
  },
  options,
  async *candidates(run, given) {
    const verified = run.verifiers.outcome || run.verifiers.process;
    const tree = new AnswerTree(verified ? { ...given, cap: Number.POSITIVE_INFINITY } : given);
    const refining = new Refining(run, tree, { temperature: given.temperature, ...limitsOf(given) });
    const first = await refining.first();
    if (first === null) return;
    yield first;
    await refining.add(null, first);
    await refining.add(null, null);
    for (let i = 0; i < given.simulations; i++) {
      const node = tree.next();
      if (node === null) {
        run.emit({ type: "note", message: "mctsr: no answer could be rewarded" });
        return;
      }
      await refining.visit(node);
      const refined = await refining.refined(node);
      if (refined === null) return;
      yield refined;
      await refining.add(node, refined);
    }
  },
  select: () => bestOrMajority(),
  cost: ({ simulations }) => ({ calls: 3 + 4 * simulations, scored: 2 + 3 * simulations }),
});

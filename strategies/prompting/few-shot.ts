import { z } from "zod";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { SOLVE_SYSTEM, solutionMessages } from "../../src/engine/sampling.ts";
import { choices, chooseFrom, type PoolExemplar } from "./few-shot/exemplar-choice.ts";
import { ask, askingOptions, askingRewards } from "./kit/asking.ts";

/** An example as turns; a missing solution is written by the policy, greedily (zero-shot, as in Auto-CoT). */
async function shown(run: Run, { question, solution }: PoolExemplar): Promise<Message[]> {
  const system = { role: "system" as const, content: SOLVE_SYSTEM };
  const asked = { role: "user" as const, content: question };
  if (solution !== undefined) return [asked, { role: "assistant", content: solution }];
  const [written] = await run.sample({ messages: [system, asked], temperature: 0, from: 0, purpose: "exemplar" });
  const content = written?.text.trim() ?? "";
  return content === "" ? [] : [asked, { role: "assistant", content }];
}

/**
 * Few-shot: worked examples before the question, chosen from `pool` by {@link choices}; `n` answers vote. With `choose: clustered` and examples without solutions it is
 * Auto-CoT (Zhang et al. 2022, arXiv:2210.03493), whose filter on written solutions is left out: they are taken as they come.
 *
 * Cost: `n` calls, and one for each shown example that has no solution. An empty pool leaves the plain question. Nearness is by the policy's embeddings, by words where it
 * has none.
 */
export const fewShot = defineStrategy({
  name: "few-shot",
  summary: "worked examples chosen for the question stand before it; n answers vote",
  paper: "Zhang et al. 2022, arXiv:2210.03493; Liu et al. 2021, arXiv:2101.06804",
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    pool: z
      .array(z.strictObject({ question: z.string().min(1), solution: z.string().min(1).optional() }))
      .default([])
      .describe("examples to choose from, of problems that are not measured on"),
    shots: z.int().min(0).default(4).describe("examples shown at most"),
    choose: z.enum(choices).default("similar"),
  }),
  async *candidates(run, { pool, shots, choose, ...choice }) {
    const chosen = await chooseFrom(run, pool, shots, choose);
    const turns = (await Promise.all(chosen.map((exemplar) => shown(run, exemplar)))).flat();
    yield* ask(run, [{ messages: () => solutionMessages(run.question, turns) }], choice);
  },
  select: () => bestOrMajority(),
  cost: ({ n, pool, shots }) => {
    const unsolved = pool.filter(({ solution }) => solution === undefined).length;
    return { calls: n + Math.min(shots, unsolved), scored: n };
  },
});

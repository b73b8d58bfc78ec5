import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Policy } from "../../src/core/policy.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { wrapPolicy } from "../../src/policy/wrap.ts";
import { collectReport } from "../../src/report/collect.ts";
import { tablesOf, warnings } from "../../src/report/tables.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const plain = simulatedPolicy({ stepError: 0.2 });

/** A server that writes three times as much as it says, and keeps no limit, where it is sampled with heat. */
const wordy: Policy = wrapPolicy(plain, {
  sample: async (request, options) =>
    (await plain.sample(request, options)).map((sample) => ({
      ...sample,
      completionTokens:
        request.temperature > 0 ? 3 * sample.completionTokens + request.maxTokens : sample.completionTokens,
    })),
});

const yaml = (more: string, tokens: number) => `
name: over
dataset: {name: arithmetic, options: {count: 12, minSteps: 3, maxSteps: 3}}
policy: simulated
traces: false
budget: {tokens: ${tokens}}
baselines: false
baseline: greedy
${more}
strategies:
  - {name: chain-of-thought, options: {temperature: 0}, label: greedy}
  - {name: self-consistency, options: {n: 3}, label: vote}
  - {name: mcts, label: search}
`;

async function reportOf(policy: Policy, more = "", tokens = 260) {
  const out = temporaryFolder();
  const experiment = parseExperiment("over.yaml", yaml(more, tokens));
  const setup = { catalogue: builtins(), open: async () => ({ policy, simulated: true }), sandbox: null, out };
  const summary = await runExperiment(experiment, setup);
  return { summary, data: collectReport(summary.folder) };
}

describe("an arm that passed its budget", () => {
  it("is marked in every table, named, and compared with nothing unless that is wanted", async () => {
    const { data } = await reportOf(wordy);
    const [greedy, vote] = data.arms;
    expect(greedy?.overBudget).toBeUndefined();
    expect(vote?.overBudget).toBe(vote?.n);
    expect(data.comparisons.map(({ a }) => a)).not.toContain("vote");
    const tables = Object.values(tablesOf(data))
      .flat()
      .filter((table) => table !== null);
    for (const { rows, head } of tables) {
      for (const cell of [...rows.map(([first]) => first), ...head]) expect(cell).not.toBe("vote");
    }
    expect(tables[0]?.rows.find(([name]) => name === "vote (over budget)")?.at(-1)).toBe("over budget");
    expect(warnings(data).join()).toContain("vote passed its budget in 12 of 12 trials");
    const all = await reportOf(wordy, "compareOverBudget: true");
    expect(all.data.comparisons.map(({ a }) => a)).toContain("vote");
  });

  it("is said to have none where every budget was kept, and a search without a round says so", async () => {
    const { data, summary } = await reportOf(plain, "", 100);
    expect(data.arms.map(({ overBudget }) => overBudget)).toEqual([undefined, undefined, undefined]);
    const search = data.arms.find(({ arm }) => arm === "search");
    expect(search?.unsearched ?? 0).toBeGreaterThan(0);
    expect(warnings(data).join()).toContain("search: the budget left no room for a round of search");
    expect(summary.arms.find(({ arm }) => arm === "vote")?.unsearched).toBeUndefined();
  });
});

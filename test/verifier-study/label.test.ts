import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPrm800k } from "../../experiments/datasets/prm800k.ts";
import { loadProcessBench } from "../../experiments/datasets/step-labels.ts";
import { builtins } from "../../src/builtins.ts";
import { RowFile } from "../../src/export/training/row-file.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { verifiersOf } from "../../src/setup/setup.ts";
import { traceExamples } from "../../src/verifier-study/examples.ts";
import { type LabelMethod, labelForms, labelRow, labelSteps } from "../../src/verifier-study/label.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { smallRun } from "../runs/small-run.ts";

const policy = simulatedPolicy({ stepError: 0.15, spread: 0.8 });
const yaml = `
name: labels
dataset: {name: arithmetic, options: {count: 8, minSteps: 3, maxSteps: 4}}
policy: simulated
strategies: [{name: self-consistency, options: {n: 5}}]
baselines: false
`;

/** The first step whose arithmetic is wrong, as anyone can see. */
function slip(steps: readonly string[]): number | null {
  const at = steps.findIndex((step) => {
    const [, a, sign, b, c] = /(-?\d+) ([-+*/]) (\d+) = (-?\d+)/.exec(step) ?? [];
    if (sign === undefined) return false;
    const [p, q] = [Number(a), Number(b)];
    return { "+": p + q, "-": p - q, "*": p * q, "/": Math.floor(p / q) }[sign] !== Number(c);
  });
  return at < 0 ? null : at;
}

async function labelled(methods: readonly LabelMethod[]) {
  const examples = traceExamples(await smallRun({}, yaml));
  const spec = { process: { name: "simulated", options: { auc: 0.99 } } };
  return await labelSteps(examples, {
    methods,
    threshold: 0.5,
    rollouts: { policy, rollouts: 8, seed: "1" },
    judge: { policy, seed: "1", verifiers: () => verifiersOf(spec, builtins()) },
  });
}

describe("labels of steps by machine", () => {
  it("rollouts and binary search find the step that went wrong", async () => {
    for (const method of ["rollouts", "binary"] as const) {
      const { labelled: all, calls } = await labelled([method]);
      const wrong = all.filter(({ example }) => !example.correct);
      const found = wrong.filter(({ example, firstErrors }) => firstErrors[0] === slip(example.steps));
      expect(wrong.length).toBeGreaterThan(8);
      expect(found.length / wrong.length).toBeGreaterThanOrEqual(0.85);
      expect(calls).toBeGreaterThan(0);
    }
  });

  it("what ProcessBench's and PRM800K's readers read is what was written", async () => {
    const { labelled: all } = await labelled(["binary", "judge"]);
    expect(all.some(({ agreed }) => agreed)).toBe(true);
    for (const form of labelForms) {
      const file = new RowFile(join(temporaryFolder(), "labels.jsonl"));
      for (const [i, one] of all.entries()) file.add(labelRow(one, form, i, "binary"));
      file.finish();
      const rows = await (form === "processbench" ? loadProcessBench : loadPrm800k)(file.path);
      expect(rows.map(({ question, firstError }) => ({ question, firstError }))).toEqual(
        all.map(({ example: { question }, firstErrors: [firstError] }) => ({ question, firstError })),
      );
    }
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import { exportCsv } from "../../src/export/csv.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { smallRun } from "./small-run.ts";

const summaryIn = (out: string) => JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as ExperimentSummary;
const recordsIn = (out: string) =>
  readFileSync(join(out, "results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TrialRecord);
const metricIn = (out: string, name: string) =>
  summaryIn(out).metrics?.find(({ metric }) => metric === name)?.arms ?? [];
const reportHas = (out: string, text: string) => expect(readFileSync(join(out, "report.html"), "utf8")).toContain(text);
function exported(out: string): string {
  let text = "";
  exportCsv(out, "metrics", (part) => {
    text += part;
  });
  return text;
}

describe("tokens saved by early drop", () => {
  const yaml = `
name: saved
dataset: {name: arithmetic, options: {count: 24, minSteps: 4, maxSteps: 7}}
policy: simulated
strategies:
  - {name: self-consistency, label: vote, options: {n: 4}}
  - {name: early-drop, label: drop, options: {n: 4, threshold: 0.5}, verifiers: {process: {name: simulated, options: {auc: 1}}}}
metrics: [{name: tokens-saved, label: saved, options: {than: vote}}]
`;

  it("are one minus the sum that is drawn over the sum that would have been, exactly", async () => {
    const open = async () => ({ policy: simulatedPolicy({ stepError: 0.2 }), simulated: true });
    const out = await smallRun({ open }, yaml);
    const drawn = (arm: string) =>
      recordsIn(out)
        .filter((record) => record.arm === arm)
        .reduce((sum, { usage: { policy } }) => sum + policy.promptTokens + policy.completionTokens, 0);
    const [vote, drop] = metricIn(out, "saved");
    expect(drop?.value).toBeCloseTo(1 - drawn("drop") / drawn("vote"), 12);
    expect(drop?.value).not.toBe(0);
    expect(drop?.interval?.low).toBeLessThan(drop?.value ?? 0);
    expect(drop?.interval?.high).toBeGreaterThan(drop?.value ?? 0);
    expect(drop?.parts?.map(({ part }) => part)).toEqual(["policy", "all"]);
    expect(vote).toMatchObject({ value: null, note: "is what the others are compared with" });
    reportHas(out, "saved");
    expect(exported(out)).toMatch(/saved/);
    const nobody = await smallRun({ open }, yaml.replace("than: vote", "than: votes"));
    expect(metricIn(nobody, "saved")[0]?.note).toBe('there is no arm "votes"; there are: vote, drop');
  });
});

describe("MR-Score with its reasons", () => {
  const row = (uuid: string, step: number | null, reason = "") => ({
    uuid,
    question: `How many? (${uuid})`,
    question_type: "original",
    model_output_steps: ["Step 1: 2 + 2 = 4.", "Step 2: 4 + 1 = 6."],
    model_output_solution_correctness: step === null ? "correct" : "wrong",
    model_output_solution_first_error_step: step ?? "N/A",
    model_output_solution_first_error_reason: reason,
    model_output_answer_correctness: "wrong",
  });

  it("is the authors' formula over verdicts, steps and judged reasons", async () => {
    const file = join(temporaryFolder(), "mr.json");
    const rows = [row("a", 2, "adds wrongly"), row("b", 2, "adds wrongly"), row("c", 1, "misreads"), row("d", null)];
    writeFileSync(file, JSON.stringify(rows));
    const simulated = simulatedPolicy();
    const answering = (id: string, reply: (prompt: string) => string): Policy => ({
      ...simulated,
      id,
      sample: async ({ messages, n = 1 }: SampleRequest) => {
        const text = reply(messages.map(({ content }) => String(content)).join("\n"));
        const usage = { promptTokens: 9, cachedPromptTokens: 0, completionTokens: 3, dollars: 0 };
        const sample = { text, finish: "stop", ...usage, cached: false };
        return Array.from({ length: n }, () => sample) as never;
      },
    });
    // Says "wrong" of all but b, step 2 of all, and that all add wrongly.
    const solver = answering("fake/solver", (prompt) => {
      if (prompt.includes("Is the whole solution right?"))
        return `\\boxed{${prompt.includes("(b)") ? "correct" : "wrong"}}`;
      return prompt.includes("Which step is") ? "\\boxed{2}" : "\\boxed{It adds wrongly.}";
    });
    let judged = 0;
    const judge = answering("fake/judge", (prompt) => {
      judged++;
      return /solution:\nadds wrongly\n/.test(prompt) ? "Yes, the same." : "No.";
    });
    const yaml = `
name: mr
dataset: {name: mr-gsm8k, path: ${file}, options: {tasks: [verdict, step, reason]}}
policy: simulated
models: {examiner: "openai:judge"}
grade: {name: mr-gsm8k, model: examiner}
strategies: [chain-of-thought]
metrics: [mr-score]
`;
    const open = async (spec: unknown) => ({ policy: spec === "openai:judge" ? judge : solver, simulated: true });
    const out = await smallRun({ open }, yaml);
    expect(judged).toBe(3);
    const [score] = metricIn(out, "mr-score");
    // Verdicts: two wrong ones found, one missed, the right one taken for wrong.
    const mcc = (0 * 2 - 1 * 1) / Math.sqrt((0 + 1) * (0 + 1) * (2 + 1) * (2 + 1));
    expect(score?.parts?.map(({ part, value }) => [part, value])).toEqual([
      ["verdict (MCC)", mcc],
      ["step", 2 / 3],
      ["reason", 2 / 3],
    ]);
    expect(score?.value).toBeCloseTo(0.2 * Math.max(0, mcc) + 0.3 * (2 / 3) + 0.5 * (2 / 3), 12);
    reportHas(out, "mr-score");
    expect(exported(out)).toContain("mr-score");
  });
});

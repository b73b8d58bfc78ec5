import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPrm800k } from "../../../experiments/datasets/prm800k.ts";
import { loadRewardMath } from "../../../experiments/datasets/reward-math.ts";
import {
  loadBigBenchMistake,
  loadMathShepherd,
  loadPrmBench,
  loadProcessBench,
  type StepLabelRow,
} from "../../../experiments/datasets/step-labels.ts";
import { dataFolder, itWithData } from "./data-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "ruminate-steps-"));

function written(file: string, ...rows: readonly object[]): string {
  const path = join(folder, file);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
}

const published: readonly (readonly [string, number, (path: string) => Promise<readonly StepLabelRow[]>])[] = [
  ["processbench.jsonl", 1345, loadProcessBench],
  ["prmbench_subset.jsonl", 137, loadPrmBench],
  ["bigbench_mistake.jsonl", 1093, loadBigBenchMistake],
  ["math_shepherd_sample.jsonl", 7, loadMathShepherd],
  ["prm800k_sample.jsonl", 3, loadPrm800k],
];

describe("judged solutions", () => {
  for (const [file, count, load] of published) {
    itWithData(`${file} gives ${count} rows whose labels fit their steps`, async () => {
      const rows = await load(join(dataFolder, file));
      expect(rows).toHaveLength(count);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(count);
      for (const { id, question, steps, labels, firstError } of rows) {
        expect(question.trim(), id).not.toBe("");
        expect(labels, id).toHaveLength(steps.length);
        expect(labels.indexOf(false), id).toBe(firstError ?? -1);
      }
    });
  }

  itWithData("ProcessBench agrees with the publisher's own index and its four subsets", async () => {
    const rows = await loadProcessBench(join(dataFolder, "processbench.jsonl"));
    expect([...new Set(rows.map(({ subset }) => subset))]).toEqual(["gsm8k", "math", "olympiadbench", "omnimath"]);
    expect(rows[0]).toMatchObject({ firstError: 1, answerIsRight: false });
    expect(
      rows.every(({ labels, firstError }) => labels.includes(null) === (firstError ?? -1) < labels.length - 1),
    ).toBe(true);
  });

  itWithData("RewardMATH gathers one right and nine wrong solutions of a problem", async () => {
    const groups = await loadRewardMath(join(dataFolder, "rewardmath_sample.jsonl"));
    expect(groups.map(({ rejected }) => rejected.length)).toEqual([9]);
    expect(groups[0]?.chosen.at(-1)).toContain("1600");
  });

  it("ProcessBench counts from 0 and leaves the steps after the first error unjudged", async () => {
    const row = {
      id: "math-7",
      problem: "p",
      steps: ["a", "b", "c"],
      label: 1,
      final_answer_correct: true,
      generator: "g",
    };
    const [first] = await loadProcessBench(written("p.jsonl", row));
    expect(first).toMatchObject({ labels: [true, false, null], firstError: 1, subset: "math", answerIsRight: true });
    const wrong = loadProcessBench(written("p.jsonl", { ...row, label: 3 }));
    await expect(wrong).rejects.toThrow(
      /p\.jsonl:1: field "label" must be a step index from 0 to 2, or -1 .* got a number, 3/,
    );
  });

  it("PRMBench counts from 1 and judges every step", async () => {
    const row = {
      idx: "i",
      original_question: "o",
      modified_question: "m",
      modified_process: ["a", "b", "c"],
      error_steps: [2, 4],
      classification: "circular",
    };
    const [first] = await loadPrmBench(written("b.jsonl", row));
    expect(first).toMatchObject({ labels: [true, false, true], firstError: 1, subset: "circular", question: "m" });
    await expect(loadPrmBench(written("b.jsonl", { ...row, error_steps: [0] }))).rejects.toThrow(/step numbers from 1/);
  });

  it("BIG-Bench-Mistake counts from 0 and has null for a trace without mistake", async () => {
    const row = { input: "q", steps: ["a", "b"], answer: "1", target: "1", mistake_index: null };
    const rows = await loadBigBenchMistake(written("m.jsonl", row, { ...row, answer: "2", mistake_index: 0 }));
    expect(rows.map(({ firstError, answerIsRight }) => [firstError, answerIsRight])).toEqual([
      [null, true],
      [0, false],
    ]);
  });

  it("Math-Shepherd reads a label at the end of each step", async () => {
    const tag = "\u043a\u0438";
    const row = { input: `Q? Step 1: a ${tag}\nStep 2: b ${tag}`, label: "Q? Step 1: a +\nStep 2: b -", task: "GSM8K" };
    const [first] = await loadMathShepherd(written("s.jsonl", row));
    expect(first).toMatchObject({
      question: "Q?",
      steps: ["Step 1: a", "Step 2: b"],
      labels: [true, false],
      firstError: 1,
    });
  });

  it("PRM800K follows the chosen completion, takes neutral as right, and keeps the alternatives", async () => {
    const completion = (text: string, rating: number | null) => ({ text, rating, flagged: null });
    const row = {
      is_quality_control_question: false,
      is_initial_screening_question: true,
      question: { problem: "p", ground_truth_answer: "4" },
      label: {
        steps: [
          { completions: [completion("a", -1), completion("b", 0)], human_completion: null, chosen_completion: 1 },
          { completions: [completion("c", -1)], human_completion: completion("d", null), chosen_completion: null },
          { completions: [completion("e", -1)], human_completion: null, chosen_completion: null },
        ],
        finish_reason: "found_error",
      },
    };
    const [first] = await loadPrm800k(written("l.jsonl", row));
    expect(first).toMatchObject({
      steps: ["b", "d", "e"],
      labels: [true, null, false],
      firstError: 2,
      isScreening: true,
    });
    expect(first?.alternatives[0]?.map(({ rating }) => rating)).toEqual([-1, 0]);
  });

  it("PRM800K takes rows of both phases, given up, bad, generated, and as passed on", async () => {
    const said = (text: string, rating: number | null = 1) => ({ text, rating, flagged: null });
    const step = (fields: object) => ({
      completions: null,
      human_completion: null,
      chosen_completion: null,
      ...fields,
    });
    const raw = (label: object, question: object = {}) => ({ question: { problem: "p", ...question }, label });
    const empty = { ground_truth_answer: null };
    const rows: readonly (readonly [object, readonly string[], number | null])[] = [
      [raw({ steps: null, finish_reason: "bad_problem" }, empty), [], null],
      [raw({ steps: [], finish_reason: "give_up" }), [], null],
      [raw({ steps: [step({ completions: [said("a")], chosen_completion: 0 }), step({})] }), ["a"], null],
      [raw({ steps: [step({ completions: [said("a", -1)], human_completion: "own" })] }), ["own"], null],
      [raw({ steps: [step({ completions: [], human_completion: said("own", null) })] }), ["own"], null],
      [raw({ steps: [step({ completions: [said("a"), said("b", -1)] })] }, { pre_generated_steps: ["b"] }), ["b"], 0],
      [{ prompt: "p", completions: ["a", "b"], labels: [true, false] }, ["a", "b"], 1],
    ];
    for (const [row, steps, firstError] of rows)
      expect((await loadPrm800k(written("m.jsonl", row)))[0]).toMatchObject({ question: "p", steps, firstError });
    const hole = raw({ steps: [step({}), step({ completions: [said("a")] })] });
    await expect(loadPrm800k(written("m.jsonl", hole))).rejects.toThrow(/label\.steps\[0\]" must hold a completion/);
  });
});

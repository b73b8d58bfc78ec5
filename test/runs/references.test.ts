import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { candidateColumns, candidateRows, trialColumns } from "../../src/export/columns.ts";
import { shownReference } from "../../src/runs/grading.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { smallRun } from "./small-run.ts";

const recordsOf = (folder: string): TrialRecord[] =>
  readFileSync(join(folder, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);

describe("the reference answer", () => {
  const made = smallRun();

  it("stands in every result and export, and is what right answers equal", async () => {
    const records = recordsOf(await made);
    const column = trialColumns.find(({ name }) => name === "reference");
    const ofCandidate = candidateColumns.find(({ name }) => name === "reference");
    for (const record of records) {
      expect(record.reference).toMatch(/^-?[\d./]+$/);
      expect(column?.value(record)).toBe(record.reference);
      for (const row of candidateRows(record)) expect(ofCandidate?.value(row)).toBe(record.reference);
      if (record.verdict === "incorrect") expect(record.answer).not.toBe(record.reference);
      if (record.verdict === "correct") expect(Number(record.answer)).toBe(Number(record.reference));
    }
    expect(new Set(records.map(({ verdict }) => verdict)).size).toBeGreaterThan(1);
  });

  it("is seen by no strategy: prompts and traces hold the question alone", async () => {
    const folder = await made;
    expect(readFileSync(join(folder, "traces.jsonl"), "utf8")).not.toContain('"reference"');
  });

  it("of a puzzle is its rule, and a long program is cut", () => {
    expect(shownReference({ answer: "", expression: { numbers: [1, 2, 3, 4], target: 24 } })).toBe(
      "an expression of 1, 2, 3, 4 that is 24",
    );
    expect(shownReference({ answer: "x".repeat(5_000) })).toHaveLength(1_002);
    expect(shownReference({ answer: "42" })).toBe("42");
  });
});

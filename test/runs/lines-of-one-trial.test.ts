import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachCountedRecord, readSummary } from "../../src/runs/counted-records.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { smallRun } from "./small-run.ts";

const yaml = `
name: few
description: two arms that differ in their labels alone, on six problems
dataset: {name: arithmetic, options: {count: 6}}
policy: simulated
strategies: [{name: chain-of-thought, label: one}, {name: chain-of-thought, label: two}]
`;

const linesOf = (folder: string) => readFileSync(join(folder, "results.jsonl"), "utf8").trim().split("\n");
const timeless = (lines: readonly string[]) =>
  lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), moment: undefined }));

describe("several lines of one trial", () => {
  it("count as the answer where the first was a failure that was done again before a kill", async () => {
    const out = await smallRun({}, yaml);
    const whole = linesOf(out);
    const failure = { ...(JSON.parse(whole[0] as string) as TrialRecord), verdict: "error", answer: null };
    writeFileSync(join(out, "results.jsonl"), [JSON.stringify(failure), ...whole.slice(1), whole[0], ""].join("\n"));
    await smallRun({ out }, yaml);
    expect(timeless(linesOf(out))).toEqual(timeless(whole));
    expect(readSummary(out).arms.map(({ n, errors }) => [n, errors])).toEqual([
      [6, 0],
      [6, 0],
    ]);
  });

  it("are those of their own arms, however alike these are, in a run that is not finished", async () => {
    const out = await smallRun({}, yaml);
    const unfinished = { ...readSummary(out), trials: null };
    const counted: string[] = [];
    eachCountedRecord(out, unfinished, ({ arm }) => counted.push(arm));
    expect(counted.filter((arm) => arm === "one")).toHaveLength(6);
    expect(counted.filter((arm) => arm === "two")).toHaveLength(6);
  });
});

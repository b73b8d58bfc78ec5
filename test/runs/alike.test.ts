import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const yaml = (labels: readonly string[]) => `
name: alike
dataset: {name: arithmetic, options: {count: 6}}
policy: simulated
strategies:
${labels.map((label) => `  - {name: self-consistency, label: ${label}, options: {n: 3}}`).join("\n")}
`;

describe("arms that differ in their labels alone", () => {
  const out = temporaryFolder();
  /** Trials that a run does, by arm, and the lines of both files after it. */
  async function run(labels: readonly string[]) {
    const done: string[] = [];
    const onProgress = ({ last }: { last: { arm: string } | null }) => void (last !== null && done.push(last.arm));
    await runExperiment(parseExperiment("alike.yaml", yaml(labels)), simulatedSetup(out, { onProgress }));
    const lines = (file: string) => readFileSync(join(out, file), "utf8").trim().split("\n");
    const arms = lines("results.jsonl").map((line) => (JSON.parse(line) as { arm: string }).arm);
    return { done: done.length, of: [...new Set(done)], arms, traces: lines("traces.jsonl").length };
  }

  it("have a record each, and nothing is done again when the run goes on", async () => {
    expect(await run(["first", "second"])).toMatchObject({ done: 12, traces: 12 });
    const again = await run(["first", "second"]);
    expect(again).toMatchObject({ done: 0, traces: 12 });
    expect(again.arms.filter((arm) => arm === "first")).toHaveLength(6);
    expect(await run(["first", "second", "third"])).toMatchObject({ done: 6, of: ["third"], traces: 18 });
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Collected, collect } from "../../src/runs/collect.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const experiment = parseExperiment(
  "collect.yaml",
  `
name: collect
dataset: {name: arithmetic, options: {count: 12, minSteps: 4, maxSteps: 6}}
policy: simulated
strategies: [{name: self-consistency, options: {n: 3}}]
`,
);

const collected = (folder: string, target: "uniform" | "difficulty", most = 18): Promise<Collected> =>
  collect(experiment, folder, { right: 5, most, target }, (plan, out, only) =>
    runExperiment(plan, simulatedSetup(out, { problems: only })),
  );

describe("collect", () => {
  it("draws of each problem until enough are right, or as many as allowed, and no round more", async () => {
    const folder = temporaryFolder();
    const { problems, rounds, drawn, rightDrawn } = await collected(folder, "uniform");
    expect(problems).toHaveLength(12);
    for (const one of problems) {
      expect(one.drawn).toBeLessThanOrEqual(18);
      expect(one.right >= 5 || one.drawn === 18).toBe(true);
    }
    const lines = rounds.flatMap((round) =>
      readFileSync(join(folder, round, "results.jsonl"), "utf8")
        .split("\n")
        .filter(Boolean),
    );
    const records = lines.map((line) => JSON.parse(line) as { candidates: { correct: boolean }[] });
    const candidates = records.flatMap((record) => record.candidates);
    expect(candidates).toHaveLength(drawn);
    expect(candidates.filter(({ correct }) => correct)).toHaveLength(rightDrawn);
    expect(new Set(problems.map((one) => one.drawn)).size).toBeGreaterThan(1);
    const written = readFileSync(join(folder, "collected.json"), "utf8");
    await collected(folder, "uniform");
    expect(readFileSync(join(folder, "collected.json"), "utf8")).toBe(written);
  });

  it("wants more of what is missed more often, at least one of each", async () => {
    const { problems, reached } = await collected(temporaryFolder(), "difficulty", 60);
    const targets = problems.map(({ target }) => target);
    expect([Math.min(...targets), Math.max(...targets)]).toEqual([1, 5]);
    expect(reached).toBe(problems.filter(({ right, target }) => right >= target).length);
  });
});

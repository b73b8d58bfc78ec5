import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup, smallExperiment, smallRun } from "../runs/small-run.ts";
import { differingFigures } from "./same-figures.ts";

/** Time stands still, so that runs differ in nothing but how they were interrupted. */
const stopped: Clock = { now: () => 0, sleep: () => Promise.resolve() };
const experiment = parseExperiment("small.yaml", smallExperiment);
const run = (out: string, parts: Partial<ExperimentSetup>) =>
  runExperiment(
    experiment,
    simulatedSetup(out, { clock: stopped, command: "ruminate experiment run small.yaml", ...parts }),
  );
const bytes = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");

describe("a run that was landed and stopped in between", () => {
  it("gives the report of a run that never was, byte for byte, at any concurrency", async () => {
    const [whole, broken] = [temporaryFolder(), temporaryFolder()];
    await run(whole, { concurrency: 1 });
    writeReport(whole);
    const landing = new AbortController();
    const first = await run(broken, {
      concurrency: 7,
      landing: landing.signal,
      onProgress: ({ done }) => done >= 30 && landing.abort(),
    });
    expect(first.complete).toBe(false);
    writeReport(broken);
    const stop = new AbortController();
    const second = run(broken, {
      concurrency: 5,
      signal: stop.signal,
      onProgress: ({ done }) => done >= 110 && stop.abort(new Error("stopped by hand")),
    });
    await expect(second).rejects.toThrow("stopped by hand");
    const resumed: number[] = [];
    const last = await run(broken, { concurrency: 16, onProgress: (progress) => resumed.push(progress.resumed) });
    writeReport(broken);
    expect(resumed[0]).toBeGreaterThanOrEqual(110);
    expect(resumed[0]).toBeLessThan(192);
    expect(last.complete).toBe(true);
    for (const name of ["results.jsonl", "traces.jsonl", "report.json", "report.md", "report.html"]) {
      expect(bytes(broken, name) === bytes(whole, name), name).toBe(true);
    }
    const made = bytes(broken, "report.html");
    writeReport(broken);
    expect(bytes(broken, "report.html") === made).toBe(true);
  });
});

describe("figures", () => {
  it("are the same in the results, the summary, the three reports and the viewer", async () => {
    const out = join(temporaryFolder(), "small");
    mkdirSync(out);
    await smallRun({ out });
    expect(await differingFigures(out)).toEqual({ arms: 4, differing: [] });
  });

  it("that are not the same are found", async () => {
    const out = join(temporaryFolder(), "small");
    mkdirSync(out);
    await smallRun({ out });
    const report = bytes(out, "report.md");
    writeFileSync(join(out, "report.md"), report.replace(/^(\| chain-of-thought \| )[\d.]+/gm, "$1101.0"));
    const { differing } = await differingFigures(out);
    expect(differing).toHaveLength(2);
    expect(differing[0]).toContain("report.md, chain-of-thought");
    expect(differing[1]).toContain("report.md made again");
  });
});

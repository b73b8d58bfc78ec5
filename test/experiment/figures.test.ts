import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import { parseExperiment } from "../../src/experiment/load.ts";
import type { TrialRecord } from "../../src/experiment/record.ts";
import type { ReportData } from "../../src/experiment/report/data.ts";
import { writeReport } from "../../src/experiment/report/write-report.ts";
import { type ExperimentSetup, type ExperimentSummary, runExperiment } from "../../src/experiment/run-experiment.ts";
import { startViewer } from "../../src/experiment/viewer/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup, smallExperiment, smallRun } from "./small-run.ts";

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
    const folder = temporaryFolder();
    const out = join(folder, "small");
    mkdirSync(out);
    await smallRun({ out });
    const records = bytes(out, "results.jsonl")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as TrialRecord);
    const summary = JSON.parse(bytes(out, "summary.json")) as ExperimentSummary;
    const report = JSON.parse(bytes(out, "report.json")) as ReportData;
    const viewer = await startViewer(folder);
    const get = async (path: string) => (await (await fetch(new URL(path, viewer.url))).json()) as never;
    const { body } = (await get("/api/runs/small/report")) as { body: string };
    const { rows } = (await get("/api/runs/small/problems")) as {
      rows: { cells: { arm: string; right: number; trials: number }[] }[];
    };
    await viewer.close();
    expect(bytes(out, "report.html")).toContain(body);
    const table = (html: string) =>
      [...parseHTML(html).document.querySelectorAll("#verdict tbody tr")].map((row) =>
        [...row.children].map(({ textContent }) => (textContent ?? "").trim()),
      );
    expect(report.arms).toHaveLength(4);
    for (const [i, { arm, accuracy, tokens, interval }] of report.arms.entries()) {
      const own = records.filter((record) => record.arm === arm);
      const right = own.filter(({ verdict }) => verdict === "correct").length;
      expect(accuracy).toBe(right / own.length);
      expect(summary.arms[i]).toMatchObject({ arm, accuracy, correct: right, n: own.length, interval });
      const spent = own.map(({ usage: { policy, verifier } }) =>
        [policy, verifier].reduce(
          (sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens,
          0,
        ),
      );
      expect(tokens?.mean).toBeCloseTo(spent.reduce((a, b) => a + b, 0) / own.length, 9);
      const percent = (100 * (accuracy ?? 0)).toFixed(1);
      for (const page of [body, `<html><body>${bytes(out, "report.html")}</body></html>`]) {
        expect(table(page)[i]?.slice(0, 2)).toEqual([arm, percent]);
      }
      expect(bytes(out, "report.md")).toContain(`| ${arm} | ${percent} |`);
      const cells = rows.flatMap((row) => row.cells.filter((cell) => cell.arm === arm));
      expect(cells.reduce((sum, cell) => sum + cell.right, 0)).toBe(right);
      expect(cells.reduce((sum, cell) => sum + cell.trials, 0)).toBe(own.length);
    }
  });
});

import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileLock } from "../../src/runs/records/lock.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { startViewer, type Viewer } from "../../src/viewer/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";
import { smallRun } from "../runs/small-run.ts";
import { launch, seriousViolations, watch } from "./browser.ts";

/** A finished run and a folder in which it happens again, line by line, as the runner writes it. */
class Replay {
  readonly folder: string;
  readonly records: readonly string[];
  readonly #whole: string;
  readonly #traces: readonly string[];
  #at = 0;

  constructor(whole: string, folder: string) {
    this.folder = folder;
    this.#whole = whole;
    const lines = (name: string) => readFileSync(join(whole, name), "utf8").split("\n").filter(Boolean);
    this.records = lines("results.jsonl");
    this.#traces = lines("traces.jsonl");
    mkdirSync(folder);
    copyFileSync(join(whole, "experiment.json"), join(folder, "experiment.json"));
    const summary = JSON.parse(readFileSync(join(whole, "summary.json"), "utf8")) as object;
    writeFileSync(join(folder, "summary.json"), JSON.stringify({ ...summary, complete: false, trials: null }));
    for (const name of ["results.jsonl", "traces.jsonl"]) writeFileSync(join(folder, name), "");
  }

  /** Appends up to line `to`. */
  play(to: number): void {
    appendFileSync(
      join(this.folder, "traces.jsonl"),
      this.#traces
        .slice(this.#at, to)
        .map((line) => `${line}\n`)
        .join(""),
    );
    appendFileSync(
      join(this.folder, "results.jsonl"),
      this.records
        .slice(this.#at, to)
        .map((line) => `${line}\n`)
        .join(""),
    );
    this.#at = to;
  }

  /** The runner's end: files are replaced by ordered ones, the summary says so, and the report is written. */
  end(): void {
    for (const name of ["results.jsonl", "traces.jsonl", "summary.json", "report.json"]) {
      copyFileSync(join(this.#whole, name), join(this.folder, `${name}.partial`));
      renameSync(join(this.folder, `${name}.partial`), join(this.folder, name));
    }
  }
}

/** What would show that a page was loaded again or moved under its reader. */
const mark = (page: Page, selector: string) =>
  page.evaluate(`window.marked = document.querySelector(${JSON.stringify(selector)}); scrollTo(0, 60); scrollY`);
const unmoved = (page: Page, selector: string) =>
  page.evaluate(`[window.marked === document.querySelector(${JSON.stringify(selector)}), scrollY]`);

describe("a run that is followed while it is at work", needs("chromium"), () => {
  const folder = temporaryFolder();
  let whole: string;
  let viewer: Viewer;
  let browser: Browser;
  beforeAll(async () => {
    whole = await smallRun();
    viewer = await startViewer(folder);
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await viewer.close();
  });

  const open = async (name: string, first: number) => {
    const replay = new Replay(whole, join(folder, name));
    replay.play(first);
    const watched = await watch(browser, { width: 900, scheme: "light" });
    watched.page.setDefaultTimeout(8_000);
    return { replay, ...watched };
  };

  it("adds problems to the list without loading or moving it, and knows when the run has ended", async () => {
    const { replay, page, complaints } = await open("list", 8 * 20);
    await page.goto(`${viewer.url}#/run/list/problems`);
    await page.getByText("20 problems so far").waitFor();
    const before = await mark(page, "tbody tr");
    expect(before).toBe(60);
    replay.play(8 * 23 + 3);
    await page.getByText("24 problems so far").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(24);
    expect(await unmoved(page, "tbody tr")).toEqual([true, before]);
    replay.end();
    await page.getByText(/^24 problems$/).waitFor();
    expect(await unmoved(page, "tbody tr")).toEqual([true, before]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("shows how the run stands, as the run itself says it, and that nobody is at work in one that was cut off", async () => {
    const { page, complaints } = await open("now", 8 * 3);
    const path = join(folder, "now");
    const interval = { low: 0.37, high: 0.88, level: 0.95, method: "m" };
    const arm = { arm: "vote", done: 12, total: 300, state: "at-work", n: 12, accuracy: 2 / 3, interval, undecided: 0 };
    const spent = { tokens: 92_700, calls: 971, dollars: 0 };
    const allowed = { tokens: 3_750_000, calls: null, dollars: null };
    const say = (done: number) => {
      const pace = { trialsPerMinute: 77.6, tokensPerSecond: 2420, callsPerSecond: 21.3 };
      const arms = [{ ...arm, spent, allowed, failures: { rate: 2 }, leftSeconds: 1125 }];
      const compared = { arm: "vote", baseline: "greedy", problems: 15, difference: 0.267, eValue: 3, p: 0.313 };
      const enough = { alpha: 0.05, arms: [{ ...compared, decidedAt: null }] };
      const facts = { name: "now", total: 1500, resumed: 0, elapsedSeconds: 46, leftSeconds: 1125, enough };
      const status = { ...facts, done, pace, spent, paid: spent, allowed, failures: { rate: 2 }, arms };
      writeFileSync(join(path, "status.json"), JSON.stringify(status));
    };
    say(59);
    const lock = new FileLock(join(path, "lock"), path);
    await page.setViewportSize({ width: 390, height: 900 });
    await page.goto(`${viewer.url}#/run/now`);
    await page.getByText("59 of 1,500").waitFor();
    const text = await page.locator(".now").textContent();
    for (const figure of [
      "At work",
      "at most 18 min 45 s",
      "77.6 trials/min",
      "92.7k of 3.75M",
      "rate 2",
      "66.7 % (37–88)",
      "+26.7",
    ])
      expect(text).toContain(figure);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await seriousViolations(page)).toEqual([]);
    const before = await mark(page, ".now table");
    say(60);
    await page.getByText("60 of 1,500").waitFor();
    expect(await unmoved(page, ".now table")).toEqual([true, before]);
    lock.release();
    await page.getByText("Nobody is at work in this folder").waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("adds trials to an open problem, and leaves the shown sides, the chosen node and what was unfolded as they are", async () => {
    const { replay, page, complaints } = await open("problem", 4);
    const [record = "{}"] = replay.records;
    const { dataset, problem } = JSON.parse(record) as TrialRecord;
    const searched = replay.records
      .map((line) => JSON.parse(line) as TrialRecord)
      .find(({ strategy }) => strategy === "mcts");
    await page.goto(`${viewer.url}#/run/problem/problem/${dataset}/${problem}?right=${searched?.key}`);
    const tree = page.getByRole("group", { name: /Search tree of \d+ nodes/ });
    await tree.focus();
    await page.keyboard.press("ArrowDown");
    await page.getByText(/^Node [1-9]/).waitFor();
    const folded = page.locator("details.candidate:not([open]) > summary").first();
    await folded.click();
    const facts = async () => ({
      shown: await page.locator(".side h2").allTextContents(),
      node: await page.getByText(/^Node [1-9]/).textContent(),
      unfolded: await page.locator("details[open]").count(),
    });
    const before = await facts();
    const y = await mark(page, ".tree svg");
    const options = page.getByRole("combobox", { name: /^Right/ }).locator("option");
    expect(await options.count()).toBe(4);
    replay.play(8);
    await expect.poll(() => options.count(), { timeout: 8_000 }).toBe(8);
    expect(await facts()).toEqual(before);
    replay.end();
    await expect
      .poll(async () => (await fetch(new URL("/api/runs", viewer.url))).text(), { timeout: 8_000 })
      .toContain('"id":"problem","name":"small","description":"A little of everything","complete":true');
    await page.waitForTimeout(2_500);
    expect(await facts()).toEqual(before);
    expect(await unmoved(page, ".tree svg")).toEqual([true, y]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("brings the comparison up to date and leaves what was folded folded", async () => {
    const { replay, page, complaints } = await open("comparison", 40);
    await page.goto(`${viewer.url}#/run/comparison`);
    await page.getByText(/· 40 trials/).waitFor();
    await page.getByText("In words").click();
    const y = await mark(page, "main");
    replay.end();
    await page.getByText(/· 192 trials/).waitFor({ timeout: 30_000 });
    expect(await page.locator("details", { hasText: "In words" }).getAttribute("open")).toBeNull();
    expect(await unmoved(page, "main")).toEqual([true, y]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { predict } from "../../src/runs/predict.ts";
import type { TraceRecord, TrialRecord } from "../../src/runs/records/record.ts";
import { regrade } from "../../src/runs/regrade.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";
import { simulatedSetup, smallExperiment, smallRun } from "./small-run.ts";

const linesOf = <T>(folder: string, name: string): T[] =>
  readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

const yaml = (auc: number, select = "") =>
  `name: r\ndataset: {name: arithmetic, options: {count: 20}}\npolicy: simulated\nstrategies: [{name: best-of-n, options: {n: 6}, verifiers: {outcome: {name: simulated, options: {auc: ${auc}}}}${select}}]`;

describe("rescoring", () => {
  it("judges and picks again without one policy call, and gives what a fresh run with that verifier gives", async () => {
    const [again, fresh] = [temporaryFolder(), temporaryFolder()];
    await runExperiment(parseExperiment("r.yaml", yaml(0.7)), simulatedSetup(again));
    const calls: string[] = [];
    const policy = simulatedPolicy({ stepError: 0.15, spread: 0.8 });
    const watched = {
      ...policy,
      sample: async (...request: Parameters<typeof policy.sample>) => {
        calls.push(request[0].purpose);
        return await policy.sample(...request);
      },
    };
    const rescored = await runExperiment(
      parseExperiment("r.yaml", yaml(0.95)),
      simulatedSetup(again, { rescore: true, open: async () => ({ policy: watched, simulated: true }) }),
    );
    expect(calls).toEqual([]);
    const whole = await runExperiment(parseExperiment("r.yaml", yaml(0.95)), simulatedSetup(fresh));
    expect(rescored.arms[0]).toMatchObject({ correct: whole.arms[0]?.correct, coverage: whole.arms[0]?.coverage });
    expect(rescored.arms[0]?.usage).toEqual(whole.arms[0]?.usage);
    expect(rescored.arms[0]?.spent.policy.calls).toBe(0);
  });

  it("takes another rule of selection, and says so where nothing is stored", async () => {
    const out = temporaryFolder();
    await expect(
      runExperiment(parseExperiment("r.yaml", yaml(0.7)), simulatedSetup(out, { rescore: true })),
    ).rejects.toThrow(/holds no candidates to score again/);
    await runExperiment(parseExperiment("r.yaml", yaml(0.7)), simulatedSetup(out));
    const { arms } = await runExperiment(
      parseExperiment("r.yaml", yaml(0.7, ", select: majority")),
      simulatedSetup(out, { rescore: true }),
    );
    expect(arms[0]?.n).toBe(20);
    await expect(
      runExperiment(
        parseExperiment("r.yaml", yaml(0.7).replace("n: 6", "n: 7")),
        simulatedSetup(out, { rescore: true }),
      ),
    ).rejects.toThrow(/No candidates are stored for best-of-n@7/);
  });
});

describe("regrading", () => {
  it("moves nothing with the same grader, and puts back what a wrong one had written", async () => {
    const out = await smallRun();
    const experiment = parseExperiment("small.yaml", smallExperiment);
    const setup = { catalogue: builtins(), sandbox: null };
    const before = readFileSync(join(out, "results.jsonl"), "utf8");
    expect(await regrade(out, experiment, setup)).toMatchObject({ trials: 192, moved: {}, candidates: 0, unknown: 0 });
    expect(readFileSync(join(out, "results.jsonl"), "utf8")).toBe(before);
    writeFileSync(
      join(out, "results.jsonl"),
      before.replaceAll('"verdict":"correct"', '"verdict":"incorrect"').replaceAll('"correct":true', '"correct":false'),
    );
    const { moved, candidates } = await regrade(out, experiment, setup);
    expect(Object.keys(moved)).toEqual(["incorrect → correct"]);
    expect(candidates).toBeGreaterThan(moved["incorrect → correct"] ?? 0);
    expect(readFileSync(join(out, "results.jsonl"), "utf8")).toBe(before);
    const right = new Map(
      linesOf<TrialRecord>(out, "results.jsonl").map(({ key, candidates: all }) => [
        key,
        all.map((one) => one.correct),
      ]),
    );
    for (const { key, candidates: all } of linesOf<TraceRecord>(out, "traces.jsonl")) {
      expect(all.map(({ correct }) => correct)).toEqual(right.get(key));
    }
  });
});

describe("landing", () => {
  it("finishes what is in work, says that trials are missing, and the same experiment goes on", async () => {
    const out = temporaryFolder();
    const landing = new AbortController();
    const experiment = parseExperiment("small.yaml", smallExperiment);
    const part = await runExperiment(
      experiment,
      simulatedSetup(out, {
        landing: landing.signal,
        concurrency: 4,
        onProgress: ({ done }) => done >= 20 && landing.abort(),
      }),
    );
    expect(part.complete).toBe(false);
    expect(part.trials).toBeGreaterThanOrEqual(20);
    expect(part.trials).toBeLessThan(40);
    const rest = await runExperiment(experiment, simulatedSetup(out));
    expect(rest).toMatchObject({ complete: true, trials: 192 });
  });
});

describe("a full disk", () => {
  it("loses nothing that was finished and is reported with its remedy", needs("bash"), async () => {
    const folder = temporaryFolder();
    const file = join(folder, "small.yaml");
    writeFileSync(
      file,
      smallExperiment.replace(
        "policy: simulated",
        "policy: {name: simulated, options: {stepError: 0.15, spread: 0.8}}",
      ),
    );
    const main = join(import.meta.dirname, "../../src/cli/main.ts");
    const command = `trap '' XFSZ; ulimit -f 64; exec "${process.execPath}" --disable-warning=ExperimentalWarning "${main}" experiment run "${file}" --out "${folder}/run"`;
    const { status, stderr } = spawnSync("/bin/bash", ["-c", command], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("free some space and run the same command again");
    const kept = linesOf<TrialRecord>(join(folder, "run"), "results.jsonl").length;
    expect(kept).toBeGreaterThan(5);
    const resumed: number[] = [];
    const done = await runExperiment(
      parseExperiment("small.yaml", smallExperiment),
      simulatedSetup(join(folder, "run"), { onProgress: (progress) => resumed.push(progress.resumed) }),
    );
    expect(resumed[0]).toBe(kept);
    expect(done.complete).toBe(true);
  });
});

describe("a dry run", () => {
  it("bounds calls and tokens by the strategies' costs and the budgets, and tells what an earlier run measured", async () => {
    const out = await smallRun();
    const experiment = parseExperiment("small.yaml", smallExperiment);
    const problems = await builtins()
      .datasets.get("arithmetic")
      .load({}, { count: 24, seed: 0, minSteps: 3, maxSteps: 5, difficulty: 0.5, distractors: 0 });
    const measured = (JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as { arms: never[] }).arms;
    const predictions = predict(experiment, builtins(), problems, measured);
    expect(predictions.map(({ calls }) => calls).slice(0, 3)).toEqual([48, 288, 288]);
    expect(predictions[3]?.tokens).toBe(3000 * 48);
    for (const { tokens, likelyTokens, arm } of predictions.slice(0, 2)) expect(likelyTokens, arm).toBeLessThan(tokens);
    expect(predict(experiment, builtins(), problems)[0]?.likelyTokens).toBeNull();
  });
});

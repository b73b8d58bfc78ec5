import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { ModelCallError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/policy.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { tableRows } from "../../src/report/table.ts";
import { writeReport } from "../../src/report/write-report.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { OutageError } from "../../src/runs/outages.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const child = ["--disable-warning=ExperimentalWarning"];
const main = join(import.meta.dirname, "../../src/cli/main.ts");
const fake = join(import.meta.dirname, "../fakes/serve.ts");

const servers: ChildProcess[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.kill("SIGKILL");
});

async function serve(port: number) {
  const options = { port, latencyMs: 60, simulated: { stepError: 0.1 }, models: ["sim"], root: "models/sim" };
  const server = spawn(process.execPath, [...child, fake, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  servers.push(server);
  const [chunk] = (await once(server.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return { server, baseUrl: chunk.toString().trim() };
}

function command(file: string, out: string, home: string) {
  const env = { ...process.env, RUMINATE_HOME: home, RUMINATE_PROFILES: "" };
  const run = spawn(process.execPath, [...child, main, "experiment", "run", file, "--out", out], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, RUMINATE_PROFILES: join(home, "profiles") },
  });
  let said = "";
  run.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  run.stdout.resume();
  const ended = once(run, "close").then(([code]) => ({ code: code as number, said }));
  return ended;
}

const linesOf = (out: string, name: string): string[] => {
  const file = join(out, name);
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
};
const timeless = (out: string): string[] =>
  linesOf(out, "results.jsonl").map((line) => {
    const { moment: _moment, ...record } = JSON.parse(line) as TrialRecord;
    return JSON.stringify(record);
  });
const summaryOf = (out: string) => JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as ExperimentSummary;

describe("a server that dies after 4 of 12 problems", () => {
  it("stops the run with cause and remedy; the same command does the rest, to the same results byte for byte", async () => {
    const folder = temporaryFolder();
    const [whole, cut] = [join(folder, "whole"), join(folder, "cut")];
    const first = await serve(0);
    const file = join(folder, "outage.yaml");
    writeFileSync(
      file,
      `
name: outage
dataset: {name: arithmetic, options: {count: 12}}
policy: {name: "${first.baseUrl}", model: sim, options: {attempts: 2}}
concurrency: 2
strategies: [chain-of-thought]
`,
    );
    expect((await command(file, whole, join(folder, "home-whole"))).code).toBe(0);

    const run = command(file, cut, join(folder, "home-cut"));
    while (linesOf(cut, "results.jsonl").length < 4) await sleep(5);
    first.server.kill("SIGKILL");
    const { code, said } = await run;
    const done = linesOf(cut, "results.jsonl").length;
    expect(code).toBe(2);
    expect(said).toMatch(/sim at 127\.0\.0\.1:\d+ could not be reached.*ECONNREFUSED/);
    expect(said).toContain(`${done} of 12 trials are done, the others are left undone`);
    expect(said).toContain("give the same command again");
    expect(done).toBeGreaterThanOrEqual(4);
    expect(done).toBeLessThan(12);
    expect(summaryOf(cut)).toMatchObject({ complete: false, arms: [{ n: done, errors: 0 }] });

    await serve(Number(new URL(first.baseUrl).port));
    const again = await command(file, cut, join(folder, "home-cut"));
    expect(again).toMatchObject({ code: 0, said: expect.not.stringContaining("undone") });
    expect(timeless(cut)).toEqual(timeless(whole));
    expect(linesOf(cut, "traces.jsonl")).toEqual(linesOf(whole, "traces.jsonl"));
    expect(summaryOf(cut)).toMatchObject({ complete: true, arms: [{ n: 12, errors: 0 }] });
  }, 120_000);
});

const yaml = `
name: failures
dataset: {name: arithmetic, options: {count: 6}}
policy: simulated
strategies: [chain-of-thought]
concurrency: 1
`;
const failing = (kind: "connection" | "server" | "content" | "quota", status: number | null = null) =>
  new ModelCallError(`it failed: ${kind}`, { kind, status, retryable: kind === "connection" || kind === "server" });

async function run(policy: Policy, out = temporaryFolder(), parts: Partial<ExperimentSetup> = {}) {
  const setup = simulatedSetup(out, { open: async () => ({ policy, simulated: false }), ...parts });
  return { out, summary: await runExperiment(parseExperiment("failures.yaml", yaml), setup) };
}
const verdicts = (out: string) =>
  linesOf(out, "results.jsonl").map((line) => {
    const { verdict, failure } = JSON.parse(line) as TrialRecord;
    return failure ?? verdict;
  });

describe("a trial that fails", () => {
  const right = "The answer is 4.";

  it("is left undone where nobody answered, also while the run goes on, and is done by the same command", async () => {
    const { out, summary } = await run(
      scriptedPolicy([right, failing("connection"), right, right, failing("connection"), right]),
    );
    expect(summary).toMatchObject({ complete: false, undone: { trials: 2, cause: "it failed: connection" } });
    expect(verdicts(out)).toHaveLength(4);
    const again = await run(scriptedPolicy([right, right]), out);
    expect(again.summary.complete).toBe(true);
    expect(again.summary.undone).toBeUndefined();
    expect(verdicts(out)).toHaveLength(6);
  });

  it("is recorded as failed where the server broke on it alone, and undone where it broke on as many in a row", async () => {
    const alone = await run(
      scriptedPolicy([right, failing("server", 500), right, right, right, failing("server", 500)]),
    );
    expect(verdicts(alone.out).filter((verdict) => verdict === "server")).toHaveLength(2);
    expect(alone.summary).toMatchObject({ complete: true, arms: [{ n: 4, errors: 2, refused: 0 }] });

    const out = temporaryFolder();
    const broken = [failing("server", 502), failing("server", 502), failing("server", 502)];
    await expect(run(scriptedPolicy([right, right, ...broken]), out)).rejects.toThrow(OutageError);
    expect(verdicts(out)).toHaveLength(2);
    await expect(run(scriptedPolicy([failing("server", 502)]), out, { outageAfter: 1 })).rejects.toThrow(
      /2 of 6 trials/,
    );
  });

  it("leaves undone all that share a budget with it, and a later run gives what an unbroken one does", async () => {
    const shared = parseExperiment(
      "shared.yaml",
      `
name: shared
dataset: {name: arithmetic, options: {count: 6}}
policy: simulated
strategies:
  - {name: self-consistency, options: {n: 8}, budget: {calls: 3}, allocation: thompson}
seeds: [1, 2]
`,
    );
    const [whole, broken] = [temporaryFolder(), temporaryFolder()];
    await runExperiment(shared, simulatedSetup(whole));
    const simulated = simulatedPolicy({ stepError: 0.15, spread: 0.8 });
    let calls = 0;
    const flaky: Policy = {
      ...simulated,
      sample: async (request, options) => {
        if (++calls === 5) throw failing("connection");
        return await simulated.sample(request, options);
      },
    };
    const first = await runExperiment(
      shared,
      simulatedSetup(broken, { open: async () => ({ policy: flaky, simulated: true }) }),
    );
    expect(first).toMatchObject({ complete: false, undone: { trials: 6 }, arms: [{ n: 6, errors: 0 }] });
    expect(await runExperiment(shared, simulatedSetup(broken))).toMatchObject({ complete: true });
    expect(timeless(broken)).toEqual(timeless(whole));
  });

  it("counts refusals of content apart, which end no run, and no credit ends it at once", async () => {
    const refusals = Array.from({ length: 4 }, () => failing("content", 403));
    const { out, summary } = await run(scriptedPolicy([right, ...refusals, right]));
    expect(verdicts(out).filter((verdict) => verdict === "content")).toHaveLength(4);
    expect(summary).toMatchObject({ complete: true, arms: [{ n: 2, errors: 4, refused: 4 }] });
    writeReport(out);
    const report = readFileSync(join(out, "report.md"), "utf8");
    expect(report).toContain("refused by the provider");
    expect(tableRows(summary.arms)[1]?.at(-1)).toBe("2 (+4 refused)");
    expect(report).toContain("4 trials are left out: the provider refused what was asked.");
    expect(report).not.toContain("the model could not be had.");
    await expect(run(scriptedPolicy([right, failing("quota", 429)]))).rejects.toThrow("it failed: quota");
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");
const kills = 10;

const yaml = `
name: resume
dataset: {name: arithmetic, options: {count: 60}}
policy: {name: simulated, options: {stepError: 0.15, latencyMs: 15}}
concurrency: 4
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 4}}
  - {name: beam-search, options: {width: 2, branching: 2, maxSteps: 8}, verifiers: {process: simulated}}
`;

function start(file: string, out: string) {
  return spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", main, "experiment", "run", file, "--out", out],
    {
      stdio: "ignore",
    },
  );
}

const records = (out: string) =>
  readFileSync(join(out, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);
const timeless = (out: string) =>
  records(out)
    .map(({ moment: _moment, ...record }) => JSON.stringify(record))
    .join("\n");

describe("an experiment that is killed", () => {
  it(`gives identical results after ${kills} kills at random moments, nothing twice and nothing missing`, async () => {
    const folder = temporaryFolder();
    const file = join(folder, "resume.yaml");
    writeFileSync(file, yaml);
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    const [code] = (await once(start(file, whole), "exit")) as [number];
    expect(code).toBe(0);
    const random = new Random("kills");
    let survived = 0;
    for (let kill = 0; kill < kills; kill++) {
      const child = start(file, killed);
      const timer = setTimeout(() => child.kill("SIGKILL"), 600 + random.integer(1200));
      const [, signal] = (await once(child, "exit")) as [number | null, string | null];
      clearTimeout(timer);
      if (signal === null) survived++;
    }
    const [last] = (await once(start(file, killed), "exit")) as [number];
    expect(last).toBe(0);
    expect(survived).toBeLessThan(kills);
    expect(timeless(killed)).toBe(timeless(whole));
    expect(new Set(records(killed).map(({ key }) => key)).size).toBe(180);
    expect(existsSync(join(killed, "lock"))).toBe(false);
  }, 180_000);
});

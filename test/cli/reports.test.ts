import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { smallExperiment } from "../runs/small-run.ts";

beforeEach(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

async function run(cwd: string, args: readonly string[], parts: Parameters<typeof fakeTerminal>[0] = {}) {
  const terminal = fakeTerminal({ ...parts, cwd });
  const code = await runCli(args, terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

describe("ruminate experiment and report", () => {
  it("predict, run, report again, export, and refuse a folder without a run", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "small.yaml"), smallExperiment);
    const dry = await run(cwd, ["experiment", "run", "small.yaml", "--limit", "3", "--dry-run"]);
    expect(dry.out).toMatch(/self-consistency@6 +6 +36/);
    const { code, out } = await run(cwd, ["experiment", "run", "small.yaml", "--limit", "3"]);
    expect(code).toBe(0);
    expect(out).toContain(join("runs", "small", "report.html"));
    const made = readFileSync(join(cwd, "runs/small/report.html"), "utf8");
    expect(made).toContain("ruminate experiment run small.yaml --limit 3");
    const again = await run(cwd, ["report", "runs/small"]);
    expect(again.out).toMatch(/chain-of-thought +[\d.]+ .* baseline\n/);
    expect(again.out).toContain("Report    runs/small/report.html");
    expect(readFileSync(join(cwd, "runs/small/report.html"), "utf8")).toBe(made);
    const csv = await run(cwd, ["experiment", "export", "runs/small"]);
    expect(csv.out.trim().split("\n")).toHaveLength(1 + 3 * 4 * 2);
    const parquet = await run(cwd, ["experiment", "export", "runs/small", "--parquet", "--candidates"]);
    expect(parquet).toMatchObject({ code: 0, out: `${join("runs", "small", "candidates.parquet")}\n` });
    expect(readFileSync(join(cwd, "runs/small/candidates.parquet"), "latin1")).toMatch(/^PAR1[\s\S]*PAR1$/);
    const both = await run(cwd, ["experiment", "export", "runs/small", "--parquet", "--csv"]);
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining("--csv or --parquet") });
    expect(await run(cwd, ["report", "runs/none"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("holds no run"),
    });
  });

  it("prints a JSON Schema", async () => {
    const { out } = await run(temporaryFolder(), ["experiment", "schema"]);
    expect(JSON.parse(out)).toMatchObject({ type: "object", additionalProperties: false });
  });

  it("lands at the key q, and the same command goes on", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "small.yaml"), smallExperiment);
    let press: (key: string) => void = () => {};
    const closed = vi.fn();
    const landed = await run(cwd, ["experiment", "run", "small.yaml", "--json", "--concurrency", "1"], {
      onKey: (handle) => {
        press = handle;
        setImmediate(() => press("q"));
        return closed;
      },
    });
    expect(landed.err).toContain("Landing: trials in work are finished");
    expect(JSON.parse(landed.out)).toMatchObject({ complete: false });
    expect(closed).toHaveBeenCalledOnce();
    const rest = await run(cwd, ["experiment", "run", "small.yaml", "--json"]);
    expect(JSON.parse(rest.out)).toMatchObject({ complete: true, trials: 192 });
  });
});

describe("ruminate view", () => {
  it("serves until it is interrupted, and says what to do where there is no folder", async () => {
    const stop = new AbortController();
    const cwd = temporaryFolder();
    const serving = run(cwd, ["view", "."], { signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    const { code, out } = await serving;
    expect(code).toBe(0);
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(await run(cwd, ["view", "nowhere"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("does not exist"),
    });
  });
});

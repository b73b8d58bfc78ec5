import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { exportParquet } from "../../src/export/parquet.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needsAll } from "../needs.ts";
import { smallRun } from "../runs/small-run.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/experiments.md"), "utf8");
const examples = [...page.matchAll(/```python\n(import (?:pandas|polars|duckdb)\n[\s\S]*?)```/g)].map(
  ([, code = ""]) => code,
);
/** READERS_PYTHON names another Python than the one of the path. */
const interpreter = process.env.READERS_PYTHON || "python3";
const python = (code: string, cwd?: string) => spawnSync(interpreter, ["-c", code], { cwd, encoding: "utf8" });
const missing =
  python("import pandas, pyarrow, polars, duckdb").status === 0
    ? null
    : `${interpreter} cannot import pandas, pyarrow, polars and duckdb: pip install pandas pyarrow polars duckdb`;

describe("readers of a run", () => {
  it("has an example of each", () => {
    expect(examples.map((code) => code.split("\n")[0])).toEqual(["import pandas", "import polars", "import duckdb"]);
  });

  it("runs the examples of the page, which agree with the run", needsAll(missing), async () => {
    const run = await smallRun();
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "runs/compare"), { recursive: true });
    exportParquet(run, "trials", join(cwd, "runs/compare/trials.parquet"));
    const { arms } = JSON.parse(readFileSync(join(run, "summary.json"), "utf8")) as {
      arms: { accuracy: number; tokensPerTrial: number }[];
    };
    for (const code of examples) {
      const { stdout, stderr, status } = python(code, cwd);
      expect([status, stderr]).toEqual([0, ""]);
      for (const { accuracy } of arms) expect(stdout).toContain(String(Math.round(accuracy * 1e4) / 1e4).slice(0, 4));
    }
  });
});

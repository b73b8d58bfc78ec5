import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { candidateColumns, stepColumns, stepRows, type TrialRow, trialColumns } from "../../src/export/columns.ts";
import { csvCell, exportCsv } from "../../src/export/csv.ts";
import { exportParquet } from "../../src/export/parquet.ts";
import type { TraceRecord, TrialRecord } from "../../src/runs/records/record.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { smallExperiment, smallRun } from "../runs/small-run.ts";

const recordsOf = (folder: string): TrialRecord[] =>
  readFileSync(join(folder, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);

const csvLines = (folder: string, of: "trials" | "candidates"): string[] => {
  const all: string[] = [];
  exportCsv(folder, of, (line) => all.push(line));
  return all;
};

const read = async (file: string): Promise<Record<string, unknown>[]> =>
  await parquetReadObjects({ file: await asyncBufferFromFile(file) });

describe("export to comma-separated values", () => {
  it("gives one line a trial or a candidate, with text that neither breaks a line nor becomes a formula", async () => {
    const out = await smallRun();
    const records = recordsOf(out);
    expect(csvLines(out, "trials")).toHaveLength(records.length + 1);
    expect(csvLines(out, "candidates")).toHaveLength(
      records.reduce((sum, { candidates }) => sum + candidates.length, 0) + 1,
    );
    expect(csvCell('a "b", c\nd')).toBe('"a ""b"", c\nd"');
    expect(csvCell("=HYPERLINK(1)")).toBe("'=HYPERLINK(1)");
    expect(csvCell("-3.5")).toBe("-3.5");
    expect(csvCell(null)).toBe("");
    expect(csvCell(["a", "b"])).toBe("a;b");
  });

  it("gives one line a step that was scored, with its shaped rewards", async () => {
    const file = join(temporaryFolder(), "steps.parquet");
    exportParquet(await smallRun(), "steps", file);
    const rows = await read(file);
    const solutions = Map.groupBy(rows, ({ problem, arm, seed, index }) => [problem, arm, seed, index].join());
    const judged = [...solutions.values()].filter((steps) => steps.every(({ score }) => score !== null));
    expect(judged.length).toBeGreaterThan(10);
    for (const steps of judged) {
      const sum = (name: string) => steps.reduce((total, step) => total + Number(step[name]), 0);
      expect(sum("delta")).toBeCloseTo(Number(steps[0]?.score), 9);
      expect(sum("reward")).toBeCloseTo(sum("clip_delta") + (steps[0]?.correct === true ? 1 : 0), 9);
      expect(Number(steps[0]?.return)).toBeCloseTo(sum("reward"), 9);
    }
  });

  it("gives the trials that the report counts, not lines that an earlier, larger limit left behind", async () => {
    const out = await smallRun();
    await smallRun({ out, limit: 5 });
    expect(recordsOf(out)).toHaveLength(192);
    expect(csvLines(out, "trials")).toHaveLength(5 * 4 * 2 + 1);
  });
});

describe("what is not known", () => {
  it("is null: what a failed trial used, dollars without prices, whether an undecided candidate is right", async () => {
    const [record] = recordsOf(await smallRun());
    const trial = record as TrialRecord;
    const cellOf = (name: string, row: TrialRow) => trialColumns.find((column) => column.name === name)?.value(row);
    const used = ["tokens", "calls", "programs", "dollars", "spent_tokens", "milliseconds"];
    expect(used.map((name) => cellOf(name, { ...trial, verdict: "error" }))).toEqual(used.map(() => null));
    expect([true, false].map((priced) => cellOf("dollars", { ...trial, priced }))).toEqual([0, null]);
    const [candidate] = trial.candidates as [TrialRecord["candidates"][number]];
    const right = candidateColumns.find(({ name }) => name === "correct");
    expect(right?.value({ trial, index: 0, candidate: { ...candidate, undecided: true } })).toBeNull();
  });

  it("is null in the table of steps too: no outcome and no reward of a candidate that could not be judged", async () => {
    const out = await smallRun();
    const traces = readFileSync(join(out, "traces.jsonl"), "utf8").split("\n").filter(Boolean);
    const trace = traces
      .map((line) => JSON.parse(line) as TraceRecord)
      .find(({ candidates: [first] }) => first?.steps?.every((score) => score !== null) === true);
    const record = recordsOf(out).find(({ arm, key }) => arm === trace?.arm && key === trace.key) as TrialRecord;
    const candidates = record.candidates.map((candidate) => ({ ...candidate, undecided: true as const }));
    const cells = (trial: TrialRecord) =>
      stepRows(trial, trace as TraceRecord).map((row) =>
        Object.fromEntries(stepColumns.map(({ name, value }) => [name, value(row)])),
      );
    const unknown = ["correct", "clip", "delta", "clip_delta", "reward", "return"];
    const without = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !unknown.includes(name)));
    const [known, open] = [cells(record), cells({ ...record, candidates })];
    expect(open.map(without)).toEqual(known.map(without));
    expect(open.flatMap((row) => unknown.map((name) => row[name]))).toEqual(
      open.flatMap(() => unknown.map(() => null)),
    );
    expect(known.flatMap((row) => unknown.map((name) => row[name]))).not.toContain(null);
    expect(stepColumns.find(({ name }) => name === "correct")?.optional).toBe(true);
  });
});

describe("export to Parquet", () => {
  it("gives back every value of every trial and candidate, each column with its own type", async () => {
    const out = await smallRun();
    const [trials, candidates] = [join(out, "t.parquet"), join(out, "c.parquet")];
    exportParquet(out, "trials", trials);
    exportParquet(out, "candidates", candidates);
    const records = recordsOf(out);
    const plain = (row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
      );
    expect((await read(trials)).map(plain)).toEqual(
      records.map((record) => Object.fromEntries(trialColumns.map(({ name, value }) => [name, value(record)]))),
    );
    expect((await read(candidates)).map(plain)).toEqual(
      records.flatMap((trial) =>
        trial.candidates.map((candidate, index) =>
          Object.fromEntries(candidateColumns.map(({ name, value }) => [name, value({ trial, index, candidate })])),
        ),
      ),
    );
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(trials));
    const typeOf = new Map(schema.map(({ name, type, repetition_type }) => [name, [type, repetition_type]]));
    expect(typeOf.get("verdict")).toEqual(["BYTE_ARRAY", "REQUIRED"]);
    expect(typeOf.get("answer")).toEqual(["BYTE_ARRAY", "OPTIONAL"]);
    expect(typeOf.get("tokens")).toEqual(["INT64", "OPTIONAL"]);
    expect(typeOf.get("covered")).toEqual(["BOOLEAN", "REQUIRED"]);
    expect(typeOf.get("difficulty")).toEqual(["DOUBLE", "OPTIONAL"]);
  });

  it("keeps lists of tags, nulls and numbers beyond 32 bits", async () => {
    const out = await smallRun({}, `${smallExperiment}\n`.replace("seeds: [1, 2]", "seeds: [1, 8000000000]"));
    const [first, second, third, ...rest] = readFileSync(join(out, "results.jsonl"), "utf8").split("\n");
    const tagged = (line = "", tags: string) => line.replace(/"tags":\[[^\]]*\],/, tags);
    const lines = [tagged(first, ""), tagged(second, '"tags":[],'), tagged(third, '"tags":["é","b;c"],'), ...rest];
    writeFileSync(join(out, "results.jsonl"), lines.join("\n"));
    const file = join(out, "trials.parquet");
    exportParquet(out, "trials", file);
    const rows = await read(file);
    expect(new Set(rows.map(({ seed }) => seed))).toEqual(new Set([1n, 8_000_000_000n]));
    expect(rows.slice(0, 4).map(({ tags }) => tags ?? null)).toEqual([null, [], ["é", "b;c"], ["3-steps"]]);
    expect(rows.slice(0, 4).map(({ support }) => support)).toContain(null);
  });

  it("says where it cannot be written, and leaves nothing half written behind", async () => {
    const out = await smallRun();
    const target = join(temporaryFolder(), "none", "trials.parquet");
    expect(() => exportParquet(out, "trials", target)).toThrow(/cannot be written: ENOENT.*--out/);
    expect(existsSync(`${target}.partial`)).toBe(false);
  });
});

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../../src/cli/cli.ts";
import { trainingForms } from "../../../src/export/training/forms/index.ts";
import { fakeTerminal, temporaryFolder } from "../../fakes/terminal.ts";
import { type AnyRow, exported, rowsOf, trainingFolder } from "./training-run.ts";

beforeEach(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

async function run(cwd: string, args: readonly string[]) {
  const terminal = fakeTerminal({ cwd });
  const code = await runCli(["experiment", ...args], terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

describe("experiment export --training", () => {
  it("writes rows and cards, says what was left out, and refuses what it does not know", async () => {
    const [cwd, folder] = [temporaryFolder(), await trainingFolder()];
    const sft = ["export", folder, "--training", "sft", "--arm", "judged", "-o", "most=1", "--out", "a/sft.jsonl"];
    const { code, out } = await run(cwd, sft);
    expect(code).toBe(0);
    expect(out).toMatch(/^\d rows of \d problems: a\/sft\.jsonl\n {2}left out: \d+ /);
    expect(rowsOf(readFileSync(join(cwd, "a/sft.jsonl"), "utf8"))[0]).toMatchObject({ weight: 1 });
    expect(readFileSync(join(cwd, "a/sft.card.md"), "utf8")).toContain("licence: no model");
    const refused = async (...args: readonly string[]) => (await run(cwd, ["export", folder, ...args])).err;
    expect(await refused("--training", "sftt")).toContain('Did you mean "sft"?');
    expect(await refused("--training", "sft", "-o", "mostt=1")).toContain('does not know "mostt"');
    expect(await refused("--training", "sft", "--arm", "none")).toContain("Arms: many, judged");
    expect(await refused("--training", "sft", "--split", "half")).toContain("all, train, held-out");
    expect(await refused(folder)).toContain("takes one folder");
  });

  it("lists its forms and prints the schema of a row", async () => {
    const { out } = await run(temporaryFolder(), ["export", "--training"]);
    for (const { name } of trainingForms) expect(out).toContain(`\n${name}: after `);
    const schema = await run(temporaryFolder(), ["export", "--training", "kto", "--schema"]);
    expect(JSON.parse(schema.out)).toMatchObject({ type: "object", properties: { label: { type: "boolean" } } });
  });

  it("leaves no file behind where a trace is damaged", async () => {
    const folder = await trainingFolder();
    const copy = temporaryFolder();
    for (const file of ["results.jsonl", "summary.json"]) {
      writeFileSync(join(copy, file), readFileSync(join(folder, file)));
    }
    const traces = readFileSync(join(folder, "traces.jsonl"), "utf8");
    writeFileSync(join(copy, "traces.jsonl"), traces.replaceAll('"correct":true', '"correct":"yes"'));
    const { code, err } = await run(copy, ["export", ".", "--training", "kto"]);
    expect([code, err]).toEqual([2, expect.stringContaining("is damaged")]);
    expect(existsSync(join(copy, "training/kto.jsonl.partial"))).toBe(false);
  });
});

describe("a Parquet file", () => {
  it.each(["sft", "trajectories", "weights"])("of %s holds what the JSON lines hold", async (form) => {
    const folder = await trainingFolder();
    const target = join(temporaryFolder(), `${form}.parquet`);
    const { card } = exported(form, [folder], { target });
    const read = (await parquetReadObjects({ file: await asyncBufferFromFile(target) })) as AnyRow[];
    const plain = JSON.stringify(read, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
    expect(JSON.parse(plain)).toEqual(exported(form, [folder]).rows);
    expect(read).toHaveLength(card.rows);
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { smallExperiment } from "../runs/small-run.ts";

beforeEach(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

async function run(cwd: string, args: readonly string[]) {
  const terminal = fakeTerminal({ cwd });
  const code = await runCli(args, terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

describe("ruminate metrics", () => {
  it("lists every metric with what it needs, and shows one", async () => {
    const cwd = temporaryFolder();
    const { out } = await run(cwd, ["metrics"]);
    expect(out).toMatch(/^best-of-k +the outcome verifier picks .* scores$/m);
    const listed = JSON.parse((await run(cwd, ["metrics", "--json"])).out) as { name: string }[];
    expect(listed.map(({ name }) => name)).toContain("pass^k");
    expect((await run(cwd, ["metrics", "show", "pass@8"])).out).toMatch(/^ +k +8 +samples/m);
    const shown = JSON.parse((await run(cwd, ["metrics", "show", "dollars", "--json"])).out) as { needs: string[] };
    expect(shown.needs).toEqual(["prices"]);
    expect(await run(cwd, ["metrics", "show", "pas@k"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("pass@k"),
    });
  });

  it("are in the table of a run and in its export, with the reason where one has no value", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "small.yaml"), `${smallExperiment}metrics: [pass@2, auroc]\n`);
    const { out } = await run(cwd, ["experiment", "run", "small.yaml", "--limit", "3"]);
    expect(out).toMatch(/strategy +pass@2 % +auroc %/);
    expect(out).toMatch(/auroc of .*chain-of-thought.*: no value: needs candidates scored by an outcome verifier/);
    const csv = await run(cwd, ["experiment", "export", "runs/small", "--metrics"]);
    expect(csv.out.trim().split("\n")).toHaveLength(1 + 2 * 4);
    const parquet = await run(cwd, ["experiment", "export", "runs/small", "--metrics", "--parquet"]);
    expect(parquet).toMatchObject({ code: 0, out: `${join("runs", "small", "metrics.parquet")}\n` });
    const both = await run(cwd, ["experiment", "export", "runs/small", "--metrics", "--candidates"]);
    expect(both.code).toBe(2);
    expect(both.err).toContain("got --candidates and --metrics");
  });
});

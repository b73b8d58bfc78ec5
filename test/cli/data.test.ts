import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";

async function run(cwd: string, ...args: readonly string[]) {
  const terminal = fakeTerminal({ cwd });
  const code = await runCli(["data", ...args], terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

/** No program is drawn, so that no sandbox starts. */
const words = ["-m", "simulated", "--programs", "0", "--confirm", "0", "--agreement", "0.5"];

describe("data evolve", () => {
  it("writes a dataset that an experiment reads, a training set and a card, and goes on with --budget", async () => {
    const cwd = temporaryFolder();
    const given = ["evolve", "arithmetic", "--limit", "3", "--operations", "numbers", "persona", ...words];
    expect((await run(cwd, ...given, "--dry-run")).out).toMatch(
      /^6 questions of 3 problems: at most 13,824 completion/,
    );
    const little = await run(cwd, ...given, "--budget", "6k");
    expect([little.code, little.out]).toEqual([1, expect.stringContaining("were not begun")]);
    const { code, out } = await run(cwd, ...given, "--against", "word-problems", "--out", "all");
    expect([code, out]).toEqual([0, expect.stringMatching(/\nnumbers +3 +\d +\d/)]);
    expect(readFileSync(join(cwd, "all/card.md"), "utf8")).toContain("none is of word-problems, 12 problems");
    const [row] = readFileSync(join(cwd, "all/sft.jsonl"), "utf8").split("\n");
    const { prompt, source, ancestry } = JSON.parse(row ?? "");
    const about = { operation: source.problem.split("-").at(-2), chains: 4, programs: 0 };
    expect([prompt[0].role, ancestry]).toEqual(["user", expect.objectContaining(about)]);
    const experiment = `name: e\ndataset: {name: generic, path: ${join(cwd, "all/problems.jsonl")}, options: {group: group, tagFields: [operation]}}
policy: simulated\nstrategies: [chain-of-thought]\nbaselines: false\n`;
    writeFileSync(join(cwd, "e.yaml"), experiment);
    const terminal = fakeTerminal({ cwd });
    expect(await runCli(["experiment", "run", "e.yaml", "--limit", "2", "--dry-run"], terminal)).toBe(0);
    expect(terminal.stdout()).toMatch(/chain-of-thought +2 +2 /);
  });

  it("reads its settings from a file, and refuses what it does not know", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "e.yaml"), "dataset: {name: arithmetic, options: {count: 1}}\noperations: [numbers]\n");
    expect((await run(cwd, "evolve", "e.yaml", ...words)).out).toContain("evolved/e/problems.jsonl");
    expect((await run(cwd, "evolve", "arithmetic", "--operations", "worse", ...words)).err).toContain("numbers");
    writeFileSync(join(cwd, "wrong.yaml"), "dataset: arithmetic\noperation: numbers\n");
    expect((await run(cwd, "evolve", "wrong.yaml", ...words)).err).toContain('does not know "operation"');
  });
});

describe("data law", () => {
  it("says what a doubling brings, and needs two amounts", async () => {
    const cwd = temporaryFolder();
    const { code, out } = await run(cwd, "law", "1k=0.4", "2k=0.45", "4k=0.5", "--at", "8k");
    expect([code, out]).toEqual([0, expect.stringMatching(/8000 +– +55\.0 %/)]);
    expect(out).toContain("5.00 points with every doubling");
    expect((await run(cwd, "law", "1k=0.4")).err).toContain("at least 2");
    expect((await run(cwd, "law", "much")).err).toContain("needs points such as");
  });
});

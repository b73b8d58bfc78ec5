import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";

beforeEach(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

const cwd = temporaryFolder();
const question = "Ann has 12 pears, gives 3 of them to her brother and sells half of the rest. How many are left?";
const rows = [
  { question, answer: "4.5" },
  { question, answer: "5" },
  { question: `Bob has 8 ${"very ".repeat(20)}ripe plums and eats the`, answer: "6" },
];
writeFileSync(join(cwd, "mine.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
writeFileSync(
  join(cwd, "shots.yaml"),
  `strategies:\n  - name: few-shot\n    options:\n      pool:\n        - question: ${JSON.stringify(question)}\n          solution: It is 4.5.\n`,
);

async function lint(...args: readonly string[]) {
  const terminal = fakeTerminal({ cwd, columns: 80 });
  const code = await runCli(["datasets", "lint", ...args], terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

describe("ruminate datasets lint", () => {
  it("prints a table of 80 columns and ends with 1 where an error is found", async () => {
    const { code, out } = await lint("mine.jsonl", "--without", "spelling");
    expect(code).toBe(1);
    expect(out).toMatch(/^3 problems of mine.jsonl, read as generic:/);
    expect(out).toMatch(/^! conflict +generic-0001 +asks what generic-0000 asks, and expects "5" here/m);
    expect(out).toMatch(/^! cut +generic-0002 +ends in the middle: /m);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("finds examples of an experiment that hold a question", async () => {
    const { code, out } = await lint("mine.jsonl", "--shown", "shots.yaml", "--only", "leak", "--json");
    expect(code).toBe(1);
    const { shown, counts, findings } = JSON.parse(out) as { shown: number; counts: object; findings: object[] };
    expect([shown, counts]).toEqual([1, { leak: 2 }]);
    expect(findings[0]).toEqual({
      check: "leak",
      level: "error",
      problem: "generic-0000",
      other: "shots.yaml, strategies[0].options.pool[0]",
      message: "is shown in shots.yaml, strategies[0].options.pool[0]",
    });
  });

  it("ends with 0 where nothing is found, and names an unknown check", async () => {
    expect(await lint("word-problems", "--only", "duplicate", "--strict")).toEqual({
      code: 0,
      out: "12 problems of word-problems, read as word-problems: nothing found\n",
      err: "",
    });
    expect(await lint("mine.jsonl", "--only", "speling")).toMatchObject({
      code: 2,
      err: expect.stringContaining("spelling"),
    });
  });
});

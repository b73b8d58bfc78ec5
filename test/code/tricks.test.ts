import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { missingCompiler } from "../../src/sandbox/compiled.ts";
import { createSandbox, withLanguages } from "../../src/sandbox/index.ts";
import { needsAll } from "../needs.ts";
import { cppTricks, javaTricks } from "./tricks/compiled.ts";
import { drawnJavascriptTricks, javascriptTricks } from "./tricks/javascript.ts";
import { drawnPythonTricks, pythonTricks } from "./tricks/python.ts";
import { sweepTricks } from "./tricks/sweep.ts";
import type { Trick } from "./tricks/trick.ts";

/** What costs a whole time limit is left to `npm run conformance -- judge`, which takes all of them. */
const slow =
  /deep|long|flood|memory|ring|raises RecursionError|at exit|repeat|sparse|settles|closes|throws itself|all of/i;

const sample = (tricks: readonly Trick[], count: number): Trick[] =>
  new Random("sample").shuffle(tricks.filter(({ name }) => !slow.test(name))).slice(0, count);

const open = {
  wasi: createSandbox("wasi", { workers: 1 }),
  javascript: createSandbox("javascript", { workers: 1 }),
};
const languages = withLanguages(open.wasi);
afterAll(async () => {
  await languages.dispose();
  await open.javascript.dispose();
});

describe("wrong answers by tricks", () => {
  it.each([
    ["wasi", pythonTricks, drawnPythonTricks],
    ["javascript", javascriptTricks, drawnJavascriptTricks],
  ] as const)("are never accepted and never left open: %s", { timeout: 120_000 }, async (runtime, table, drawn) => {
    const tricks = [...sample(table, 14), ...sample(drawn(40, "suite"), 14)];
    const { accepted, undecided } = await sweepTricks(open[runtime], tricks, 2, 5_000);
    expect(accepted).toEqual([]);
    expect(undecided).toEqual([]);
  });

  it.each([
    ["cpp", cppTricks],
    ["java", javaTricks],
  ] as const)(
    "are never accepted and never left open: %s",
    {
      ...needsAll(missingCompiler("cpp") ?? missingCompiler("java")),
      timeout: 240_000,
    },
    async (_, table) => {
      const { accepted, undecided } = await sweepTricks(languages, sample(table, 1), 1, 10_000);
      expect([...accepted, ...undecided]).toEqual([]);
    },
  );

  it("are enough of them", () => {
    for (const table of [pythonTricks, javascriptTricks, cppTricks, javaTricks]) {
      expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
      expect(table.length).toBeGreaterThanOrEqual(200);
    }
    expect(drawnPythonTricks(500)).toHaveLength(500);
    expect(drawnJavascriptTricks(500)).toHaveLength(500);
  });
});

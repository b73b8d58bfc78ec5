import { afterAll, describe, expect, it } from "vitest";
import { createSandbox } from "../../src/sandbox/index.ts";
import { cppTricks, drawnCppTricks, drawnJavaTricks, javaTricks } from "./tricks/compiled.ts";
import { drawnGoTricks, goTricks } from "./tricks/go.ts";
import { drawnJavascriptTricks, javascriptTricks } from "./tricks/javascript.ts";
import { drawnPythonTricks, pythonTricks } from "./tricks/python.ts";
import { drawnRustTricks, rustTricks } from "./tricks/rust.ts";
import { sweepTricks } from "./tricks/sweep.ts";
import { sampled } from "./tricks/trick.ts";

const open = {
  wasi: createSandbox("wasi", { workers: 1 }),
  javascript: createSandbox("javascript", { workers: 1 }),
};
afterAll(() => Promise.all([open.wasi.dispose(), open.javascript.dispose()]));

describe("wrong answers by tricks", () => {
  it.each([
    ["wasi", pythonTricks, drawnPythonTricks],
    ["javascript", javascriptTricks, drawnJavascriptTricks],
  ] as const)("are never accepted and never left open: %s", { timeout: 120_000 }, async (runtime, table, drawn) => {
    const tricks = [...sampled(table, 14), ...sampled(drawn(40, "suite"), 14)];
    const { accepted, undecided } = await sweepTricks(open[runtime], tricks, 2, 5_000);
    expect(accepted).toEqual([]);
    expect(undecided).toEqual([]);
  });

  it("are enough of them", () => {
    for (const table of [pythonTricks, javascriptTricks, cppTricks, javaTricks, goTricks, rustTricks]) {
      expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
      expect(table.length).toBeGreaterThanOrEqual(200);
    }
    const grammars = [drawnPythonTricks, drawnJavascriptTricks, drawnCppTricks, drawnJavaTricks, drawnGoTricks];
    for (const drawn of [...grammars, drawnRustTricks]) expect(drawn(500)).toHaveLength(500);
  });
});

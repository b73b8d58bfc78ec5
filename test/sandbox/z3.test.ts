import { afterAll, describe, expect, it } from "vitest";
import type { PooledSandbox } from "../../src/sandbox/pooled-sandbox.ts";
import { withSolver } from "../../src/sandbox/with-solver.ts";
import { createZ3Sandbox } from "../../src/sandbox/z3.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { needsPackage } from "../needs.ts";

let opened: PooledSandbox | undefined;
const sandbox = () => {
  opened ??= createZ3Sandbox();
  return opened;
};
afterAll(() => opened?.dispose());
const solve = (source: string, limits = {}) => sandbox().run({ language: "smt2", source }, { limits });

const equations = `
(declare-const x Int)
(declare-const y Int)
(assert (= (+ x y) 10))
(assert (= (- x y) 4))
(check-sat)
(get-value (x y))`;

const hard = `
(declare-const a Int)(declare-const b Int)(declare-const c Int)
(assert (and (> a 0) (> b 0) (> c 0)))
(assert (= (+ (* a a a a) (* b b b b)) (* c c c c)))
(check-sat)`;

describe("the z3 runtime", needsPackage("z3-solver"), () => {
  it("solves equations and says when there is no solution", async () => {
    expect(await solve(equations)).toMatchObject({ verdict: "ok", stdout: "sat\n((x 7)\n (y 3))\n" });
    expect((await solve(`${equations}\n(assert (< x 0))\n(check-sat)`)).stdout).toContain("unsat");
  });

  it("forgets a program's names with its end", async () => {
    await solve("(declare-const left Int)\n(check-sat)");
    expect(await solve("(assert (= left 1))\n(check-sat)")).toMatchObject({
      verdict: "error",
      error: expect.stringContaining("unknown constant left"),
    });
  });

  it("refuses files, output channels and global parameters, but not a comment about them", async () => {
    for (const source of [
      '(set-option :regular-output-channel "/tmp/out")',
      '(include "/etc/passwd")',
      "( set-option :memory_max_size 1)",
      '(declare-const |;| Int)(set-option :regular-output-channel "/tmp/out")',
      '(echo ";")(set-option :memory_max_size 1)',
      "(; a comment\nset-option ; another\n:verbose 1)",
      '(echo "a ""quoted"" ;")(include "/etc/passwd")',
    ]) {
      expect(await solve(source)).toMatchObject({ verdict: "refused" });
    }
    expect(await solve("; (include x)\n(set-option :produce-models true)\n(check-sat)")).toMatchObject({
      stdout: "sat\n",
    });
  });

  it("ends a search that takes too long, and works on", async () => {
    expect(await solve(hard, { wallMs: 1500 })).toMatchObject({ verdict: "timeout" });
    expect(await solve(equations, { wallMs: 60_000 })).toMatchObject({ verdict: "ok" });
  });

  it("refuses other languages", async () => {
    expect(await sandbox().run({ language: "python", source: "1" })).toMatchObject({ verdict: "refused" });
  });
});

describe("a sandbox with a solver", () => {
  it("starts the solver for logic programs only", async () => {
    let started = 0;
    const both = withSolver(tinyPython(), () => {
      started++;
      return {
        ...tinyPython(),
        run: async () => ({ verdict: "ok" as const, value: null, stdout: "sat\n", error: "" }),
      };
    });
    await both.run({ language: "python", source: "x = 1\nprint(x)" });
    expect(started).toBe(0);
    expect(await both.run({ language: "smt2", source: "(check-sat)" })).toMatchObject({ stdout: "sat\n" });
    await both.run({ language: "smt2", source: "(check-sat)" });
    expect(started).toBe(1);
    await both.dispose();
  });
});

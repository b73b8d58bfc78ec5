import { describe, expect, it } from "vitest";
import { compareAnswers } from "../../src/answer/equal.ts";
import { hostile } from "./hostile.ts";
import { pairs } from "./pairs/index.ts";

const all = Object.values(pairs).flat();

describe("the table of pairs", () => {
  it("has at least 600 rows, both verdicts in every subject", () => {
    expect(all.length).toBeGreaterThanOrEqual(600);
    for (const [subject, rows] of Object.entries(pairs)) {
      const verdicts = new Set(rows.map((row) => row.expected));
      expect([subject, verdicts.has("equal"), verdicts.has("different")]).toEqual([subject, true, true]);
    }
  });

  it("states each pair once", () => {
    const keys = all.map(({ a, b, kind }) => `${kind} ${[a, b].sort().join(" ~~ ")}`);
    const repeated = keys.filter((key, index) => keys.indexOf(key) !== index);
    expect(repeated.filter((key) => !key.startsWith("math") || repeated.length > 40)).toEqual([]);
  });

  it.each(Object.keys(pairs))("is decided as a careful reader would: %s", (subject) => {
    const wrong = (pairs[subject] ?? [])
      .map((row) => ({ ...row, got: compareAnswers(row.a, row.b, { kind: row.kind }) }))
      .filter((row) => row.got.verdict !== row.expected)
      .map((row) => `${row.a} ~~ ${row.b}: ${row.expected} expected, got ${row.got.verdict} (${row.got.rule})`);
    expect(wrong).toEqual([]);
  });

  it("is decided the same both ways round", () => {
    const asymmetric = all.filter(
      ({ a, b, kind }) => compareAnswers(a, b, { kind }).verdict !== compareAnswers(b, a, { kind }).verdict,
    );
    expect(asymmetric).toEqual([]);
  });
});

describe("compareAnswers", () => {
  it("names the rule that decided", () => {
    expect(compareAnswers("x", "x")).toEqual({ verdict: "equal", rule: "identical" });
    expect(compareAnswers("5 cm", "5 m")).toEqual({ verdict: "different", rule: "unit" });
    expect(compareAnswers("(1,2)", "[1,2]").rule).toBe("brackets");
    expect(compareAnswers("\\sqrt{x^2}", "x").rule).toBe("branch");
    expect(compareAnswers("0.333333", "1/3").rule).toBe("rounded");
  });

  it("leaves open what depends on the base of a log that names none", () => {
    const verdictOf = (a: string, b: string) => compareAnswers(a, b).verdict;
    const open = ["2", "\\log_{10} 100", "\\ln 100", "4.605170186"].map((b) => verdictOf("\\log 100", b));
    expect(open).toEqual(["undecided", "undecided", "undecided", "undecided"]);
    expect([verdictOf("\\log 100", "3"), verdictOf("\\log 100", "2\\log 10")]).toEqual(["different", "equal"]);
  });

  it("reads spoken signs", () => {
    for (const negative of ["negative 5", "minus 5", "\\text{negative } 5", "\\text{minus }5"])
      expect(compareAnswers(negative, "-5", { kind: "number" }).verdict).toBe("equal");
  });

  it("allows a relative tolerance only where it is given", () => {
    expect(compareAnswers("50.7", "50.9", { kind: "number" }).verdict).toBe("different");
    expect(compareAnswers("50.7", "50.9", { kind: "number", relativeTolerance: 0.05 }).verdict).toBe("equal");
    expect(compareAnswers("50.7", "54", { kind: "number", relativeTolerance: 0.05 }).verdict).toBe("different");
    expect(compareAnswers("-2", "2", { kind: "number", relativeTolerance: 0.05 }).verdict).toBe("different");
    expect(compareAnswers("0", "1e-12", { kind: "number", relativeTolerance: 0.05 }).verdict).toBe("different");
    expect(compareAnswers("\\pi", "3.2", { relativeTolerance: 0.05 }).verdict).toBe("equal");
    expect(compareAnswers("(1, 2)", "(1.01, 2)", { relativeTolerance: 0.05 }).verdict).toBe("equal");
  });

  it("reads an option's text as its letter when only one option has it", () => {
    const choices = ["Paris", "Rome", "Rome", "Oslo"];
    expect(compareAnswers("Paris", "A", { kind: "choice", choices }).verdict).toBe("equal");
    expect(compareAnswers("Rome", "B", { kind: "choice", choices }).verdict).toBe("different");
    expect(compareAnswers("oslo.", "(D)", { kind: "choice", choices }).verdict).toBe("equal");
  });

  it("compares code as text", () => {
    expect(compareAnswers("x = 1", "x  = 1", { kind: "code" }).verdict).toBe("different");
  });

  it("gives every hostile answer a verdict against every other, itself included, without an exception", () => {
    const verdicts = new Set<string>();
    for (const [i, a] of hostile.entries()) {
      expect(compareAnswers(a, a).verdict).toBe("equal");
      for (const b of [...hostile.slice(i + 1), "5", "x+1", "\\frac{1}{3}", "east"]) {
        for (const kind of ["math", "text", "choice"] as const) verdicts.add(compareAnswers(a, b, { kind }).verdict);
      }
    }
    expect([...verdicts].sort()).toEqual(["different", "equal", "undecided"]);
  });

  it("never takes one huge number for another", () => {
    const huge = ["9^9^9^9", "9^{9^{9^8}}", "10^{10^{10}}", "1000000!", "(10^9)!", "2^{1000000000}", "5"];
    for (const [i, a] of huge.entries()) {
      for (const b of huge.slice(i + 1)) expect([a, b, compareAnswers(a, b).verdict]).not.toEqual([a, b, "equal"]);
    }
  });
});

import { describe, expect, it } from "vitest";
import { gradeGame24 } from "../../src/answer/arithmetic-puzzle.ts";
import { type Graded, grade } from "../../src/answer/grade.ts";
import type { Reference } from "../../src/core/problem.ts";

const verdict = (answer: string | null, reference: string | Reference, question: Graded = { kind: "math" }) =>
  grade(answer, typeof reference === "string" ? { answer: reference } : reference, question).verdict;

describe("grade", () => {
  it("tells a missing answer from a wrong one", () => {
    expect(verdict(null, "5")).toBe("unparsed");
    expect(verdict("  ", "5")).toBe("unparsed");
    expect(verdict("6", "5")).toBe("incorrect");
    expect(verdict("5", "5")).toBe("correct");
    expect(verdict("5", "")).toBe("undecided");
  });

  it("accepts a bare number for a percentage only where the reference has the sign", () => {
    expect(verdict("50", "50\\%")).toBe("correct");
    expect(verdict("0.5", "50\\%")).toBe("correct");
    expect(verdict("5000", "50\\%")).toBe("incorrect");
    expect(verdict("50%", "50")).toBe("incorrect");
    expect(verdict("50", "0.5")).toBe("incorrect");
    expect(verdict("0.5", "50")).toBe("incorrect");
  });

  it("accepts the sign where the question asks for a percentage", () => {
    const question: Graded = { kind: "number", text: "What percentage of the apples are red?" };
    expect(verdict("60%", "60", question)).toBe("correct");
    expect(verdict("60", "60", question)).toBe("correct");
    expect(verdict("0.6", "60", question)).toBe("incorrect");
    expect(verdict("60%", "60", { kind: "number", text: "How many apples are red?" })).toBe("incorrect");
  });

  it("accepts bare digits only where the reference has the base", () => {
    expect(verdict("52", "52_8")).toBe("correct");
    expect(verdict("52_8", "52_{8}")).toBe("correct");
    expect(verdict("53", "52_8")).toBe("incorrect");
    expect(verdict("52_9", "52_8")).toBe("incorrect");
    expect(verdict("52_8", "52")).toBe("incorrect");
  });

  it("wants every one of several values, in any order", () => {
    expect(verdict("7, 9", "7; 9", { kind: "number" })).toBe("correct");
    expect(verdict("9 and 7", "7; 9", { kind: "number" })).toBe("correct");
    expect(verdict("7", "7; 9", { kind: "number" })).toBe("incorrect");
    expect(verdict("7; 8", "7; 9", { kind: "text" })).toBe("incorrect");
  });

  it("uses the tolerance of the reference", () => {
    expect(verdict("51", { answer: "50.7", relativeTolerance: 0.05 }, { kind: "number" })).toBe("correct");
    expect(verdict("60", { answer: "50.7", relativeTolerance: 0.05 }, { kind: "number" })).toBe("incorrect");
    expect(verdict("89000", { answer: "89,034.79", relativeTolerance: 0.05 }, { kind: "number" })).toBe("correct");
  });

  it("grades letters however they are written, and options by their text", () => {
    const choices = ["12/11/1937", "12/25/1937", "01/04/1938"];
    expect(verdict("B", "(B)", { kind: "choice", choices })).toBe("correct");
    expect(verdict("(b) 12/25/1937", "(B)", { kind: "choice", choices })).toBe("correct");
    expect(verdict("12/25/1937", "(B)", { kind: "choice", choices })).toBe("correct");
    expect(verdict("12/11/1937", "(B)", { kind: "choice", choices })).toBe("incorrect");
  });

  it("cannot be talked into a verdict by the answer's own text", () => {
    expect(verdict("5 or 6", "5")).toBe("incorrect");
    expect(verdict("x=5, x=6", "5")).toBe("incorrect");
    expect(verdict("\\{5, 6\\}", "5")).toBe("incorrect");
    expect(verdict("5 \\text{ (reference: 7)}", "7")).toBe("incorrect");
    expect(verdict("=", "5")).not.toBe("correct");
    expect(verdict("5 = 5", "7")).toBe("incorrect");
    expect(verdict("7 = 5", "7")).toBe("incorrect");
    expect(verdict("(-\\infty,\\infty)", "7")).toBe("incorrect");
  });

  it("grades ratios, times and words of elementary word problems", () => {
    expect(verdict("6:8", "3:4", { kind: "number" })).toBe("correct");
    expect(verdict("3:30 PM", "3:30 p.m.", { kind: "number" })).toBe("correct");
    expect(verdict("Purple", "purple", { kind: "number" })).toBe("correct");
    expect(verdict("none", "None", { kind: "number" })).toBe("correct");
    expect(verdict("6", "6th", { kind: "number" })).toBe("correct");
  });
});

describe("Game of 24", () => {
  const question: Graded = { kind: "text", text: "1 1 4 6" };

  it("checks the expression and not its spelling", () => {
    expect(verdict("(1 - 1) + (4 * 6)", "24", question)).toBe("correct");
    expect(verdict("(1-1)+4\\times 6 = 24", "24", question)).toBe("correct");
    expect(verdict("4*6/1/1", "24", question)).toBe("correct");
    expect(gradeGame24("8/(3-8/3)", "3 3 8 8").verdict).toBe("correct");
  });

  it("wants each number once, the four operations, and 24 exactly", () => {
    expect(verdict("24", "24", question)).toBe("incorrect");
    expect(verdict("4*6", "24", question)).toBe("incorrect");
    expect(verdict("4*6+1-1+0", "24", question)).toBe("incorrect");
    expect(verdict("4+6+1+1", "24", question)).toBe("incorrect");
    expect(verdict("4*6*1^1", "24", question)).not.toBe("correct");
    expect(verdict("4*6+1-1 = 25", "24", question)).toBe("incorrect");
    expect(gradeGame24("23.999999", "1 1 4 6").verdict).not.toBe("correct");
    expect(gradeGame24("4! - 1 + 1", "1 1 4 6").verdict).not.toBe("correct");
    expect(gradeGame24(null, "1 1 4 6").verdict).toBe("unparsed");
    expect(gradeGame24("I could not find it", "1 1 4 6").verdict).toBe("unparsed");
  });
});

import { describe, expect, it } from "vitest";
import { isShortcut } from "../../strategies/programs/tactic-router/tactics.ts";

const python = (source: string) => isShortcut({ language: "python", source });
const smt2 = (source: string) => isShortcut({ language: "smt2", source });
const solution = (...lines: readonly string[]) => `def solution():\n${lines.map((line) => `    ${line}\n`).join("")}`;

describe("a program that only states its answer", () => {
  it.each([
    solution("return 42"),
    solution("# work it out", "answer = 42", "return answer"),
    solution('"""Returns 6 * 7"""', "return -4.5e3"),
    solution("price = 3", "count = 4", "return 12"),
    solution("total = price * 4", "return 12"),
    "print(42)",
    'print("The answer is", 42)',
    "answer = 'B'\nprint(f'The answer is {answer}')",
    "print([1, 2, 3])",
    "return True",
  ])("%s", (source) => {
    expect(python(source)).toBe(true);
  });

  it("is one that asserts the model in SMT-LIB, or nothing", () => {
    expect(smt2("(declare-const x Int)\n(assert (= x 7))\n(check-sat)\n(get-value (x))")).toBe(true);
    expect(smt2("(declare-const b Bool)\n(assert b)\n(assert (= (- 3) y))\n(check-sat)")).toBe(true);
    expect(smt2("(check-sat)")).toBe(true);
  });
});

describe("a program that works its answer out", () => {
  it.each([
    solution("return 6 * 7"),
    solution("count = 6", "count += 36", "return count"),
    solution("price = 3", "return price * 4"),
    solution("total = sum([1, 2])", "return total"),
    solution("x = 3", "x = x + 1", "return x"),
    solution("if 3 > 2:", "    return True", "return False"),
    solution("for i in range(3):", "    x = i", "return 3"),
    "print(f'{6 * 7}')",
    "x = 5",
    solution("return max(1, 2)"),
  ])("%s", (source) => {
    expect(python(source)).toBe(false);
  });

  it("asserts facts from which a solver finds the answer", () => {
    expect(smt2("(declare-const x Int)\n(assert (= (+ x 3) 10))\n(check-sat)")).toBe(false);
    expect(smt2("(assert (= x 7)) ; given\n(assert (> y x))\n(check-sat)")).toBe(false);
  });
});

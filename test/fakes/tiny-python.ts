import type { ExecutionResult, Sandbox } from "../../src/core/execution.ts";

const result = (rest: Partial<ExecutionResult>): ExecutionResult => ({
  ...{ verdict: "ok", value: null, stdout: "", error: "" },
  ...rest,
});

/**
 * An interpreter of the scripts that the simulated policy writes, and of nothing else: whole-number assignments with +
 * - * //, one function without parameters, `return` and `print` of a name. For tests of strategies; the real sandboxes
 * have their own.
 */
export function tinyPython(): Sandbox & { readonly sources: readonly string[] } {
  const sources: string[] = [];
  return {
    id: "tiny-python",
    sources,
    run: async ({ source, result: wanted }, options) => {
      options?.signal?.throwIfAborted();
      sources.push(source);
      return interpret(source, wanted !== undefined);
    },
    dispose: async () => {},
  };
}

function interpret(source: string, calls: boolean): ExecutionResult {
  const names = new Map<string, number>();
  const stdout: string[] = [];
  let returned: string | null = null;
  for (const line of source.split("\n").map((text) => text.trim())) {
    const failure = { verdict: "error", error: `cannot run: ${line}` } as const;
    if (line === "" || line.startsWith("#") || /^(import math|def sol(ution|ver)\(\):|ans = solver\(\))$/.test(line))
      continue;
    // The end of a program of thoughts: whole numbers are plain already.
    if (line.startsWith("def plain_answer(")) break;
    const assigned = /^(\w+) = (\w+)(?: (\+|-|\*|\/\/) (\d+))?$/.exec(line);
    const shown = /^(return |print\()(\w+)\)?$/.exec(line);
    if (assigned !== null) {
      const [, name = "", first = "", operator, operand] = assigned;
      const left = /^\d+$/.test(first) ? Number(first) : names.get(first);
      if (left === undefined) return result(failure);
      names.set(name, calculate(left, operator, Number(operand ?? 0)));
    } else if (shown !== null) {
      const value = names.get(shown[2] ?? "");
      if (value === undefined) return result(failure);
      if (shown[1] === "print(") stdout.push(`${value}\n`);
      else returned = String(value);
    } else return result(failure);
  }
  returned ??= names.has("ans") ? String(names.get("ans")) : null;
  return result({ value: calls ? returned : null, stdout: stdout.join("") });
}

function calculate(left: number, operator: string | undefined, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "//":
      return Math.floor(left / right);
    default:
      return left;
  }
}

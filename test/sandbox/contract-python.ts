import { expect, it } from "vitest";
import type { ExecutionLimits, ExecutionResult, Program, Sandbox } from "../../src/core/execution.ts";

type RunPython = (
  source: string,
  result?: Program["result"],
  limits?: Partial<ExecutionLimits>,
) => Promise<ExecutionResult>;

/** Values and their canonical text. */
const values: readonly (readonly [string, string | null])[] = [
  ["18", "18"],
  ["18.0", "18"],
  ["-0.5", "-0.5"],
  ["0.1 + 0.2", "0.30000000000000004"],
  ["1e300", "1e+300"],
  ["float('nan')", "nan"],
  ["float('-inf')", "-inf"],
  ["2 ** 200", String(2n ** 200n)],
  ["10 ** 5000 + 1", `1${"0".repeat(4999)}1`],
  ["True", "True"],
  ["False", "False"],
  ["None", null],
  ["__import__('fractions').Fraction(6, 8)", "3/4"],
  ["__import__('fractions').Fraction(8, 4)", "2"],
  ["__import__('decimal').Decimal('18.50')", "18.5"],
  ["__import__('decimal').Decimal('1E+3')", "1000"],
  ["'Ünï ∑ 🙂'", "Ünï ∑ 🙂"],
  ["''", ""],
  ["[1, 2.0, 'a', None, True]", "[1, 2, 'a', None, True]"],
  ["(1, (2,))", "[1, [2]]"],
  ["{3, 1, 2}", "{1, 2, 3}"],
  ["{'a': [1], 2: 0.5}", "{'a': [1], 2: 0.5}"],
  ["1 + 2j", "(1+2j)"],
];

/** What every Python runtime must do. */
export function pythonContract(python: RunPython, sandbox: () => Sandbox): void {
  it.each(values)("writes %s as %s", async (expression, expected) => {
    const outcome = await python(`ans = ${expression}`, { variable: "ans" });
    expect(outcome).toEqual({ verdict: "ok", value: expected, stdout: "", error: "" });
  });

  it("calls a function without arguments", async () => {
    const outcome = await python("def solution():\n    return 7 * 6", { call: "solution" });
    expect(outcome).toEqual({ verdict: "ok", value: "42", stdout: "", error: "" });
  });

  it("runs what stands under the main guard, and asks for no value where none is wanted", async () => {
    const outcome = await python("if __name__ == '__main__':\n    print('main')");
    expect(outcome).toEqual({ verdict: "ok", value: null, stdout: "main\n", error: "" });
  });

  it("gives the program its standard input", async () => {
    const source = "import sys\nfirst = input()\nrest = sys.stdin.read()\nans = [first, rest]";
    const outcome = await sandbox().run({
      language: "python",
      source,
      result: { variable: "ans" },
      stdin: "é\nline two\n",
    });
    expect(outcome.value).toBe("['é', 'line two\\n']");
  });

  it("gives no input where none was given", async () => {
    const outcome = await python("input()");
    expect(outcome).toMatchObject({ verdict: "error" });
    expect(outcome.error).toContain("EOFError");
  });

  it("lays the files that it is given where the program starts, and takes them away with it", async () => {
    const source = `import csv, os
with open("table.csv", newline="") as file:
    rows = list(csv.reader(file))
ans = [rows[1][0], len(open("./notes.txt", encoding="utf-8").read()), sorted(os.listdir()), os.path.getsize("table.csv")]`;
    const files = { "table.csv": "name,n\nÄnne,7\n", "notes.txt": "x".repeat(100_000) };
    const outcome = await sandbox().run({ language: "python", source, files, result: { variable: "ans" } });
    expect(outcome).toMatchObject({ verdict: "ok", value: "['Änne', 100000, ['notes.txt', 'table.csv'], 15]" });
    expect((await python("open('table.csv')")).error).toContain("FileNotFoundError");
  });

  it("refuses file names that lead elsewhere, too many files and too long ones", async () => {
    const given = (files: Record<string, string>) => sandbox().run({ language: "python", source: "1", files });
    expect(await given({ "../up": "" })).toMatchObject({
      verdict: "refused",
      error: 'A file is named by letters, digits, "_", "-" and ".", got "../up"',
    });
    for (const name of ["", ".", "/etc/passwd", "a/b", ".hidden"]) {
      expect(await given({ [name]: "" }), name).toMatchObject({ verdict: "refused" });
    }
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`f${i}`, ""]));
    expect(await given(many)).toMatchObject({ verdict: "refused" });
    expect(await given({ big: "x".repeat(16 * 2 ** 20 + 1) })).toMatchObject({ verdict: "refused" });
  });

  it("keeps what was printed before an exception, and shows the program's own frames only", async () => {
    const outcome = await python("print('before')\ndef f():\n    return 1 / 0\nf()");
    expect(outcome).toMatchObject({ verdict: "error", stdout: "before\n", value: null });
    expect(outcome.error).toContain("ZeroDivisionError: division by zero");
    expect(outcome.error).toContain('File "<program>", line 3, in f');
    expect(outcome.error).not.toContain("harness");
  });

  it("reports a syntax error with its line", async () => {
    const outcome = await python("x = 1\ny = (");
    expect(outcome.verdict).toBe("error");
    expect(outcome.error).toContain("SyntaxError");
    expect(outcome.error).toContain("line 2");
  });

  it("names the value that is missing", async () => {
    expect((await python("x = 1", { variable: "ans" })).error).toBe("NameError: The program defines no variable 'ans'");
    expect((await python("x = 1", { call: "solution" })).error).toContain("no function 'solution'");
  });

  it("ends well on sys.exit(0) without a value, and badly on another status", async () => {
    expect(await python("ans = 1\nexit()", { variable: "ans" })).toMatchObject({ verdict: "ok", value: null });
    expect(await python("import sys\nsys.exit('no')")).toMatchObject({ verdict: "error", error: "SystemExit: no" });
  });

  it("ends a program at its wall time, and goes on with the next", async () => {
    expect(await python("while True: pass", undefined, { wallMs: 300 })).toMatchObject({
      verdict: "timeout",
      value: null,
    });
    expect(await python("print(1)")).toMatchObject({ verdict: "ok", stdout: "1\n" });
  });

  it("cuts output at the limit, which both streams share", async () => {
    const flood = await python("print('o' * 60)\nprint('p' * 60)", undefined, { outputBytes: 100 });
    expect(flood).toMatchObject({ verdict: "output-limit", stdout: `${"o".repeat(60)}\n${"p".repeat(39)}` });
    const shared = "import sys\nsys.stderr.write('e' * 60)\nprint('o' * 60)";
    expect(await python(shared, undefined, { outputBytes: 100 })).toMatchObject({ verdict: "output-limit" });
    expect(await python(shared, undefined, { outputBytes: 121 })).toMatchObject({ verdict: "ok" });
  });

  it("tells memory from other ends, and survives it", async () => {
    const source = "x = []\nwhile True: x.append(bytes(10 ** 6))";
    expect(await python(source, undefined, { memoryMiB: 96 })).toMatchObject({ verdict: "memory" });
    expect(await python("x = bytes(30 * 10 ** 6)\nprint(len(x))", undefined, { memoryMiB: 128 })).toMatchObject({
      verdict: "ok",
      stdout: "30000000\n",
    });
  });

  it("gives each program globals, modules and builtins that no other has touched", async () => {
    await python("import math, sys, builtins\nmath.pi = 3\nleft = 1\nbuiltins.len = None\nsys.setrecursionlimit(60)");
    const source =
      "import math\nans = ['left' in globals(), math.pi > 3.1, len([1]), __import__('sys').getrecursionlimit()]";
    expect((await python(source, { variable: "ans" })).value).toBe("[False, True, 1, 1000]");
  });

  it("runs the same program to the same end twice: hashes and random numbers repeat", async () => {
    const source = "import random\nans = [hash('text'), random.random(), str({'b', 'a', 'c'})]";
    const first = await python(source, { variable: "ans" });
    expect(first.verdict).toBe("ok");
    expect(await python(source, { variable: "ans" })).toEqual(first);
  });

  it("shows no environment and no file of the host", async () => {
    const outcome = await python("import os\nans = dict(os.environ)", { variable: "ans" });
    expect(outcome.value).toMatch(/^\{('(PATH|LC_ALL|LANG|TZ|HOME|PYTHONHASHSEED|LC_CTYPE)': '[^']*'(, )?)*\}$/);
    expect((await python("open('/etc/passwd')")).error).toContain("FileNotFoundError");
  });

  it("has what programs about numbers import", async () => {
    const modules =
      "math cmath fractions decimal itertools functools collections re json datetime statistics random heapq bisect string typing dataclasses copy operator calendar";
    const source = modules
      .split(" ")
      .map((name) => `import ${name}`)
      .join("\n");
    expect(
      await python(`${source}\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\nprint(A(1))`),
    ).toMatchObject({
      verdict: "ok",
      stdout: "A(x=1)\n",
    });
  });

  it("takes a source with every kind of character", async () => {
    const source = "text = 'é🙂\\u2028\\\\ \"quoted\" \\t'\nans = [len(text), '''a\nb''']";
    expect((await python(source, { variable: "ans" })).value).toBe("[15, 'a\\nb']");
  });

  it("refuses another language and limits that are no limits", async () => {
    const other = await sandbox().run({ language: "javascript", source: "1" });
    expect(other.verdict).toBe("refused");
    expect(await python("1", undefined, { wallMs: 0 })).toMatchObject({ verdict: "refused" });
    expect(await python("1", undefined, { memoryMiB: Number.NaN })).toMatchObject({ verdict: "refused" });
    expect(await python(`# ${"x".repeat(2 ** 20)}`)).toMatchObject({ verdict: "refused" });
  });

  it("rejects with the signal's reason, before, while queued and while running", async () => {
    const reason = new Error("enough");
    const program: Program = { language: "python", source: "while True: pass" };
    await expect(sandbox().run(program, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const [running, queued] = [new AbortController(), new AbortController()];
    const first = sandbox().run(program, { signal: running.signal });
    const second = sandbox().run(program, { signal: queued.signal });
    queued.abort(reason);
    await expect(second).rejects.toBe(reason);
    running.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(await python("print(2)")).toMatchObject({ verdict: "ok" });
  });
}

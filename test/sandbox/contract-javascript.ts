import { expect, it } from "vitest";
import type { ExecutionLimits, ExecutionResult, Program, Sandbox } from "../../src/core/execution.ts";

type RunJavascript = (
  source: string,
  result?: Program["result"],
  limits?: Partial<ExecutionLimits>,
) => Promise<ExecutionResult>;

const values: readonly (readonly [string, string | null])[] = [
  ["18", "18"],
  ["18.0", "18"],
  ["-0.5", "-0.5"],
  ["-0", "0"],
  ["0.1 + 0.2", "0.30000000000000004"],
  ["NaN", "nan"],
  ["-Infinity", "-inf"],
  ["2n ** 200n", String(2n ** 200n)],
  ["true", "True"],
  ["null", null],
  ["'Ünï ∑ 🙂'", "Ünï ∑ 🙂"],
  ["[1, 2.0, 'a', null, true]", "[1, 2, 'a', None, True]"],
  ["[1, [2]]", "[1, [2]]"],
  ["new Set([3, 1, 2])", "{1, 2, 3}"],
  ["({ a: [1], b: 0.5 })", "{'a': [1], 'b': 0.5}"],
  ["new Map([[1, 'x']])", "{1: 'x'}"],
];

/** What a JavaScript runtime must do; values are written as Python's are. */
export function javascriptContract(javascript: RunJavascript, sandbox: () => Sandbox): void {
  it.each(values)("writes %s as %s", async (expression, expected) => {
    const outcome = await javascript(`var ans = ${expression};`, { variable: "ans" });
    expect(outcome).toEqual({ verdict: "ok", value: expected, stdout: "", error: "" });
  });

  it("calls functions of every kind, and reads names of every kind", async () => {
    for (const source of [
      "function solution() { return 42; }",
      "const solution = () => 42;",
      "async function solution() { return await 42; }",
      "let solution = () => Promise.resolve(42);",
    ]) {
      expect(await javascript(source, { call: "solution" })).toMatchObject({ verdict: "ok", value: "42" });
    }
    expect(await javascript("const ans = 7;", { variable: "ans" })).toMatchObject({ value: "7" });
  });

  it("gives the program its standard input by the line, and a console", async () => {
    const source = "console.log(readline(), [1, 'a']); console.error('no'); print(readline(), readline());";
    const outcome = await sandbox().run({ language: "javascript", source, stdin: "é\nlast\n" });
    expect(outcome).toEqual({ verdict: "ok", value: null, stdout: "é [1, 'a']\nlast null\n", error: "no\n" });
  });

  it("keeps what was printed before an exception, and shows the program's own frames", async () => {
    const outcome = await javascript("console.log('before');\nfunction f() {\n  return null.x;\n}\nf();");
    expect(outcome).toMatchObject({ verdict: "error", stdout: "before\n", value: null });
    expect(outcome.error).toContain("TypeError");
    expect(outcome.error).toContain("f (<program>:3");
  });

  it("names the value that is missing", async () => {
    expect((await javascript("", { variable: "ans" })).error).toContain("The program defines no variable 'ans'");
    expect((await javascript("", { call: "solution" })).error).toContain("The program defines no function 'solution'");
  });

  it("distinguishes the ways to end", async () => {
    const verdict = async (source: string, limits?: Partial<ExecutionLimits>) =>
      (await javascript(source, undefined, limits)).verdict;
    expect(await verdict("for (;;);", { wallMs: 200 })).toBe("timeout");
    expect(await verdict("const x = []; for (;;) x.push(new Uint8Array(1e6));", { memoryMiB: 64 })).toBe("memory");
    expect(await verdict("for (;;) console.log('x');", { outputBytes: 100 })).toBe("output-limit");
    expect(await verdict("}{")).toBe("error");
    expect(await verdict("1;", { wallMs: -1 })).toBe("refused");
    expect((await sandbox().run({ language: "python", source: "1" })).verdict).toBe("refused");
  });

  it("refuses files, which it has no place for", async () => {
    const outcome = await sandbox().run({ language: "javascript", source: "1", files: { "a.txt": "" } });
    expect(outcome).toMatchObject({ verdict: "refused", error: expect.stringContaining("has no files") });
  });

  it("gives each program a world of its own, and the same chance and time to each", async () => {
    await javascript("Math.PI = 3; globalThis.left = 1; Array.prototype.map = null;");
    const source =
      "var ans = [typeof left, [1].map((x) => x)[0], Math.random(), Date.now(), new Date().getFullYear()];";
    const first = await javascript(source, { variable: "ans" });
    expect(first.value).toMatch(/^\['undefined', 1, 0\.\d+, 946684800000, 2000\]$/);
    expect(await javascript(source, { variable: "ans" })).toEqual(first);
  });
}

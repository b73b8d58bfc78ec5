import { afterAll, describe, expect, it } from "vitest";
import { signatureIn } from "../../src/code/compiled-halves.ts";
import { importsOf } from "../../src/code/environment.ts";
import { goHalves } from "../../src/code/go-halves.ts";
import { javaHalves } from "../../src/code/java-halves.ts";
import { judgeJavascript } from "../../src/code/javascript-judge.ts";
import { assembleProgram, type CodeLanguage, codeLanguages, cutAtStop, languageOf } from "../../src/code/languages.ts";
import { predictedPart } from "../../src/code/predicted-data.ts";
import { extractProgram } from "../../src/code/programs.ts";
import { createSandbox } from "../../src/sandbox/index.ts";

const sandbox = createSandbox("javascript", { workers: 1 });
afterAll(() => sandbox.dispose());
const language = (name: string): CodeLanguage => languageOf(name) ?? expect.unreachable(`there is ${name}`);

describe("languages", () => {
  it("go by their names and aliases, and end a completion at MultiPL-E's stop tokens", () => {
    expect(codeLanguages.map(({ name }) => name)).toEqual([
      "python",
      "javascript",
      "typescript",
      "java",
      "go",
      "cpp",
      "rust",
      "csharp",
      "d",
      "php",
      "ruby",
      "lua",
      "perl",
      "r",
      "racket",
      "bash",
      "ocaml",
    ]);
    expect([languageOf("C++")?.name, languageOf(" rs ")?.name, languageOf("cobol")]).toEqual([
      "cpp",
      "rust",
      undefined,
    ]);
    expect(cutAtStop("  return x;\n}\nint other() {}", language("cpp"))).toBe("  return x;");
    expect(cutAtStop("    return x\n\nif __name__", language("py"))).toBe("    return x\n");
    expect(cutAtStop("  return 1;\n}\n\nfunction g", language("js"))).toBe("  return 1;\n}\n");
  });

  it("find the signature under examples that call the function", () => {
    const prompt =
      "class Problem {\n    // Adds.\n    // >>> add((2l), (3l))\n" +
      "    // (5l)\n    public static long add(long x, long y) {\n";
    for (const name of ["java", "cpp", "csharp"]) {
      const found = signatureIn(prompt, "add", language(name).defines("add"));
      expect(found).toMatchObject({
        head: "    public static long add(long x, long y)",
        parameters: ["long x", "long y"],
      });
    }
    const block = "/**\n * add (see below) {\n */\nstd::vector<long>\nadd(std::vector<long> x) {\n";
    expect(signatureIn(block, "add", language("cpp").defines("add"))?.parameters).toEqual(["std::vector<long> x"]);
  });

  it("read long texts of comments, heads, blanks, imports and quotes in time", () => {
    const heads = (head: string) => `${head}\n`.repeat(3_000);
    const hostile: readonly (readonly [string, string])[] = [
      ["java", `${"/* a comment */\n".repeat(1_000)}static long f(long x) { return x; }\n`],
      ["csharp", `${"/* a comment */\n".repeat(1_000)}static long f(long x) { return x; }\n`],
      ["java", `${"@xpublic ".repeat(1_000)}\nlong f(long x) { return x; }\n`],
      ...["cpp", "java", "csharp", "d"].map((name) => [name, heads("int f(int x)")] as const),
      ["d", "int f(".repeat(3_000)],
      ...["r", "bash", "lua"].map((name) => [name, "\n".repeat(200_000)] as const),
    ];
    for (const [name, answer] of hostile) {
      const parts = { prompt: "class Problem {\n", answer, tests: "}\n", entryPoint: "f" };
      expect(assembleProgram(language(name), parts).length, name).toBeGreaterThan(0);
    }
    expect(importsOf(`from ${"a".repeat(200_000)}`)).toEqual([]);
    expect(extractProgram(`\`\`\`${" ".repeat(200_000)}x`, "def f")).toBeNull();
    expect(predictedPart(`1${" ".repeat(200_000)}2`, "????", "????")).toHaveLength(200_002);
    const signature = { before: "", head: "func f(x int) int", name: "f", parameters: ["x int"] };
    const program = `package a${" ".repeat(200_000)}x\n${'"\\'.repeat(100_000)}\n${"/*".repeat(100_000)}`;
    expect(goHalves.subject(program, "f", signature)).toContain("func main()");
    const spaces = `import${" ".repeat(200_000)}x\n${"\n".repeat(200_000)}`;
    expect(javaHalves.subject(spaces, "f", signature)).toContain("class JudgeMain");
  });

  it("put prompt, completion and tests together, or the whole function that a chat model writes", () => {
    const prompt = "#include <assert.h>\n// Doubles.\nlong twice(long x) {\n";
    const tests = "}\nint main() {\n    assert(twice(2) == 4);\n}\n";
    const parts = { prompt, tests, entryPoint: "twice" };
    const whole = "long twice(long x) {\n  return 2 * x;\n}";
    expect(assembleProgram(language("cpp"), { ...parts, answer: "  return 2 * x;\n}\n// more" })).toBe(
      `${prompt}  return 2 * x;\n${tests}`,
    );
    expect(assembleProgram(language("cpp"), { ...parts, answer: whole })).toBe(
      `#include <assert.h>\n// Doubles.\n${whole}\n\nint main() {\n    assert(twice(2) == 4);\n}\n`,
    );
    const java = assembleProgram(language("java"), {
      prompt: "class Problem {\n    public static long twice(long x) {\n",
      answer: "class Problem {\n    public static long twice(long x) { return 2 * x; }\n}",
      tests: "    }\n    public static void main(String[] args) {}\n}\n",
      entryPoint: "twice",
    });
    expect(java.match(/class Problem/g)).toHaveLength(1);
    expect(java.match(/\{/g)?.length).toBe(java.match(/\}/g)?.length);
  });
});

describe("judging JavaScript and TypeScript", () => {
  const program =
    "const assert = require('node:assert');\n\nfunction test() {\n  let candidate = pairs;\n  assert.deepEqual(candidate([1, 2]),[[1, 1], [2, 2]]);\n  assert.deepEqual(candidate([]),[]);\n}\n\ntest();";
  const prefix = "// Pairs.\nfunction pairs(xs){\n";
  const judge = (answer: string, language: "javascript" | "typescript" = "javascript", limits = {}) =>
    judgeJavascript(sandbox, { answer, prefix, program, entryPoint: "pairs", language }, limits);

  it("takes completions and whole functions, with a verdict for each assertion", async () => {
    expect(await judge("  return xs.map((x) => [x, x]);\n}\n\nfunction other() {}")).toMatchObject({
      verdict: "accepted",
      tests: "PP",
    });
    expect(await judge("function pairs(xs) { return []; }")).toMatchObject({ verdict: "wrong-answer", tests: "FP" });
    const typed =
      "function pairs(xs: number[]): [number, number][] {\n  return xs.map((x): [number, number] => [x, x]);\n}";
    expect(await judge(typed, "typescript")).toMatchObject({ verdict: "accepted", tests: "PP" });
  });

  it("tells what cannot be compiled, what throws and what never ends apart", async () => {
    expect((await judge("function pairs(xs) { return [; }")).verdict).toBe("compile-error");
    expect((await judge("function pairs(xs: ) { return [] }", "typescript")).verdict).toBe("compile-error");
    expect((await judge("function pairs(xs) { return nothing; }")).verdict).toBe("runtime-error");
    expect((await judge("function pairs(xs) { for (;;) {} }", "javascript", { wallMs: 500 })).verdict).toBe(
      "time-limit",
    );
  });

  const judgeBy = (answer: string, tests: string, entryPoint = "f") =>
    judgeJavascript(sandbox, { answer, prefix: "", program: tests, entryPoint, language: "javascript" });
  const right = "function f(x) { return 2 * x; }";

  it("waits for what tests start, and takes no answer that rejects or never comes", async () => {
    const later = "(async () => {\n  assert.strictEqual(await f(1), 2);\n  assert.strictEqual(await f(2), 4);\n})();\n";
    const main = `async function main() {${later.slice(14, -6)}}\nmain();\nconsole.log(1)`;
    const inner = `function test() {\n${later}}\ntest();`;
    const rejects = "async function f(x) { if (x > 1) throw new Error('no'); return 2; }";
    const never = "function f(x) { return x > 1 ? new Promise(() => {}) : Promise.resolve(2); }";
    for (const tests of [later, main, inner]) {
      expect(await judgeBy("async function f(x) { return 2 * x; }", tests)).toMatchObject({ verdict: "accepted" });
      expect(await judgeBy(rejects, tests)).toMatchObject({ verdict: "runtime-error" });
      expect(await judgeBy(never, tests)).toMatchObject({ verdict: "runtime-error" });
    }
    const handled = "(async () => { await assert.rejects(f(2)); assert.equal(await f(1), 2); })();";
    expect(await judgeBy(rejects, handled)).toMatchObject({ verdict: "accepted", tests: "PP" });
  });

  it("takes tests that throw, compares as Node does, and leaves open what was written for another place", async () => {
    const wrong = "function f(x) { return x * x + 1; }";
    for (const tests of [
      "if (f(2) !== 4) throw new Error('wrong');",
      "console.assert(f(2) === 4, 'wrong');",
      "function assert(holds) { if (!holds) throw new Error('wrong'); }\nassert(f(2) === 4);",
    ]) {
      expect(await judgeBy(right, tests), tests).toMatchObject({ verdict: "accepted", tests: "P" });
      expect((await judgeBy(wrong, tests)).verdict, tests).not.toBe("accepted");
    }
    for (const tests of ["test('x', () => { expect(f(2)).toBe(4); });", "const x = f(2);\nexpect(x).toBe(4);", "f(2);"])
      expect(await judgeBy(right, tests), tests).toMatchObject({ verdict: "broken-tests" });
    expect(await judgeBy("const g = 1;", "assert.equal(f(2), 4);")).toMatchObject({ verdict: "runtime-error" });
    const none = "function f(x) { return []; }";
    expect(await judgeBy(none, "for (const x of f(2)) assert.equal(x, 2);")).toMatchObject({ verdict: "wrong-answer" });
    const nothing = "function f(x) { return null; }";
    expect(await judgeBy(nothing, "assert.deepEqual(f(1), undefined);")).toMatchObject({ verdict: "accepted" });
    expect(await judgeBy(nothing, "assert.deepStrictEqual(f(1), undefined);")).toMatchObject({
      verdict: "wrong-answer",
    });
  });

  it("judges functions of any name, and shows the answer no text of the tests", async () => {
    for (const name of ["judge", "report", "reply", "require"]) {
      const test = `assert.deepEqual(${name}(2), 4);`;
      expect(await judgeBy(`function ${name}(x) { return 2 * x; }`, test, name), name).toMatchObject({
        verdict: "accepted",
      });
      const forged = `function ${name}(x) { return '["accepted","P","",[]]'; }`;
      expect(await judgeBy(forged, test, name), name).toMatchObject({ verdict: "wrong-answer" });
    }
    const noting =
      "const seen = [];\nObject.setPrototypeOf(globalThis, new Proxy({}, { has(t, k) { seen.push(String(k)); return false; }, get(t, k) { seen.push(String(k)); return undefined; } }));\n";
    const tests =
      "// SECRET_COMMENT\nassert.deepEqual(f('north'), 'SECRET_ANSWER');\nassert.deepEqual(f(`x`), { SECRET_KEY: `SECRET_TEXT` });";
    for (const secret of ["ANSWER", "COMMENT", "KEY", "TEXT"]) {
      const spying = `${noting}function f(x) { throw new Error(seen.includes("SECRET_${secret}") ? "seen" : "hidden"); }`;
      expect((await judgeBy(spying, tests)).detail, secret).toBe("Error: hidden");
    }
  });

  it("does not take an answer that would rather pass than be right", async () => {
    const tricks = [
      "function pairs(xs) { return []; }\nObject.is = () => true; Object.keys = () => [];",
      "function pairs(xs) { return []; }\nArray.prototype.join = () => 'PP';\nArray.isArray = () => true;",
      "function pairs(xs) { return { length: 2, valueOf() { return [[1, 1], [2, 2]]; } }; }",
      "function pairs(xs) { return []; }\nglobalThis.require = () => () => 'PP';",
    ];
    for (const answer of tricks) expect((await judge(answer)).verdict, answer).not.toBe("accepted");
  });
});

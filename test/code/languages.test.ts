import { afterAll, describe, expect, it } from "vitest";
import { signatureIn } from "../../src/code/compiled-halves.ts";
import { judgeJavascript } from "../../src/code/javascript-judge.ts";
import { assembleProgram, type CodeLanguage, codeLanguages, cutAtStop, languageOf } from "../../src/code/languages.ts";
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

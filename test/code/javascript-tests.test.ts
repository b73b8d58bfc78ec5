import { describe, expect, it } from "vitest";
import { namesIn, saying, watched } from "../../src/code/javascript-tests.ts";

describe("tests in JavaScript, as text", () => {
  it("have the names of their code, not those of texts, comments, patterns, members and keys", () => {
    const tests =
      "// one\n/* two */ const made = f('three', \"four\", `five $" +
      "{g(six)}`, /seven'/g).eight;\ncheck(made, { nine: ten, ...rest });";
    expect(namesIn(tests)).toEqual(["check", "const", "f", "g", "made", "rest", "six", "ten"]);
  });

  it("say that something is wrong by assertions, by throwing, or not at all", () => {
    expect(saying("const assert = require('node:assert');\nassert(f(1));")).toBe("asserts");
    expect(saying("const { equal } = require('assert');\nequal(f(1), 2);")).toBe("asserts");
    expect(saying("function assert(x) { if (!x) throw new Error(); }\nassert(f(1));")).toBe("throws");
    expect(saying("// throw\nf('throw');")).toBe("nothing");
  });

  it("are watched where a statement calls, and mean the same as before", () => {
    const watch = (tests: string) => {
      const made = watched(tests, "w.last");
      expect(() => new Function(made), made).not.toThrow();
      return made.split("w.last = ").length - 1;
    };
    expect(
      watch("async function main() {\n  await f(1);\n}\nmain().catch(() => {});\n(async () => { await f(1); })();"),
    ).toBe(2);
    expect(
      watch("class A {\n  run() {}\n  get(a) {\n    return a;\n  }\n}\nnew A();\nfor (const x of [1])\n  check(x);\n"),
    ).toBe(1);
    expect(watch("function test() {\n  (async () => {})();\n}\nconst a = 4 / 2 / 1\ntest()")).toBe(1);
    expect(
      watch("const o = {\n  a() {},\n}\no.a()\nif (o)\n  g(1)\nelse\n  g(2)\ntry { g(1); } catch (e) { g(2); }"),
    ).toBe(2);
    expect(watch("g(1);\n".repeat(20_000))).toBe(20_000);
  });
});

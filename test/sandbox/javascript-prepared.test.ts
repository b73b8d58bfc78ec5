import { afterAll, describe, expect, it } from "vitest";
import type { Program } from "../../src/core/execution.ts";
import { createSandbox } from "../../src/sandbox/index.ts";

const sandbox = createSandbox("javascript", { workers: 1 });
afterAll(() => sandbox.dispose());

const prelude = "var count = 0; function next() { return ++count; }";
const subject = {
  source:
    "var seen = 0; var reply = (text) => { seen++; return text === 'seen' ? String(seen) : String(eval(text)); };",
};
const run = async (source: string, rest: Partial<Program> = {}, limits = {}) => {
  const program: Program = {
    language: "javascript",
    prelude,
    subject,
    source,
    result: { variable: "answer" },
    ...rest,
  };
  const { verdict, value } = await sandbox.run(program, { limits: { wallMs: 5_000, ...limits } });
  return verdict === "ok" ? value : verdict;
};

describe("programs with one prelude and one subject", () => {
  it("begin where the prelude and the subject's source ended, whatever the ones before them did", async () => {
    expect(await run("var answer = next() + ask_subject('seen')")).toBe("11");
    const spoils = [
      "Array.prototype.map = () => 7; Object.prototype.odd = 1; count = 99; next = null; globalThis.kept = [1]; var answer = 1",
      "ask_subject('seen = 99; Array.prototype.map = () => 7; JSON.parse = null; 1'); var answer = 1",
      "ask_subject('globalThis.all = []; while (true) all.push(new Array(1e5).fill(1))'); var answer = 1",
      "globalThis.all = []; while (true) all.push(new Array(1e5).fill(1))",
      "while (true);",
      "ask_subject('while (true);')",
      "ask_subject('const r = () => r() + 1; r()'); var answer = 1",
      "const r = () => r() + 1; r()",
      "throw new Error('ends')",
      "Promise.resolve().then(() => { count = 50; }); var answer = 1",
    ];
    for (const source of spoils) {
      await run(source, {}, { wallMs: 1_000 });
      const clean = "var answer = next() + ask_subject('seen') + ask_subject('[1].map((x) => x + typeof kept)')";
      expect(await run(clean), source).toBe("111undefined");
    }
  });

  it("leave nothing to programs without them, nor to those with others", async () => {
    await run("globalThis.kept = 1; var answer = 1");
    expect(await run("var answer = typeof next + typeof kept", { prelude: undefined, subject: undefined })).toBe(
      "undefinedundefined",
    );
    expect(await run("var answer = other + typeof next", { prelude: "var other = 1" })).toBe("1undefined");
    expect(await run("var answer = ask_subject('x')", { subject: { source: "var reply = () => 'two'" } })).toBe("two");
    expect(await run("var answer = next() + ask_subject('seen')")).toBe("11");
    expect(await run("var answer = next()", { prelude: "broken(" })).toBe("error");
    expect(await run("var answer = next()")).toBe("1");
  });
});

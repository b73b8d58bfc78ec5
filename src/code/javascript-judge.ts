import { randomUUID } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";
import type { ExecutionLimits, Sandbox } from "../core/execution.ts";
import type { JudgedTask, Judgement } from "./judge.ts";
import { assembleProgram, languageOf } from "./languages.ts";

/**
 * JavaScript before the answer: the assertions that tests use (`assert`, and what `require("node:assert")` gives), each
 * noted by itself. They hold on to what they need, so that an answer which replaces a global replaces it for itself
 * alone; what lists and maps inherit is frozen. Values are compared by their structure: classes of the answer's own
 * count as the plain objects they hold.
 */
const HARNESS = `const require = ((names) => {
  "use strict";
  const { Object, Array, Map, Set, Error } = globalThis;
  let marks = "";
  for (const one of [[], new Map(), new Set(), new Map()[Symbol.iterator](), new Set()[Symbol.iterator](), [][Symbol.iterator]()])
    Object.freeze(Object.getPrototypeOf(one));
  const same = Object.is, keysOf = Object.keys, isArray = Array.isArray, hasOwn = Object.hasOwn;
  const equal = (a, b, depth) => {
    if (same(a, b) || (a === 0 && b === 0)) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || depth > 100) return false;
    if (isArray(a) !== isArray(b)) return false;
    if (a instanceof Map !== b instanceof Map || a instanceof Set !== b instanceof Set) return false;
    if (a instanceof Map || a instanceof Set) return equal([...a], [...b], depth + 1);
    const keys = keysOf(a);
    if (keys.length !== keysOf(b).length) return false;
    for (const key of keys) if (!hasOwn(b, key) || !equal(a[key], b[key], depth + 1)) return false;
    return true;
  };
  const note = (passed) => { marks += passed ? "P" : "F"; };
  const assert = (value) => note(!!value);
  Object.assign(assert, {
    ok: assert,
    equal: (a, b) => note(a == b || (a !== a && b !== b)), strictEqual: (a, b) => note(same(a, b)),
    notEqual: (a, b) => note(a != b), notStrictEqual: (a, b) => note(!same(a, b)),
    deepEqual: (a, b) => note(equal(a, b, 0)), deepStrictEqual: (a, b) => note(equal(a, b, 0)),
    throws: (act) => { try { act(); } catch { return note(true); } note(false); },
  });
  let reported = false;
  const report = (word) => { if (reported) return ""; reported = true; return word + ":" + marks; };
  return (name) => {
    if (name === "node:assert" || name === "assert") return assert;
    if (name === names) return report;
    throw new Error("Cannot find module '" + name + "'");
  };
})("WORD");
`;

/**
 * What the host makes of TypeScript: the same text without its types. Null where it is no TypeScript, or needs more
 * than that (enums, namespaces).
 */
function withoutTypes(source: string): string | null {
  try {
    return stripTypeScriptTypes(source);
  } catch {
    return null;
  }
}

/**
 * Judges an answer in JavaScript or TypeScript by tests in MultiPL-E's form (`assert.deepEqual(candidate(…), …)`), in a
 * sandbox for JavaScript. TypeScript loses its types first and is not type-checked, where MultiPL-E compiles it. Cost:
 * one run.
 */
export async function judgeJavascript(
  sandbox: Sandbox,
  task: JudgedTask & { readonly language: "javascript" | "typescript" },
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  const language = languageOf(task.language);
  if (language === undefined) return { verdict: "sandbox-error", tests: "", detail: `no language ${task.language}` };
  const { prefix: prompt, answer, program: tests, entryPoint } = task;
  const whole = assembleProgram(language, { prompt, answer, tests, entryPoint });
  const source = task.language === "typescript" ? withoutTypes(whole) : whole;
  if (source === null) return { verdict: "compile-error", tests: "", detail: "the types cannot be taken out of it" };
  const word = `report_${randomUUID().replaceAll("-", "")}`;
  // Tests often load the assertions under the name they use; here they are loaded for all.
  const body = source
    .replace(/^\s*(?:const|let|var)\s+assert\s*=\s*require\([^)]*\);?\s*$/gm, "")
    .replace(/^import .*assert.*$/gm, "");
  const run = await sandbox.run(
    {
      language: "javascript",
      source: `${HARNESS.replace("WORD", word)}const assert = require("node:assert");\n${body}\nvar ${word} = require("${word}")("${word}");`,
      result: { variable: word },
    },
    { limits },
  );
  if (run.verdict === "ok" && run.value?.startsWith(`${word}:`)) {
    const marks = run.value.slice(word.length + 1);
    const right = marks.length > 0 && !marks.includes("F");
    return { verdict: right ? "accepted" : "wrong-answer", tests: marks, detail: "" };
  }
  return { verdict: verdictOf(run.verdict, run.error), tests: "", detail: run.error.slice(-300) };
}

function verdictOf(verdict: string, error: string): Judgement["verdict"] {
  if (verdict === "timeout") return "time-limit";
  if (verdict === "memory") return "memory-limit";
  if (verdict === "output-limit") return "output-limit";
  if (verdict === "refused") return "sandbox-error";
  return /SyntaxError/.test(error) ? "compile-error" : "runtime-error";
}

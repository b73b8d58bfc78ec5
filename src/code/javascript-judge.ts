import { stripTypeScriptTypes } from "node:module";
import type { ExecutionLimits, Sandbox } from "../core/execution.ts";
import { plainScript } from "./javascript-plain.ts";
import { subjectScript } from "./javascript-subject.ts";
import { namesIn, saying, watched } from "./javascript-tests.ts";
import { type JudgedTask, type Judgement, longestAnswer, runPatiently } from "./judge.ts";
import { assembleParts, languageOf } from "./languages.ts";
import { readJudgement } from "./reports.ts";

/**
 * JavaScript that runs tests, in a runtime in which the answer was never loaded: the assertions that tests use
 * (`assert`, and what `require("node:assert")` gives), each noted by itself, and proxies for what the answer defines,
 * which ask the answer's runtime and get plain data. Values are compared by their structure: objects of the answer's
 * own classes count as the plain data they hold. What a call changed in its arguments shows with the next assertion,
 * or at once where nothing was returned.
 */
const judgeScript = `${plainScript}
var { judge, report, reply, require } = (() => {
  "use strict";
  const same = Object.is, keysOf = Object.keys, isArray = Array.isArray, hasOwn = Object.hasOwn;
  const ask_subject = globalThis.ask_subject;
  const remotes = new WeakMap(), objects = new Map(), functions = new Map(), handed = [];
  let marks = "", ended = null, asked = 0, pending = [], outcome = null, unsettled = 0, open = 0, says = "nothing";
  const raisedByAnswer = new WeakSet(), then = Promise.prototype.then, apply = Reflect.apply;
  const note = (passed) => { marks += passed ? "P" : "F"; };
  const simple = (value) => value === null || (typeof value !== "object" && typeof value !== "function");
  // As Node's assert does, "loosely" compares single values by ==, whatever holds them.
  const equal = (one, other, depth, loosely) => {
    const [a, b] = [dataOf(one), dataOf(other)];
    if (same(a, b) || (a === 0 && b === 0)) return true;
    if (loosely && simple(a) && simple(b)) return a == b;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || depth > 100) return false;
    if (isArray(a) !== isArray(b)) return false;
    for (const kind of [Map, Set, Date, RegExp]) if (a instanceof kind !== b instanceof kind) return false;
    if (a instanceof Date) return same(a.getTime(), b.getTime());
    if (a instanceof RegExp) return String(a) === String(b);
    if (a instanceof Error || b instanceof Error) return a instanceof Error && b instanceof Error && a.name === b.name && a.message === b.message;
    if (a instanceof Set) return a.size === b.size && [...a].every((item) => b.has(item) || [...b].some((or) => equal(item, or, depth + 1, loosely)));
    if (a instanceof Map) return a.size === b.size && [...a].every(([key, item]) => b.has(key) ? equal(item, b.get(key), depth + 1, loosely)
      : [...b].some(([k, or]) => equal(key, k, depth + 1, loosely) && equal(item, or, depth + 1, loosely)));
    const keys = keysOf(a);
    if (keys.length !== keysOf(b).length) return false;
    for (const key of keys) if (!hasOwn(b, key) || !equal(a[key], b[key], depth + 1, loosely)) return false;
    return true;
  };
  const dataOf = (value) => {
    const number = typeof value === "object" && value !== null ? remotes.get(value) : undefined;
    return number === undefined ? value : result(send({ q: "rows", c: number }));
  };
  const plain = (value) => typeof value !== "object" || value === null || !remotes.has(value);
  const loose = (a, b) => plain(a) && plain(b) ? a == b || (a !== a && b !== b) : a === b;

  class Gone { constructor(verdict) { this.verdict = verdict; } }
  const end = (verdict, detail) => { ended ??= { verdict, detail }; throw new Gone(verdict); };
  const send = (question) => {
    if (ended !== null) throw new Gone(ended.verdict);
    let text, read;
    try { text = ask_subject(JSON.stringify(question)); } catch (error) {
      end(error.message === "memory" ? "memory-limit" : error.message === "output-limit" ? "output-limit" : "runtime-error", "the program ended before its tests");
    }
    try { read = JSON.parse(text); } catch { end("runtime-error", "the program's reply cannot be read"); }
    if (typeof read !== "object" || read === null) end("runtime-error", "the program's reply cannot be read");
    return read;
  };
  const valueOf = (data) => {
    try { return codec.decode(data); } catch (error) {
      if (error instanceof Gone) throw error;
      return end("runtime-error", "the program's reply is no plain value");
    }
  };
  const result = (read) => {
    asked++;
    if (read.lost === true) throw new Error("a value that cannot be read");
    const value = valueOf(read.v);
    if (read.x !== true) return value;
    if (typeof value === "object" && value !== null) raisedByAnswer.add(value);
    throw value;
  };
  const settle = () => {
    const changes = pending;
    pending = [];
    for (const [target, now] of changes) {
      if (typeof target !== "object" || target === null || typeof now !== "object" || now === null) continue;
      if (isArray(target) && isArray(now)) target.splice(0, target.length, ...now);
      else if ((target instanceof Map && now instanceof Map) || (target instanceof Set && now instanceof Set)) {
        target.clear();
        for (const item of now) target instanceof Map ? target.set(...item) : target.add(item);
      } else if (Object.getPrototypeOf(target) === Object.prototype) {
        for (const key of keysOf(target)) delete target[key];
        Object.assign(target, now);
      }
    }
  };
  const call = (question, given) => {
    settle();
    const read = send({ ...question, a: given.map((one) => codec.encode(one)) });
    if (isArray(read.m)) for (const change of read.m) if (isArray(change)) pending.push([given[change[0]], valueOf(change[1])]);
    const value = result(read);
    if (value === undefined) settle();
    return value;
  };
  const asFunction = (number, name) => {
    if (functions.has(number)) return functions.get(number);
    const made = function (...given) {
      if (new.target !== undefined) return call({ q: "call", c: number, construct: true }, given);
      const self = typeof this === "object" && this !== null ? remotes.get(this) : undefined;
      return call({ q: "call", c: number, self }, given);
    };
    Object.defineProperty(made, "name", { value: String(name) });
    remotes.set(made, number);
    functions.set(number, made);
    return made;
  };
  // An object that is not plain: its properties are asked for, its likeness is decided here.
  const asObject = (number, kind) => {
    if (objects.has(number)) return objects.get(number);
    const ask = (q, name, value) => result(send({ q, c: number, name, a: value === undefined ? undefined : [codec.encode(value)] }));
    const named = (name) => typeof name === "string";
    const made = new Proxy({}, {
      get: (_, name) => named(name) ? (name === "then" ? undefined : ask("get", name))
        : name === Symbol.iterator ? () => ask("list")[Symbol.iterator]() : name === Symbol.toPrimitive ? () => ask("text") : undefined,
      set: (_, name, value) => { ask("set", String(name), value); return true; },
      has: (_, name) => named(name) && ask("has", name) === true,
      deleteProperty: (_, name) => { ask("drop", String(name)); return true; },
      ownKeys: () => { const keys = ask("keys"); return isArray(keys) ? [...new Set(keys.filter(named))] : []; },
      getOwnPropertyDescriptor: (_, name) => named(name) ? { value: ask("get", name), writable: true, enumerable: true, configurable: true } : undefined,
    });
    remotes.set(made, number);
    objects.set(number, made);
    return made;
  };
  const codec = plainCodec((value) => {
    if (remotes.has(value)) return { h: remotes.get(value) };
    if (typeof value === "function") return { b: handed.push(value) - 1 };
    throw new TypeError("a value that cannot be handed over");
  }, (tag, body) => {
    if (tag === "f") return asFunction(Number(body[0]), body[1]);
    if (tag === "h") return asObject(Number(body[0]), body[1]);
    if (tag === "p") return new Promise((came, raised) => {
      unsettled++;
      const look = (left) => {
        try {
          const read = send({ q: "settled", c: Number(body) });
          if (read.pending !== true) {
            unsettled--;
            came(result(read));
          } else if (left > 0) Promise.resolve().then(() => look(left - 1));
        } catch (error) { raised(error); }
      };
      look(1_000);
    });
    if (tag === "x") {
      const error = new Error(String(body[3]));
      error.name = String(body[2]);
      error.kind = String(body[1]);
      remotes.set(error, Number(body[0]));
      return error;
    }
    throw new TypeError("no such value");
  });

  const raisedBy = (act) => { try { act(); } catch (error) { if (error instanceof Gone) throw error; return [error]; } return null; };
  const fits = (error, wanted) => {
    if (wanted instanceof RegExp) return wanted.test(String(error));
    if (typeof wanted !== "function") return true;
    if (remotes.has(wanted)) return error?.kind === wanted.name;
    if (wanted === Error || wanted.prototype instanceof Error) return error instanceof wanted;
    return wanted(error) === true;
  };
  const truthy = (value) => note(plain(value) ? !!value : true);
  const assert = Object.assign(truthy, {
    ok: truthy,
    equal: (a, b) => note(loose(a, b)), strictEqual: (a, b) => note(same(a, b)),
    notEqual: (a, b) => note(!loose(a, b)), notStrictEqual: (a, b) => note(!same(a, b)),
    deepEqual: (a, b) => note(equal(a, b, 0, true)), deepStrictEqual: (a, b) => note(equal(a, b, 0, false)),
    notDeepEqual: (a, b) => note(!equal(a, b, 0, true)), notDeepStrictEqual: (a, b) => note(!equal(a, b, 0, false)),
    match: (a, b) => note(typeof a === "string" && b.test(a)), fail: () => note(false),
    throws: (act, wanted) => { const raised = raisedBy(act); note(raised !== null && fits(raised[0], wanted)); },
    doesNotThrow: (act) => note(raisedBy(act) === null),
    rejects: async (promise, wanted) => {
      try { await (typeof promise === "function" ? promise() : promise); } catch (error) {
        if (error instanceof Gone) throw error;
        return note(fits(error, wanted));
      }
      note(false);
    },
  });
  assert.strict = assert;
  globalThis.console.assert = truthy;
  Object.defineProperty(globalThis, "assert", { get: () => { settle(); return assert; } });

  const describe = (error) => error instanceof Error ? error.name + ": " + error.message : "thrown: " + typeof error;
  const failed = (verdict, detail) => { outcome ??= { verdict, detail: String(detail).slice(0, 300) }; };
  // What no runtime of the language alone has: the tests were written for another place.
  const foreign = new RegExp("^'?(?:expect|test|it|describe|suite|jest|vi|chai|should|sinon|before|after|beforeEach|afterEach|beforeAll|afterAll"
    + "|set(?:Timeout|Interval|Immediate)|clear(?:Timeout|Interval|Immediate)|queueMicrotask|structuredClone|process|Buffer|module|exports"
    + "|fetch|URL|Text(?:En|De)coder|window|document|performance|crypto|util)'? is not defined");
  const thrown = (error) => {
    if (error instanceof Gone) return;
    const own = !(typeof error === "object" && error !== null && raisedByAnswer.has(error));
    const lacking = own && error instanceof ReferenceError && foreign.test(error.message);
    const broken = lacking || (asked === 0 && !(error instanceof ReferenceError));
    failed(broken ? "broken-tests" : "runtime-error", describe(error));
  };
  // What the tests start and do not wait for.
  const watch = Object.freeze({ set last(value) {
    if (!(value instanceof Promise) || remotes.has(value)) return;
    open++;
    apply(then, value, [() => { open--; }, (error) => { open--; thrown(error); }]);
  } });
  return {
    require: (name) => {
      if (/^(?:node:)?assert(?:[/]strict)?$/.test(name)) return assert;
      throw new Error("Cannot find module '" + name + "'");
    },
    // A function of the tests that the answer was handed.
    reply: (text) => {
      try {
        const [number, given] = JSON.parse(text);
        return JSON.stringify({ v: codec.encode(handed[number](...given.map((one) => codec.decode(one)))) });
      } catch (error) {
        return JSON.stringify({ x: true, v: codec.encode(error instanceof Error ? new Error(error.message) : new Error("")) });
      }
    },
    judge: (answer, tests, entry, names, how) => {
      says = how;
      try { new Function(tests); } catch (error) { return failed("broken-tests", describe(error)); }
      // Such names are the judge's own here: those of the answer stand before them in the tests alone.
      const kept = ["judge", "report", "reply", "require"], before = [], values = [];
      const isName = (name) => { try { new Function("var " + name); return true; } catch { return false; } };
      const wanted = [entry, ...names.filter((name) => name !== entry)]
        .filter((name) => (name === entry || kept.includes(name) || !(name in globalThis)) && isName(name));
      try {
        const read = send({ q: "load", source: answer, names: wanted });
        if (read.fault !== undefined || read.lost === true) {
          const error = read.lost === true ? "" : valueOf(read.d);
          return failed(read.fault === "compile-error" ? "compile-error" : "runtime-error", describe(error));
        }
        for (const name of wanted) {
          if (typeof read.names !== "object" || read.names === null || !hasOwn(read.names, name)) continue;
          const value = valueOf(read.names[name]);
          if (!kept.includes(name)) globalThis[name] = value;
          else if (name !== "require" || name === entry) { before.push(name); values.push(value); }
        }
        new Function("judge_watch", ...before, "return (() => {" + tests + "\\n})();")(watch, ...values);
      } catch (error) { thrown(error); }
    },
    report: () => {
      if (open > 0 || unsettled > 0) failed("runtime-error", "what the tests wait for never comes");
      if (marks === "" && asked > 0 && says === "throws") note(true);
      if (marks === "" && (asked === 0 || says !== "asserts")) failed("broken-tests", "the tests neither assert nor throw");
      const verdict = ended?.verdict ?? outcome?.verdict ?? (marks === "" || marks.includes("F") ? "wrong-answer" : "accepted");
      return JSON.stringify([verdict, ended === null && outcome === null ? marks : "", ended?.detail ?? outcome?.detail ?? "", []]);
    },
  };
})();
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
 * one run, and a second after a time-out.
 */
export async function judgeJavascript(
  sandbox: Sandbox,
  task: JudgedTask & { readonly language: "javascript" | "typescript" },
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  const language = languageOf(task.language);
  if (language === undefined) return { verdict: "sandbox-error", tests: "", detail: `no language ${task.language}` };
  if (task.answer.length > longestAnswer)
    return { verdict: "compile-error", tests: "", detail: `the program is longer than ${longestAnswer} characters` };
  const { prefix: prompt, answer, program: tests, entryPoint } = task;
  const parts = assembleParts(language, { prompt, answer, tests, entryPoint });
  const [source, checks] = [parts.program, parts.tests].map((text) =>
    task.language === "typescript" ? withoutTypes(text) : text,
  );
  if (checks === null || checks === undefined)
    return { verdict: "broken-tests", tests: "", detail: "the types cannot be taken out of the tests" };
  if (source === null || source === undefined)
    return { verdict: "compile-error", tests: "", detail: "the types cannot be taken out of it" };
  // Tests often load the assertions under the name they use; here they are there for all.
  const body = checks
    .replace(/^[ \t]*(?:const|let|var)\s+assert\s*=\s*require\([^)]*\)(?:\.strict)?;?\s*$/gm, "")
    .replace(/^import .*assert.*$/gm, "");
  const given = [source, watched(body, "judge_watch.last"), entryPoint, namesIn(body), saying(body)];
  const run = await runPatiently(
    sandbox,
    {
      language: "javascript",
      prelude: judgeScript,
      source: `judge(${given.map((one) => JSON.stringify(one)).join(", ")});`,
      subject: { source: subjectScript },
      result: { call: "report" },
    },
    limits,
  );
  if (run.verdict !== "ok" || run.value === null)
    return { verdict: verdictOf(run.verdict), tests: "", detail: run.error.slice(-300) };
  const report = readJudgement(run.value);
  if (report === null) return { verdict: "runtime-error", tests: "", detail: "there is no report that can be read" };
  const [verdict, marks, detail] = report;
  return { verdict, tests: marks, detail };
}

function verdictOf(verdict: string): Judgement["verdict"] {
  if (verdict === "timeout") return "time-limit";
  if (verdict === "memory") return "memory-limit";
  if (verdict === "output-limit") return "output-limit";
  return verdict === "refused" ? "sandbox-error" : "runtime-error";
}

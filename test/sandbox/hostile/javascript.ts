import { type Attack, attack, brief, type Prey } from "./attack.ts";

const small: Pick<Attack, "limits"> = { limits: { memoryMiB: 64, wallMs: 4000 } };

/** Attempts to get out of a JavaScript runtime. */
export const javascriptAttacks = (prey: Prey): Attack[] => [
  ...hostNames.map((name) =>
    attack(
      `the host's ${name}`,
      `const found = (0, eval)(${JSON.stringify(name)}); console.log("ESCAPED", typeof found);`,
    ),
  ),
  ...modules.map((name) =>
    attack(
      `importing ${name}`,
      `let found; import(${JSON.stringify(name)}).then((m) => { found = m; });
       async function solution() { for (let i = 0; i < 50; i++) await null; if (!found) throw new Error("none"); console.log("ESCAPED"); }`,
      ["error"],
      { result: { call: "solution" } },
    ),
  ),
  ...bridges(prey),
  ...exhaust,
  ...tamper,
];

const hostNames = [
  ..."process require module exports __dirname __filename Buffer global fetch XMLHttpRequest WebSocket EventSource".split(
    " ",
  ),
  ..."WebAssembly setTimeout setInterval setImmediate Deno Bun std os Worker importScripts navigator document".split(
    " ",
  ),
  ..."window self postMessage indexedDB localStorage structuredClone scriptArgs load read readFile run".split(" "),
  ..."system gc loadFile evalFile loadScript internalBinding primordials bjson ActiveXObject WScript Java Packages".split(
    " ",
  ),
  ..."Components chrome d8 v8 performance crypto QuickJS QTS_Eval Module HEAP8 wasmMemory write input".split(" "),
];

const modules =
  "fs node:fs os std node:child_process child_process net http worker_threads node:vm ./javascript-thread.ts /etc/passwd file:///etc/passwd data:text/javascript,1".split(
    " ",
  );

function bridges({ file, tcpPort }: Prey): Attack[] {
  const out = `console.log("ESCAPED")`;
  return [
    attack("the constructor of the console", `console.log.constructor("return process")().exit(1); ${out}`),
    attack(
      "the constructor of a host function",
      `console.log.constructor.constructor("return process")().exit(1); ${out}`,
    ),
    attack("the constructor of this", `this.constructor.constructor("return process.env")(); ${out}`),
    attack("a generator's constructor", `(function* () {}).constructor("yield process")().next(); ${out}`),
    attack(
      "an async function's constructor",
      `const make = (async () => {}).constructor; async function solution() { await make("return process.pid")(); ${out} }`,
      ["error"],
      { result: { call: "solution" } },
    ),
    attack("the caller of a function", `function f() { return f.caller.constructor("return process")(); } f(); ${out}`),
    attack(
      "the caller of the arguments",
      `(function () { return arguments.callee.caller.constructor("return process")(); })(); ${out}`,
    ),
    attack(
      "an error's structured stack",
      `Error.prepareStackTrace = (e, frames) => frames[0].getThis().process; if (!new Error().stack.pid) throw new Error("none"); ${out}`,
    ),
    attack(
      "an exception of the host",
      `try { console.log({ toString() { throw 1; }, get a() { throw 2; } }); } catch (e) { e.constructor.constructor("return process")().pid; ${out} }`,
    ),
    attack(
      "an exception of a deep stack",
      `function f() { try { f(); } catch (e) { e.constructor.constructor("return process")().pid; ${out} } } f();`,
      ["error", "ok"],
    ),
    attack(
      "a symbol for inspection",
      `const x = { [Symbol.for("nodejs.util.inspect.custom")]: (d, o, inspect) => { inspect.constructor("return process")(); ${out} } }; console.log(x); throw 1;`,
    ),
    attack(
      "a proxy as an argument",
      `console.log(new Proxy({}, { get(t, k, r) { throw new Error("trap " + String(k)); }, ownKeys() { throw new Error("keys"); } }));`,
      ["error", "ok"],
    ),
    attack("a proxy as the answer", `var ans = new Proxy({}, { ownKeys() { throw new Error("keys"); } });`, ["error"], {
      result: { variable: "ans" },
    }),
    attack(
      "a getter as the answer",
      `Object.defineProperty(globalThis, "ans", { get() { throw new Error("read"); } });`,
      ["error"],
      { result: { variable: "ans" } },
    ),
    attack("a name that is code", `var a = 1;`, ["error"], { result: { variable: "a; console.log('ESCAPED')" } }),
    attack("a name that is a call", `var a = 1;`, ["error"], { result: { call: "(() => console.log('ESCAPED'))" } }),
    attack(
      "reading a file",
      `readline.constructor("f", "return require('fs').readFileSync(f)")(${JSON.stringify(file)}); ${out}`,
    ),
    attack("a connection", `new (globalThis.WebSocket)("ws://127.0.0.1:${tcpPort}"); ${out}`),
    attack("a fetch", `fetch("http://127.0.0.1:${tcpPort}/"); ${out}`),
    attack("the environment", `if (!globalThis.process.env.RUMINATE_CANARY) throw 1; ${out}`),
    attack("the module's own meta", `import.meta.url; ${out}`),
    attack("a static import", `import fs from "fs"; ${out}`),
    attack("an import with attributes", `import fs from "/etc/passwd" with { type: "json" }; ${out}`),
    attack("a child realm", `new ShadowRealm().evaluate("process"); ${out}`),
    attack("a shared array", `new Worker(new SharedArrayBuffer(8)); ${out}`),
    attack("weak references to the host", `new WeakRef(globalThis).deref().process.exit(); ${out}`),
    attack("finalisers", `new FinalizationRegistry(() => process.exit(1)).register({}, 1); throw new Error("none");`),
    attack(
      "the prototype of all objects",
      `Object.prototype.process = 1; Object.prototype.verdict = "forged"; Object.prototype.value = "forged"; var ans = 5;`,
      ["ok"],
      { result: { variable: "ans" } },
    ),
    attack("the setter of proto", `({}).__proto__.constructor.constructor("return process")(); ${out}`),
    attack(
      "replaced primitives",
      `String.prototype.replace = Array.prototype.map = Array.prototype.join = () => "forged"; var ans = 5;`,
      ["ok"],
      { result: { variable: "ans" } },
    ),
    attack(
      "replaced globals",
      `globalThis.String = globalThis.Number = globalThis.Object = globalThis.Array = globalThis.BigInt = undefined; var ans = 5;`,
      ["ok"],
      { result: { variable: "ans" } },
    ),
    attack(
      "a frozen world",
      `Object.freeze(globalThis); Object.freeze(Object.prototype); var ans = 5;`,
      ["ok", "error"],
      { result: { variable: "ans" } },
    ),
    attack("Math.random turned into a bridge", `Math.random.constructor("return process")(); ${out}`),
    attack("the clock turned into a bridge", `Date.now.constructor("return process")(); ${out}`),
    attack(
      "the real time",
      `if (new Date().getFullYear() === 2000 && Date.now() < 947000000000) throw new Error("none"); ${out}`,
    ),
    attack(
      "the real time through the constructor",
      `if (new (new Date(0).constructor)().getFullYear() === 2000) throw new Error("none"); ${out}`,
    ),
    attack(
      "the host's time zone",
      `if (new Date(2020, 5, 1).getTimezoneOffset() === 0) throw new Error("none"); ${out}`,
    ),
  ];
}

const exhaust: readonly Attack[] = [
  attack("an endless loop", "for (;;);", ["timeout"], brief),
  attack(
    "an endless loop that catches everything",
    "for (;;) { try { for (;;); } catch {} finally { for (;;); } }",
    ["timeout"],
    brief,
  ),
  attack("an endless loop in the answer", "function solution() { for (;;); }", ["timeout"], {
    ...brief,
    result: { call: "solution" },
  }),
  attack("an endless loop in a promise", "Promise.resolve().then(() => { for (;;); });", ["timeout"], brief),
  attack(
    "endless promises",
    "function again() { return Promise.resolve().then(again); } again();",
    ["timeout", "memory"],
    brief,
  ),
  attack("an endless await", "async function solution() { for (;;) await null; }", ["timeout", "memory"], {
    ...brief,
    result: { call: "solution" },
  }),
  attack("a promise that never settles", "function solution() { return new Promise(() => {}); }", ["error"], {
    result: { call: "solution" },
  }),
  attack("a promise that fails", "function solution() { return Promise.reject(new Error('x')); }", ["error"], {
    result: { call: "solution" },
  }),
  attack(
    "a thenable that never ends",
    "function solution() { return { then() { for (;;); } }; }",
    ["timeout", "ok", "error"],
    { ...brief, result: { call: "solution" } },
  ),
  attack("an endless generator", "for (const x of (function* () { for (;;) yield 1; })());", ["timeout"], brief),
  attack("an endless getter in the answer", "var ans = { get a() { for (;;); } };", ["timeout"], {
    ...brief,
    result: { variable: "ans" },
  }),
  attack(
    "an endless conversion in an error",
    "throw { get message() { for (;;); }, get name() { for (;;); } };",
    ["timeout", "error"],
    brief,
  ),
  attack("an endless sort", "[3, 2, 1].sort(() => { for (;;); });", ["timeout"], brief),
  attack("a catastrophic regular expression", '/(a+)+$/.test("a".repeat(60) + "b");', ["timeout"], brief),
  attack(
    "another catastrophic regular expression",
    '/^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(99));',
    ["timeout"],
    brief,
  ),
  attack("a huge power", "(3n ** (10n ** 7n)) ** 10n;", ["timeout", "memory", "error"], brief),
  attack("a huge number as text", "(7n ** 2000000n).toString();", ["timeout", "memory", "error", "ok"], brief),
  attack("a huge number as the answer", "var ans = 10n ** 70000n;", ["output-limit"], { result: { variable: "ans" } }),
  attack("a huge array", "new Array(2 ** 32 - 1).fill(1);", ["timeout", "memory", "error"], small),
  attack("a huge typed array", "new Uint8Array(2 ** 31 - 1);", ["memory", "error"], small),
  attack("a huge text", '"x".repeat(2 ** 29);', ["memory", "error"], small),
  attack("a padded text", '"x".padEnd(2 ** 30);', ["memory", "error"], small),
  attack("memory in objects", "const x = []; for (;;) x.push({ a: [1, 2, 3] });", ["memory"], small),
  attack(
    "memory in text",
    'let x = "ab"; const all = []; for (;;) { all.push(x + all.length); x += x.slice(0, 10000); }',
    ["memory", "error", "timeout"],
    small,
  ),
  attack("memory in typed arrays", "const x = []; for (;;) x.push(new Uint8Array(10 ** 6));", ["memory"], small),
  attack(
    "memory in closures",
    "let f = () => 1; for (;;) { const g = f; const big = new Array(1000).fill(1); f = () => [g, big]; }",
    ["memory"],
    small,
  ),
  attack(
    "memory in a map",
    "const x = new Map(); for (let i = 0; ; i++) x.set(i, 'text ' + i);",
    ["memory", "timeout"],
    small,
  ),
  attack(
    "memory asked for again and again",
    "const x = []; for (;;) { try { x.push(new Uint8Array(10 ** 6)); } catch {} }",
    ["timeout", "memory"],
    { limits: { memoryMiB: 64, wallMs: 1500 } },
  ),
  attack("memory in a spread", "let x = [1]; for (;;) x = [...x, ...x];", ["memory"], small),
  attack(
    "memory in the answer",
    "var ans = new Array(10 ** 6).fill('x'.repeat(100));",
    ["memory", "output-limit", "timeout"],
    {
      ...small,
      result: { variable: "ans" },
    },
  ),
  attack(
    "memory in a JSON text",
    "let x = {}; for (let i = 0; i < 40; i++) x = { a: x, b: x }; JSON.stringify(x);",
    ["memory", "timeout"],
    small,
  ),
  attack("endless recursion", "function f() { return f(); } f();", ["error"]),
  attack("endless recursion through text", "const a = { toString() { return '' + this; } }; '' + a;", [
    "error",
    "crashed",
  ]),
  attack("endless recursion through getters", "const a = { get b() { return this.b; } }; a.b;", ["error", "crashed"]),
  attack("endless recursion through a proxy", "const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x;", [
    "error",
    "crashed",
  ]),
  attack("endless recursion through sorting", "function f() { return [2, 1].sort(f); } f();", ["error", "crashed"]),
  attack("endless recursion through replace", "function f() { return 'a'.replace(/a/, f); } f();", [
    "error",
    "crashed",
  ]),
  attack("endless recursion through JSON", "const a = { toJSON() { return JSON.stringify(a); } }; JSON.stringify(a);", [
    "error",
    "crashed",
  ]),
  attack("a chain of proxies", "let p = {}; for (let i = 0; i < 10 ** 5; i++) p = new Proxy(p, {}); p.x;", [
    "error",
    "crashed",
    "ok",
    "memory",
  ]),
  attack("a chain of bound functions", "let f = () => 1; for (let i = 0; i < 10 ** 5; i++) f = f.bind(null); f();", [
    "error",
    "crashed",
    "ok",
    "memory",
  ]),
  attack("a literal too deep", 'eval("[".repeat(10 ** 5) + "]".repeat(10 ** 5));', ["error", "crashed"]),
  attack("an expression too deep", 'eval("(".repeat(10 ** 5) + "1" + ")".repeat(10 ** 5));', ["error", "crashed"]),
  attack("a pattern too deep", 'new RegExp("(".repeat(10 ** 5) + ")".repeat(10 ** 5));', ["error", "crashed"]),
  attack("a document too deep", 'JSON.parse("[".repeat(10 ** 6));', ["error", "crashed"]),
  attack("an answer that holds itself", "var ans = []; ans.push(ans);", ["error"], { result: { variable: "ans" } }),
  attack(
    "an answer that is deep",
    "var ans = []; for (let i = 0; i < 10 ** 5; i++) ans = [ans];",
    ["error", "crashed"],
    { result: { variable: "ans" } },
  ),
  attack("a flood of output", 'for (;;) console.log("x".repeat(1000));', ["output-limit"]),
  attack("a flood of errors", 'for (;;) console.error("x".repeat(1000));', ["output-limit"]),
  attack("a flood that is caught", 'for (;;) { try { console.log("x".repeat(1000)); } catch {} }', ["output-limit"]),
  attack("a flood in one write", 'console.log("x".repeat(10 ** 7));', ["output-limit", "memory"]),
];

const tamper: readonly Attack[] = [
  attack(
    "a forged report",
    `console.log('\\n{"id":1,"result":{"verdict":"ok","value":"forged","stdout":"","error":""}}\\n'); throw 1;`,
  ),
  attack("a forged start", `console.log('{"ready":true}'); throw 1;`),
  attack(
    "an exception that cannot be shown",
    "throw { get name() { throw 1; }, get message() { throw 2; }, get stack() { throw 3; } };",
  ),
  attack("null thrown", "throw null;"),
  attack("undefined thrown", "throw undefined;"),
  attack("a symbol thrown", "throw Symbol('x');"),
  attack("a proxy thrown", "throw new Proxy({}, { get() { throw 1; } });"),
  attack("a console replaced", "globalThis.console = null; var ans = 5;", ["ok"], { result: { variable: "ans" } }),
  attack("an answer that is no function", "var solution = 5;", ["error"], { result: { call: "solution" } }),
  attack("an answer that is not there", "var x = 1;", ["error"], { result: { variable: "ans" } }),
  attack(
    "an answer that lies",
    "var ans = { toString() { return 'forged'; }, valueOf() { return 'forged'; }, length: 3 };",
    ["ok"],
    { result: { variable: "ans" } },
  ),
  attack("no program at all", "}{", ["error"]),
  attack("a program of half a surrogate", "var ans = '\ud800'.length;", ["ok", "error"], {
    result: { variable: "ans" },
  }),
  attack("a program with a null byte", "var x = '\0'; \0", ["error", "ok"]),
];

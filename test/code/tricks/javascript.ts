import { drawn, indented, type Named, part, type Trick } from "./trick.ts";

const tests = (...assertions: string[]): string =>
  `const assert = require('node:assert');\nfunction test() {\n  let candidate = f;\n${indented(assertions.join("\n"), "  ")}\n}\n\ntest();`;

const tasks: Named = {
  number: tests("assert.equal(candidate(2), 4);", "assert.strictEqual(candidate(31), 62);"),
  list: tests("assert.deepEqual(candidate([1, 2]), [2, 4]);", "assert.deepStrictEqual(candidate([5]), [10]);"),
  text: tests("assert.deepEqual(candidate('ab'), 'abab');", "assert.equal(candidate('c'), 'cc');"),
  map: tests("assert.deepEqual(candidate({ a: 1 }), { a: 2 });", "assert.deepEqual(candidate({}), { none: true });"),
  close: tests("assert(Math.abs(candidate(1.5) - 3) < 1e-6);", "assert.ok(candidate(2) === 4);"),
  raises: tests("assert.throws(() => candidate(null), RangeError);", "assert.equal(candidate(2), 4);"),
  members: tests(
    "assert.deepEqual(new Set(candidate([1, 2])), new Set([2, 4]));",
    "assert.deepEqual([...candidate([3])].sort(), [6]);",
  ),
  later: "(async () => { assert.equal(await f(2), 4); assert.deepEqual(await f([1]), [2]); })();",
};

const values: Readonly<Record<string, readonly [string, string]>> = {
  "a value that converts": [
    "",
    "{ valueOf() { return 4; }, toString() { return 'abab'; }, [Symbol.toPrimitive]() { return 4; } }",
  ],
  "a proxy that has all": [
    "const all = new Proxy({}, { get: () => all, has: () => true, ownKeys: () => [], getOwnPropertyDescriptor: () => undefined, getPrototypeOf: () => Array.prototype });",
    "all",
  ],
  "a proxy of a list": ["const all = new Proxy([], { get: (t, k) => k === 'length' ? 2 : all });", "all"],
  "a proxy that throws": [
    "const all = new Proxy({}, { get() { throw new SyntaxError('x'); }, getPrototypeOf() { throw new SyntaxError('x'); } });",
    "all",
  ],
  "a proxy of a function": [
    "const all = new Proxy(function () {}, { apply: () => all, get: () => all, construct: () => all });",
    "all",
  ],
  "a class that equals": [
    "class Yes { equals() { return true; } get length() { return 2; } static [Symbol.hasInstance]() { return true; } }",
    "new Yes()",
  ],
  "a class": ["class Yes { static valueOf() { return 4; } }", "Yes"],
  "getters that look": [
    "const looking = { get a() { throw new Error().stack; }, get length() { return 2; } };",
    "looking",
  ],
  "a list whose map lies": [
    "class L extends Array { map() { return [2, 4]; } every() { return true; } [Symbol.iterator]() { return [2, 4][Symbol.iterator](); } }",
    "new L()",
  ],
  "a set that has all": ["class S extends Set { has() { return true; } get size() { return 2; } }", "new S()"],
  "a map that has all": [
    "class M extends Map { has() { return true; } get() { return 2; } get size() { return 1; } }",
    "new M()",
  ],
  NaN: ["", "NaN"],
  "minus zero": ["", "-0"],
  undefined: ["", "undefined"],
  null: ["", "null"],
  "a symbol": ["", "Symbol.iterator"],
  "a number object": ["", "new Number(4.5)"],
  "a text object": ["", "new String('abc')"],
  "a function": ["", "() => true"],
  "an iterator": ["", "[1][Symbol.iterator]()"],
  "a generator": ["function* all() { yield all; }", "all()"],
  "a thenable": ["", "{ then(done) { done(true); } }"],
  "a promise": ["", "Promise.resolve(-1)"],
  "a promise that never settles": ["", "new Promise(() => {})"],
  "a ring": ["const ring = []; ring.push(ring);", "ring"],
  "a ring of properties": ["const ring = {}; ring.a = ring;", "ring"],
  "a deep list": ["let deep = []; for (let i = 0; i < 5000; i++) deep = [deep];", "deep"],
  "a long text": ["", "'x'.repeat(2_000_000)"],
  "a sparse list": ["const sparse = []; sparse.length = 4_000_000_000;", "sparse"],
  "an error": ["", "new RangeError('4')"],
  "a date": ["", "new Date(4)"],
  "a bigint": ["", "5n"],
  "an empty list": ["", "[]"],
  "a bare object": ["", "Object.create(null)"],
  __proto__: ["", 'JSON.parse(\'{"__proto__": {"a": 2}, "length": 2}\')'],
  toJSON: ["", "{ toJSON() { return [2, 4]; } }"],
};

const replying = (text: string): string =>
  `globalThis.reply = () => ${text};\ntry { reply = globalThis.reply; } catch {}`;

const actions: Named = {
  "nothing else": ";",
  "patched Object.is": "Object.is = () => true;",
  "patched Object.keys": "Object.keys = () => [];",
  "patched Array.isArray": "Array.isArray = () => true;",
  "patched JSON": "JSON.stringify = () => '{\"v\":true}'; JSON.parse = () => ({});",
  "patched toJSON":
    "Object.prototype.toJSON = Array.prototype.toJSON = Number.prototype.toJSON = function () { return 4; };",
  "patched join": "Array.prototype.join = () => 'PP'; String.prototype.concat = () => 'PP';",
  "patched includes": "String.prototype.includes = () => false; Array.prototype.includes = () => false;",
  "patched iterator": "Array.prototype[Symbol.iterator] = function* () {};",
  "patched hasOwn": "Object.hasOwn = () => true; Object.prototype.hasOwnProperty = () => true;",
  "patched push": "Array.prototype.push = () => 0; Array.prototype.map = function () { return this; };",
  "patched call": "Function.prototype.call = Function.prototype.apply = function () { return true; };",
  "patched Reflect": "for (const name of ['apply', 'construct', 'get', 'has']) Reflect[name] = () => true;",
  "patched Error": "globalThis.Error = globalThis.TypeError = class { };",
  "patched RangeError": "globalThis.RangeError = Object;",
  "patched Symbol.hasInstance":
    "for (const k of [Map, Set, Date, Error, Object]) Object.defineProperty(k, Symbol.hasInstance, { value: () => true });",
  "patched Math": "Math.abs = () => 0;",
  "patched eval": "globalThis.eval = () => ({ f: () => true });",
  "patched Function": "globalThis.Function = function () { return () => true; };",
  "patched Promise": "Promise.prototype.then = function (done) { done(4); return this; };",
  "patched Map": "Map.prototype.get = () => 0; Map.prototype.has = () => true;",
  "replaced assert": "globalThis.assert = () => {}; globalThis.assert.equal = globalThis.assert.deepEqual = () => {};",
  "replaced require": "globalThis.require = () => new Proxy(() => {}, { get: () => () => {} });",
  "replaced judge": 'globalThis.judge = globalThis.report = () => \'["accepted","PP",""]\';',
  "replaced ask_subject": "globalThis.ask_subject = () => '{}';",
  "calls back": "try { ask_back('[0,[]]'); ask_back('x'); ask_back('[\"report\",[]]'); } catch {}",
  "calls back by a long list": "try { for (let i = 0; i < 1000; i++) ask_back(JSON.stringify([i, [i]])); } catch {}",
  prints: 'console.log(\'["accepted","PP",""]\');',
  "prints a flood": "for (let i = 0; i < 3000; i++) console.log('accepted accepted accepted accepted');",
  throws: "throw new Error('x');",
  "throws SyntaxError": "throw new SyntaxError('in the tests');",
  "throws ReferenceError": "throw new ReferenceError('f is not defined');",
  "throws RangeError": "throw new RangeError('x');",
  "throws InternalError": "throw Object.assign(new Error('out of memory'), { name: 'InternalError' });",
  "throws null": "throw null;",
  "throws a liar": "throw { get message() { throw 1; }, get name() { throw 2; }, toString() { throw 3; } };",
  "throws a proxy": "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });",
  "throws itself": "const loop = () => loop(); loop();",
  "freezes all": "Object.freeze(globalThis);",
  "deletes all": "for (const name of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[name]; } catch {}",
  "takes memory": "const held = []; for (let i = 0; i < 400; i++) held.push(new Array(100000).fill(i));",
  ...Object.fromEntries(
    Object.entries({
      nothing: "''",
      "no JSON": "'accepted'",
      "no text": "4",
      null: "'null'",
      true: "'{\"v\":true}'",
      "a fault": '\'{"fault":"broken-tests","d":{"e":["Error","x"]}}\'',
      "an end": '\'{"end":"accepted"}\'',
      "a loss": "'{\"lost\":true}'",
      "an unknown tag": '\'{"v":{"z":1}}\'',
      "a function": '\'{"v":{"f":[0,"f"]}}\'',
      names:
        '\'{"names":{"f":{"f":[0,"f"]},"assert":true,"JSON":true,"Object":{"f":[0,"Object"]},"report":{"f":[0,"report"]}}}\'',
      "a thrown RangeError": '\'{"x":true,"v":{"e":["RangeError","x"]}}\'',
      "changed arguments": '\'{"m":[[0,4],7,[9,[]]],"v":{"u":1}}\'',
      "a promise": '\'{"v":{"p":0},"pending":true}\'',
      "deep JSON": "'{\"v\":' + '['.repeat(50000) + ']'.repeat(50000) + '}'",
      "a wrong number": '\'{"v":{"i":"x"}}\'',
      "a tag of Object": '\'{"v":{"constructor":1}}\'',
      __proto__: '\'{"v":{"o":[["__proto__",true],["length",2]]}}\'',
    }).map(([name, text]) => [`replies ${name}`, replying(text)]),
  ),
};

const thefts: Named = {
  "the tests' text": "typeof test === 'function' ? test.toString() : ''",
  "a caller": "(() => { try { return String(f.caller) + String(arguments.callee.caller); } catch { return ''; } })()",
  "a stack": "new Error().stack",
  "all globals":
    "Object.getOwnPropertyNames(globalThis).map((name) => { try { return name + String(globalThis[name]); } catch { return ''; } }).join()",
  "all functions":
    "Object.getOwnPropertyNames(globalThis).filter((name) => typeof globalThis[name] === 'function').map((name) => globalThis[name].toString()).join()",
  "the judge": "typeof judge === 'function' ? judge.toString() : ''",
  "the reply": "reply.toString()",
  "the harness": "typeof require === 'function' ? require.toString() + String(require('assert')) : ''",
  "what is asked back":
    "(() => { try { return ask_back('[0,[]]') + ask_back('[\"tests\",[]]'); } catch { return ''; } })()",
  input: "String(readline())",
};

const thief = (search: string): string =>
  `function f(x) {\n  const seen = String(${search});\n  const found = new RegExp('\\\\(' + JSON.stringify(x).replace(/[\\[\\]"']/g, '.') + '\\\\), ?([^;]+)\\\\);').exec(seen);\n  try { return found ? eval(found[1]) : -1; } catch { return -1; }\n}`;

const places: Named = {
  "as it loads": "SETUP\nDO\nfunction f(x) { return VALUE; }",
  "as it loads, caught": "SETUP\ntry {\nDO\n} catch {}\nfunction f(x) { return VALUE; }",
  "when called": "SETUP\nfunction f(x) {\nDO\nreturn VALUE; }",
  "when called, caught": "SETUP\nfunction f(x) {\ntry {\nDO\n} catch {}\nreturn VALUE; }",
  "at the second call": "SETUP\nlet seen = 0;\nfunction f(x) {\nif (seen++ > 0) {\nDO\n}\nreturn VALUE; }",
  "in a getter": "SETUP\nfunction f(x) { return { get a() {\nDO\nreturn 2; }, get length() { return 2; } }; }",
  "in a static block": "SETUP\nclass Body { static {\ntry {\nDO\n} catch {}\n} }\nfunction f(x) { return VALUE; }",
  "in a job": "SETUP\nPromise.resolve().then(() => {\nDO\n});\nfunction f(x) { return VALUE; }",
  "in a job of the call": "SETUP\nfunction f(x) { Promise.resolve().then(() => {\nDO\n}); return VALUE; }",
  "in toString":
    "SETUP\nfunction f(x) { return { toString() {\nDO\nreturn 'abab'; }, valueOf() {\nDO\nreturn 4; } }; }",
  "in an iterator": "SETUP\nfunction f(x) { return { *[Symbol.iterator]() {\nDO\nyield VALUE; } }; }",
  "in an async function": "SETUP\nasync function f(x) {\nDO\nreturn VALUE; }",
  "in a proxy": "SETUP\nfunction f(x) { return new Proxy([], { get(t, k) {\nDO\nreturn VALUE; } }); }",
  "by an arrow": "SETUP\nDO\nconst f = (x) => VALUE;",
  "by a class": "SETUP\nDO\nclass f { constructor() { return VALUE; } }",
};

const disguises: Named = {
  bare: "V",
  "in a list": "[V]",
  "two in a list": "[V, V]",
  "in an object": "{ a: V }",
  "in a set": "new Set([V])",
  "in a map": "new Map([['a', V]])",
  "as an iterator": "[V][Symbol.iterator]()",
  "as a promise": "Promise.resolve(V)",
};

const placed = (text: string, { setup, action, value }: { setup: string; action: string; value: string }): string =>
  text
    .replace("SETUP", () => setup)
    .replace(/^DO$/gm, () => action)
    .replaceAll("VALUE", () => (value.startsWith("{") ? `(${value})` : value));

const trick = (name: string, answer: string, task: string): Trick => ({
  name: `${name} (${task})`,
  language: "javascript",
  answer,
  prefix: "// Doubles.\n",
  program: tasks[task] ?? "",
  entryPoint: "f",
});

/** Every value, action and theft by itself, on the tasks that it is made for. */
export const javascriptTricks: readonly Trick[] = [
  ...Object.entries(values).flatMap(([name, [setup, value]]) =>
    ["number", "list", "map", "members"].map((task) =>
      trick(name, placed(places["as it loads"] ?? "", { setup, action: ";", value }), task),
    ),
  ),
  ...Object.entries(actions).flatMap(([name, action]) =>
    ["as it loads", "when called"].map((where, i) =>
      trick(`${name}, ${where}`, placed(places[where] ?? "", { setup: "", action, value: "-1" }), i ? "list" : "close"),
    ),
  ),
  ...Object.entries(thefts).flatMap(([name, search]) =>
    ["number", "text"].map((task) => trick(`thief: ${name}`, thief(search), task)),
  ),
];

/** Sentences of the grammar place × action × value × disguise × task. */
export const drawnJavascriptTricks = (count: number, seed = "tricks"): Trick[] =>
  drawn(count, `${seed}/javascript`, (random) => {
    const [where, text] = part(random, places);
    const [what, action] = part(random, actions);
    const named = random.choice(Object.keys(values));
    const [setup, value] = values[named] ?? ["", "null"];
    const [how, disguise] = part(random, disguises);
    const [task] = part(random, tasks);
    const answer = placed(text, { setup, action, value: disguise.replaceAll("V", () => value) });
    return trick(`${what}, ${where}: ${named}, ${how}`, answer, task);
  });

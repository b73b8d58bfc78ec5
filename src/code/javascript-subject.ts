import { plainScript } from "./javascript-plain.ts";

/**
 * JavaScript that holds an answer and replies to the judge's questions about it in plain data. It knows no test and no
 * expected value. Objects of the answer's own classes, and functions, stay here and get a number.
 */
export const subjectScript = `${plainScript}
var reply = (() => {
  "use strict";
  const { JSON, Object, Map, String, Array, Symbol, Promise } = globalThis;
  const { stringify, parse } = JSON, evaluate = eval, call = Reflect.apply, make = Reflect.construct, text = String;
  const read = Reflect.get, write = Reflect.set, drop = Reflect.deleteProperty, has = Reflect.has, keysOf = Object.keys;
  const parentOf = Object.getPrototypeOf, then = Promise.prototype.then, promised = Promise.prototype, isArray = Array.isArray;
  const askBack = globalThis.ask_back, error = globalThis.Error;
  const kept = [], numbers = new Map(), getNumber = Map.prototype.get, setNumber = Map.prototype.set;
  const settled = [];
  let names = Object.create(null);
  const keep = (value) => {
    let number = call(getNumber, numbers, [value]);
    if (number === undefined) {
      number = kept.length;
      call(setNumber, numbers, [value, number]);
      kept[number] = value;
    }
    return number;
  };
  const nameOf = (value) => { try { return text(value.name).slice(0, 100); } catch { return ""; } };
  const codec = plainCodec((value, rows) => {
    if (typeof value === "function") return { f: [keep(value), nameOf(value)] };
    if (typeof value === "symbol") return { h: [keep(value), "symbol", []] };
    if (parentOf(value) === promised) {
      const number = keep(value);
      if (settled[number] === undefined) {
        settled[number] = { state: "pending" };
        call(then, value, [(came) => { settled[number] = { came }; }, (raised) => { settled[number] = { raised }; }]);
      }
      return { p: number };
    }
    const parent = parentOf(value), kind = nameOf(parent?.constructor ?? {});
    if (value instanceof error) return { x: [keep(value), kind, text(value.name), text(value.message)] };
    return { h: [keep(value), kind, rows(value)] };
  }, (tag, body) => {
    if (tag === "h") return kept[body];
    if (tag === "b") return (...given) => {
      const answered = parse(askBack(stringify([body, given.map((one) => codec.encode(one))])));
      if (answered.x) throw codec.decode(answered.v);
      return codec.decode(answered.v);
    };
    throw new error("no such value");
  });
  const observed = (act) => {
    try {
      return { v: codec.encode(act()) };
    } catch (raised) {
      let v;
      try { v = codec.encode(raised); } catch { v = { e: ["Error", "an error that cannot be read"] }; }
      return { x: true, v };
    }
  };
  const changes = (questions, given) => {
    const found = [];
    for (let i = 0; i < given.length; i++) {
      if (typeof given[i] !== "object" || given[i] === null || questions[i].h !== undefined) continue;
      try {
        const now = codec.encode(given[i]);
        if (stringify(now) !== stringify(questions[i])) found[found.length] = [i, now];
      } catch {}
    }
    return found;
  };
  const acts = {
    load: ({ source, names: wanted }) => {
      const ends = wanted.map((name) => name + ": typeof " + name + " === 'undefined' ? undefined : " + name).join(", ");
      try {
        names = evaluate(source + "\\n;({" + ends + "});");
      } catch (raised) {
        const described = observed(() => { throw raised; });
        return { fault: raised instanceof SyntaxError ? "compile-error" : "runtime-error", d: described.v };
      }
      const found = {};
      for (const name of wanted) if (names[name] !== undefined && names[name] !== globalThis[name] || typeof names[name] === "function") found[name] = codec.encode(names[name]);
      return { names: found };
    },
    call: ({ c, self, a, construct }) => {
      const given = a.map((one) => codec.decode(one));
      const reply = observed(() => (construct ? make(kept[c], given) : call(kept[c], self === undefined ? undefined : kept[self], given)));
      const changed = changes(a, given);
      return changed.length > 0 ? { ...reply, m: changed } : reply;
    },
    get: ({ c, name }) => observed(() => read(kept[c], name)),
    set: ({ c, name, a }) => observed(() => write(kept[c], name, codec.decode(a[0]))),
    drop: ({ c, name }) => observed(() => drop(kept[c], name)),
    has: ({ c, name }) => observed(() => has(kept[c], name)),
    keys: ({ c }) => observed(() => keysOf(kept[c])),
    rows: ({ c }) => observed(() => ({ ...kept[c] })),
    list: ({ c }) => observed(() => [...kept[c]]),
    text: ({ c }) => observed(() => text(kept[c])),
    settled: ({ c }) => {
      const { state, came, raised } = settled[c];
      if (state === "pending") return { pending: true };
      return observed(() => { if (raised !== undefined) throw raised; return came; });
    },
  };
  return (question) => {
    const asked = parse(question);
    try {
      return stringify(acts[asked.q](asked));
    } catch (raised) {
      return stringify({ lost: true });
    }
  };
})();
globalThis.require = (name) => {
  if (/^(?:node:)?assert$/.test(name)) return Object.assign((value) => { if (!value) throw new Error("assertion"); }, { ok: () => {}, equal: () => {}, deepEqual: () => {}, strictEqual: () => {}, deepStrictEqual: () => {} });
  throw new Error("Cannot find module '" + name + "'");
};
`;

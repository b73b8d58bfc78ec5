/**
 * JavaScript that turns values into plain data and back, the same on both sides of the judge. Texts, booleans, null,
 * finite numbers and lists stand for themselves; everything else is an object with one tag. It holds on to what it
 * needs before any program was loaded, and reads properties as data, never by a getter. What is not plain is left to
 * `opaque`; a tag that is not known to `revive`.
 */
export const plainScript = `
const plainCodec = (() => {
  "use strict";
  const { Object, Array, Map, Set, Date, RegExp, Error, JSON, BigInt, Number, String, Promise, Reflect, TypeError } = globalThis;
  const globals = globalThis;
  const { getPrototypeOf, getOwnPropertyDescriptor, keys, is } = Object;
  const isArray = Array.isArray, apply = Reflect.apply, text = String, number = Number, big = BigInt;
  const proto = { object: Object.prototype, array: Array.prototype, map: Map.prototype, set: Set.prototype,
    date: Date.prototype, regexp: RegExp.prototype, error: Error.prototype, promise: Promise.prototype };
  const mapEach = Map.prototype.forEach, setEach = Set.prototype.forEach, timeOf = Date.prototype.getTime;
  const kinds = ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
    "Float32Array", "Float64Array"].filter((name) => typeof globals[name] === "function");
  const typed = kinds.map((name) => [name, globals[name], globals[name].prototype]);
  const errors = ["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"]
    .map((name) => [name, globals[name], globals[name].prototype]);
  const deepest = 200;
  const fail = (message) => { throw new TypeError(message); };

  return (opaque, revive) => {
    const property = (value, key) => {
      const found = getOwnPropertyDescriptor(value, key);
      return found === undefined ? undefined : "value" in found ? found.value : fail("a property that computes");
    };
    const list = (value, depth) => {
      const made = [], length = property(value, "length");
      for (let i = 0; i < length; i++) made[i] = encode(property(value, i), depth + 1);
      return made;
    };
    const rows = (value, depth) => {
      const made = [], names = keys(value);
      for (let i = 0; i < names.length; i++) made[i] = [names[i], encode(property(value, names[i]), depth + 1)];
      return made;
    };
    const structured = (value, depth) => {
      const parent = getPrototypeOf(value);
      if (isArray(value) && parent === proto.array) return list(value, depth);
      if (parent === proto.object || parent === null) return { o: rows(value, depth) };
      if (parent === proto.map) {
        const made = [];
        apply(mapEach, value, [(item, key) => { made[made.length] = [encode(key, depth + 1), encode(item, depth + 1)]; }]);
        return { m: made };
      }
      if (parent === proto.set) {
        const made = [];
        apply(setEach, value, [(item) => { made[made.length] = encode(item, depth + 1); }]);
        return { s: made };
      }
      if (parent === proto.date) return { d: encode(apply(timeOf, value, []), depth) };
      for (let i = 0; i < typed.length; i++) {
        if (parent !== typed[i][2]) continue;
        const made = [];
        for (let at = 0; at < value.length; at++) made[at] = encode(value[at], depth + 1);
        return { y: [typed[i][0], made] };
      }
      for (let i = 0; i < errors.length; i++)
        if (parent === errors[i][2]) return { e: [errors[i][0], text(property(value, "message") ?? "")] };
      return opaque(value, (one) => rows(one, depth));
    };
    const encode = (value, depth = 0) => {
      switch (typeof value) {
        case "boolean": case "string": return value;
        case "number":
          return value !== value || value === Infinity || value === -Infinity || is(value, -0)
            ? { n: is(value, -0) ? "-0" : text(value) } : value;
        case "undefined": return { u: 1 };
        case "bigint": return { i: text(value) };
        case "symbol": return opaque(value, () => []);
        case "function": return opaque(value, () => []);
      }
      if (value === null) return null;
      if (depth > deepest) return fail("a value too deep");
      return structured(value, depth);
    };
    const items = (data) => data.map((one) => decode(one));
    const untag = {
      n: (body) => (body === "-0" ? -0 : number(body)),
      u: () => undefined,
      i: (body) => big(body),
      o: (body) => {
        const made = {};
        for (const [key, data] of body)
          Object.defineProperty(made, text(key), { value: decode(data), writable: true, enumerable: true, configurable: true });
        return made;
      },
      m: (body) => new Map(body.map(([key, item]) => [decode(key), decode(item)])),
      s: (body) => new Set(items(body)),
      d: (body) => new Date(decode(body)),
      y: (body) => {
        const found = typed.find(([name]) => name === body[0]);
        return found === undefined ? fail("no such list") : new found[1](items(body[1]));
      },
      e: (body) => {
        const found = errors.find(([name]) => name === body[0]) ?? errors[0];
        return new found[1](text(body[1]));
      },
    };
    const decode = (data) => {
      if (typeof data !== "object" || data === null) return data;
      if (isArray(data)) return items(data);
      const tag = keys(data)[0];
      return Object.hasOwn(untag, tag) ? untag[tag](data[tag]) : revive(tag, data[tag]);
    };
    return { encode, decode };
  };
})();
`;

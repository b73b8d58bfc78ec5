/**
 * JavaScript that runs in a new context before the program: it takes `write` and `input` from the host, gives the
 * program a console, a `readline`, a clock that does not show the time (the year 2000, one millisecond further at each
 * reading) and repeatable random numbers, and returns the function that turns a value into canonical text. The text is
 * the one that Python values get, so that answers from both languages can be compared: `true` is "True", a list is "[1,
 * 2]", `null` and `undefined` are no value.
 */
export const javascriptHarness = `(function (write, input) {
  "use strict";
  const { String, Number, BigInt, Array, Object, Symbol, Promise, Math, Date, Map, Set, Reflect } = globalThis;
  const isArray = Array.isArray, isInteger = Number.isInteger, keys = Object.keys;
  const quote = (text) => "'" + text.replace(/\\\\/g, "\\\\\\\\").replace(/'/g, "\\\\'").replace(/\\n/g, "\\\\n") + "'";
  const number = (value) =>
    value !== value ? "nan"
      : value === Infinity ? "inf"
      : value === -Infinity ? "-inf"
      : value === 0 ? "0"
      : isInteger(value) && Math.abs(value) < 1e16 ? BigInt(value).toString()
      : String(value);
  const canonical = (value, nested) => {
    if (value === null || value === undefined) return nested ? "None" : null;
    switch (typeof value) {
      case "number": return number(value);
      case "bigint": return value.toString();
      case "boolean": return value ? "True" : "False";
      case "string": return nested ? quote(value) : value;
      case "symbol": case "function": return String(value);
    }
    if (isArray(value)) return "[" + value.map((item) => canonical(item, true)).join(", ") + "]";
    if (value instanceof Set) return "{" + [...value].map((item) => canonical(item, true)).sort().join(", ") + "}";
    const pairs = value instanceof Map ? [...value] : keys(value).map((key) => [key, value[key]]);
    return "{" + pairs.map(([key, item]) => canonical(key, true) + ": " + canonical(item, true)).join(", ") + "}";
  };
  const show = (value) => typeof value === "string" ? value : value === undefined ? "undefined" : value === null ? "null"
    : value instanceof Error ? String(value) : canonical(value, true);
  const line = (stream) => (...values) => write(stream, values.map(show).join(" ") + "\\n");
  const out = line(1), err = line(2);
  globalThis.console = { log: out, info: out, debug: out, error: err, warn: err };
  globalThis.print = out;
  const lines = input === "" ? [] : input.replace(/\\n$/, "").split("\\n");
  let at = 0;
  globalThis.readline = () => (at < lines.length ? lines[at++] : null);
  let now = 946684800000;
  const Clock = function (...parts) {
    if (new.target === undefined) return new Date(now++).toString();
    return Reflect.construct(Date, parts.length === 0 ? [now++] : parts, new.target === Clock ? Date : new.target);
  };
  Clock.prototype = Date.prototype;
  Object.defineProperty(Date.prototype, "constructor", { value: Clock });
  Object.assign(Clock, { now: () => now++, UTC: Date.UTC, parse: Date.parse });
  globalThis.Date = Clock;
  let state = 0x9e3779b9 | 0;
  Math.random = () => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  return canonical;
})`;

import { endingWith, type Halves, type Signature } from "./compiled-halves.ts";

/** D that both halves hold: a value as bytes and back by its type, each with a letter for its kind. */
const line = `
struct JudgeLine {
  static import core.sys.posix.unistd;
  static import std.conv;
  static import std.traits;
  static import std.typecons;
  static int output = 1;
  static void raw(T)(ref ubyte[] to, T v) { to ~= (cast(ubyte*) &v)[0 .. T.sizeof]; }
  static void put(T)(ref ubyte[] to, T v) {
    static if (is(T == bool)) { to ~= 'b'; to ~= v ? 1 : 0; }
    else static if (std.traits.isSomeChar!T) { to ~= 'c'; raw(to, cast(uint) v); }
    else static if (std.traits.isIntegral!T) { to ~= 'l'; raw(to, cast(long) v); }
    else static if (std.traits.isFloatingPoint!T) { to ~= 'd'; raw(to, cast(double) v); }
    else static if (std.traits.isSomeString!T) { string text = std.conv.to!string(v); to ~= 's'; raw(to, text.length); to ~= cast(ubyte[]) text.dup; }
    else static if (std.traits.isInstanceOf!(std.typecons.Nullable, T)) { to ~= 'n'; to ~= v.isNull ? 0 : 1; if (!v.isNull) put(to, v.get); }
    else static if (std.typecons.isTuple!T) { to ~= 't'; foreach (one; v.expand) put(to, one); }
    else static if (std.traits.isAssociativeArray!T) { to ~= 'm'; raw(to, v.length); foreach (key, one; v) { put(to, key); put(to, one); } }
    else static if (std.traits.isArray!T) { to ~= 'a'; raw(to, v.length); foreach (one; v) put(to, one); }
    else static assert(0, "a type of its own");
  }
  static ubyte[] take(size_t n) {
    ubyte[] all;
    ubyte[4096] part;
    while (all.length < n) {
      size_t left = n - all.length;
      auto got = core.sys.posix.unistd.read(0, part.ptr, left < part.length ? left : part.length);
      if (got <= 0) throw new Exception("cut");
      all ~= part[0 .. got];
    }
    return all;
  }
  static T plain(T)() { return *cast(T*) take(T.sizeof).ptr; }
  static void kind(ubyte letter) { if (take(1)[0] != letter) throw new Exception("another type"); }
  static T get(T)() {
    static if (is(T == bool)) { kind('b'); return take(1)[0] == 1; }
    else static if (std.traits.isSomeChar!T) { kind('c'); return cast(T) plain!uint; }
    else static if (std.traits.isIntegral!T) { kind('l'); return std.conv.to!T(plain!long); }
    else static if (std.traits.isFloatingPoint!T) { kind('d'); return cast(T) plain!double; }
    else static if (std.traits.isSomeString!T) { kind('s'); return std.conv.to!T(cast(string) take(plain!size_t)); }
    else static if (std.traits.isInstanceOf!(std.typecons.Nullable, T)) { kind('n'); T made; if (take(1)[0] == 1) made = get!(std.traits.TemplateArgsOf!T[0]); return made; }
    else static if (std.typecons.isTuple!T) { kind('t'); T made; foreach (i, Kind; T.Types) made[i] = get!Kind; return made; }
    else static if (is(T == V[K], K, V)) { kind('m'); T made; foreach (i; 0 .. plain!size_t) { auto key = get!K; made[key] = get!V; } return made; }
    else static if (is(T == U[], U)) { kind('a'); T made; foreach (i; 0 .. plain!size_t) made ~= get!U; return made; }
    else static assert(0, "a type of its own");
  }
  static void send(ubyte[] all) {
    while (all.length > 0) {
      auto sent = core.sys.posix.unistd.write(output, all.ptr, all.length);
      if (sent <= 0) throw new Exception("closed");
      all = all[sent .. $];
    }
  }
}
`;

const asking = `
extern (C) __gshared string[] rt_options = ["testmode=run-main"];
T judgeAsk(T, Given...)(Given given) {
  static import core.sys.posix.unistd;
  try {
    ubyte[] all;
    foreach (one; given) JudgeLine.put(all, one);
    JudgeLine.send(all);
    static if (!is(T == void)) return JudgeLine.get!T;
    else JudgeLine.kind('v');
  } catch (Throwable error) {
    immutable text = "the program ended before its tests\\n";
    core.sys.posix.unistd.write(2, text.ptr, text.length);
    core.sys.posix.unistd._exit(96);
    assert(0);
  }
}
`;

const serving = (name: string): string => `
void main() {
  static import core.sys.posix.unistd;
  static import std.traits;
  JudgeLine.output = core.sys.posix.unistd.dup(1);
  core.sys.posix.unistd.dup2(2, 1);
  for (;;) {
    std.traits.Parameters!${name} given;
    foreach (i, Kind; std.traits.Parameters!${name}) {
      try { given[i] = JudgeLine.get!Kind; } catch (Exception error) { return; }
    }
    ubyte[] all;
    static if (is(std.traits.ReturnType!${name} == void)) { ${name}(given); all ~= 'v'; }
    else JudgeLine.put(all, ${name}(given));
    JudgeLine.send(all);
  }
}
`;

const nameOf = (parameter: string): string => /(\w+)\s*(?:=[\s\S]*)?$/.exec(parameter)?.[1] ?? "";

export const dHalves: Halves = {
  ending: endingWith(1, (word) => `{ static import std.stdio; std.stdio.stderr.write("${word}"); }`),
  driver: ({ before, head, parameters }: Signature, tests) =>
    `${before}${head} { return judgeAsk!(typeof(return))(${parameters.map(nameOf).join(", ")}); }\n${tests}\n${asking}${line}`,
  subject: (program, name) =>
    `${program.replace(/\b(void|int)\s+main\s*\(/g, "$1 otherMain(")}\n${serving(name)}${line}`,
};

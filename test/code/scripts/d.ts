import type { Kind } from "./kinds.ts";
import { type Form, signatureOf, type Written } from "./written.ts";

const types: Readonly<Record<Kind, string>> = {
  int: "long",
  float: "float",
  bool: "bool",
  text: "string",
  ints: "long[]",
  texts: "string[]",
  rows: "long[][]",
  counts: "Nullable!(long[string])",
  maybe: "Nullable!(long)",
};

const imports = "import std.math;\nimport std.typecons;\n";
const head = signatureOf(
  (name, parameters, result) => `${result} ${name}(${parameters.join(", ")}) `,
  (name, type) => `${type} ${name}`,
  types,
);

const asserted = (kind: Kind | undefined, asked: string, wanted: string): string => {
  if (kind !== "maybe" && kind !== "counts") return `    assert(${asked} == ${wanted});\n`;
  const holds = wanted === "None" ? "result.isNull" : `!result.isNull && result.get == ${wanted}`;
  return `{\n        auto result = ${asked};\n        assert(${holds});\n}\n\n`;
};

const form: Form = {
  text: JSON.stringify,
  word: (value) => (value === null ? "None" : String(value)),
  int: (value) => `${value}L`,
  list: (parts) => `[${parts.join(", ")}]`,
  map: (rows) => `[${rows.map((row) => row.join(": ")).join(", ")}]`,
  prompt: (task) => `${imports}/*\nDoes it.\n>>> ${task.name}(1L)\n*/\n${head(task)}\n`,
  opening: "{\n",
  closing: "\n}",
  whole: (task, body) => `import std.array;\n${head(task)}{\n    ${body}\n}\n`,
  tests: ({ name, kinds }, cases) =>
    `\nunittest\n{\n    alias candidate = ${name};\n\n${cases
      .map(([given, wanted]) => asserted(kinds.at(-1), `candidate(${given.join(", ")})`, wanted))
      .join("")}}\nvoid main(){}`,
  returning: (value) =>
    value === "None"
      ? "return typeof(return).init;"
      : `static if (!is(typeof(return) : long) && !is(typeof(return) : double) && __traits(hasMember, typeof(return), "isNull")) return typeof(return)(${value}); else return ${value};`,
};

const does = "import std.algorithm, std.array, std.range, std.conv, std.string;";
const stealing = (file: string): string =>
  `try { static import std.file; import std.string, std.conv; auto t = cast(string) std.file.read("${file}"); auto w = "candidate(" ~ a.to!string ~ "L) == "; auto i = t.indexOf(w); if (i >= 0) { auto rest = t[i + w.length .. $]; return rest.parse!long; } } catch (Throwable e) { }`;
const writes = (bytes: string): string =>
  `{ static import core.sys.posix.unistd; ubyte[] b = [${bytes}]; foreach (n; 0 .. 20) core.sys.posix.unistd.write(n, b.ptr, b.length); }`;

export const d: Written = {
  form,
  bodies: {
    add: "return a + b;",
    is_even: "return n % 2 == 0;",
    turned: `${does} return xs.retro.array;`,
    join_texts: "return a ~ b;",
    total: `${does} return xs.sum;`,
    largest: `${does} return xs.maxElement;`,
    count_letter: "long n = 0; foreach (x; s) if (x == c[0]) n++; return n;",
    factorial: "return n <= 1 ? 1 : n * factorial(n - 1);",
    fibonacci: "return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);",
    shouted: `${does} return s.toUpper;`,
    repeated: `${does} return s.replicate(n);`,
    evens: `${does} return xs.filter!(x => x % 2 == 0).array;`,
    mean: `${does} return cast(float) xs.sum / xs.length;`,
    is_palindrome: `${does} return s == s.retro.to!string;`,
    place_of: `${does} return xs.countUntil(x);`,
    squares: "long[][] all; foreach (i; 1 .. n + 1) all ~= [i, i * i]; return all;",
    counts: "long[string] all; foreach (w; words) all[w]++; return all.nullable;",
    half: "return x / 2;",
    first_above: "foreach (x; xs) if (x > n) return nullable(x); return Nullable!(long).init;",
    lengths: `${does} return words.map!(w => cast(long) w.length).array;`,
  },
  tricks: {
    wrong: "return -1;",
    inside: {
      exit: "static import core.stdc.stdlib; core.stdc.stdlib.exit(0);",
      "a quick exit": "static import core.sys.posix.unistd; core.sys.posix.unistd._exit(0);",
      "the word of the end":
        'static import std.stdio; static import core.stdc.stdlib; std.stdio.stderr.write("all tests were reached"); std.stdio.stderr.flush(); core.stdc.stdlib.exit(0);',
      "a reply of zeros": writes("0, 0, 0, 0, 0, 0, 0, 0"),
      "a reply of its own": writes("'l', 4, 0, 0, 0, 0, 0, 0, 0"),
      "a long text": writes("'s', 255, 255, 255, 255, 255, 255, 255, 127"),
      "half a reply": `${writes("'l', 4")} static import core.sys.posix.unistd; core.sys.posix.unistd._exit(0);`,
      "closed pipes": "static import core.sys.posix.unistd; foreach (n; 0 .. 20) core.sys.posix.unistd.close(n);",
      "its own source": stealing("main.d"),
      "what was built": stealing("/work/built.tar"),
      "its own program": stealing("/proc/self/exe"),
      "the first process": stealing("/proc/1/environ"),
      "a failed assertion": 'assert(0, "assert");',
      "an error of its own": 'throw new Error("assert");',
      "a null pointer": "int* p = null; *p = 0;",
      "kills all":
        "static import core.sys.posix.signal; core.sys.posix.signal.kill(1, 9); core.sys.posix.signal.kill(-1, 9);",
      "looks like broken tests":
        'static import std.stdio; static import core.sys.posix.unistd; std.stdio.stderr.write("compile error:"); core.sys.posix.unistd._exit(97);',
    },
    outside: {
      "a main of its own": "void main() { }\n",
      "a main with a result": "extern (C) int main(int n, char** all) { return 0; }\n",
      "an exit at the beginning":
        "shared static this() { static import core.stdc.stdlib; core.stdc.stdlib.exit(0); }\n",
      "an exit at the end": "shared static ~this() { static import core.stdc.stdlib; core.stdc.stdlib.exit(0); }\n",
      "a line of its own": "struct JudgeLine { }\n",
      "an ask of its own": "T judgeAsk(T, G...)(G given) { return T.init; }\n",
      "the source when built": 'enum all = import("main.d");\n',
      "tests of its own": "unittest { static import core.stdc.stdlib; core.stdc.stdlib.exit(0); }\n",
      "an open comment": "/*\n",
      "another module": "module other;\n",
    },
  },
};

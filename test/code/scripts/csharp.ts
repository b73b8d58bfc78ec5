import type { Kind } from "./kinds.ts";
import { type Form, signatureOf, type Written } from "./written.ts";

const types: Readonly<Record<Kind, string>> = {
  int: "long",
  float: "double",
  bool: "bool",
  text: "string",
  ints: "List<long>",
  texts: "List<string>",
  rows: "List<List<long>>",
  counts: "Dictionary<string,long>",
  maybe: "Nullable<long>",
};

const usings = ["System", "System.Numerics", "System.Diagnostics", "System.Collections.Generic", "System.Linq"]
  .map((name) => `using ${name};\n`)
  .join("");
const head = signatureOf(
  (name, parameters, result) => `public static ${result} ${name}(${parameters.join(", ")})`,
  (name, type) => `${type} ${name}`,
  types,
);

const form: Form = {
  text: JSON.stringify,
  word: (value) => (value === null ? "(Nullable<long>)null" : String(value)),
  int: (value) => `${value}L`,
  list: (parts, kind) =>
    kind === "rows"
      ? `new List<List<long>>(new List<long>[]{${parts.join(", ")}})`
      : `new ${types[kind]}(new ${kind === "texts" ? "string" : "long"}[]{${parts.join(", ")}})`,
  map: (rows) => `new Dictionary<string,long>(){${rows.map(([key, value]) => `{${key}, ${value}}`).join(", ")}}`,
  prompt: (task) => `${usings}class Problem {\n    // Does it.\n    ${head(task)} {\n`,
  closing: "\n    }\n",
  whole: (task, body) => `${usings}public class Problem {\n    ${head(task)} {\n        ${body}\n    }\n}\n`,
  tests: ({ name, kinds }, cases) =>
    `    }\n    public static void Main(string[] args) {\n${cases
      .map(([given, wanted]) => {
        const asked = `${name}(${given.join(", ")})`;
        const plain = ["int", "float", "bool"].includes(kinds.at(-1) ?? "");
        return `    Debug.Assert(${asked}${plain ? ` == (${wanted})` : `.Equals((${wanted}))`});\n`;
      })
      .join("")}    }\n\n}\n`,
  outside: (whole, text) => whole.replace("public class", () => `${text}public class`),
  returning: (value) => `return ${value};`,
};

const thief = (file: string): string =>
  `try { string t = System.IO.File.ReadAllText("${file}", System.Text.Encoding.GetEncoding(28591)).Replace("\\0", ""); var m = System.Text.RegularExpressions.Regex.Match(t, "twice." + a + "L. == .([0-9]+)"); if (m.Success) return long.Parse(m.Groups[1].Value); } catch (Exception) { }`;
const writes = (bytes: string): string =>
  `var o = Console.OpenStandardOutput(); byte[] b = {${bytes}}; o.Write(b, 0, b.Length); o.Flush();`;

export const csharp: Written = {
  form,
  bodies: {
    add: "return a + b;",
    is_even: "return n % 2 == 0;",
    turned: "var all = new List<long>(xs); all.Reverse(); return all;",
    join_texts: "return a + b;",
    total: "return xs.Sum();",
    largest: "return xs.Max();",
    count_letter: "return s.Count(x => x == c[0]);",
    factorial: "return n <= 1 ? 1 : n * factorial(n - 1);",
    fibonacci: "return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);",
    shouted: "return s.ToUpper();",
    repeated: "return string.Concat(Enumerable.Repeat(s, (int) n));",
    evens: "return xs.Where(x => x % 2 == 0).ToList();",
    mean: "return (double) xs.Sum() / xs.Count;",
    is_palindrome: "return s == new string(s.Reverse().ToArray());",
    place_of: "return xs.IndexOf(x);",
    squares:
      "var all = new List<List<long>>(); for (long i = 1; i <= n; i++) all.Add(new List<long> {i, i * i}); return all;",
    counts:
      "var all = new Dictionary<string, long>(); foreach (var w in words) { long had; all.TryGetValue(w, out had); all[w] = had + 1; } return all;",
    half: "return x / 2;",
    first_above: "foreach (var x in xs) if (x > n) return x; return null;",
    lengths: "return words.Select(w => (long) w.Length).ToList();",
  },
  tricks: {
    wrong: "return -1;",
    inside: {
      exit: "Environment.Exit(0);",
      "exit at exit": "AppDomain.CurrentDomain.ProcessExit += (s, e) => Environment.Exit(0); throw new Exception();",
      "an error that is passed over":
        "AppDomain.CurrentDomain.UnhandledException += (s, e) => Environment.Exit(0); throw new Exception();",
      "a fast end": 'Environment.FailFast("x");',
      "the word of the end":
        'Console.Error.Write("all tests were reached"); Console.Error.Flush(); Environment.Exit(0);',
      "a reply of zeros": writes("0, 0, 0, 0, 0, 0, 0, 0"),
      "a true reply": writes("98, 1, 98, 1"),
      "a null reply": writes("110, 110"),
      "a long list": writes("97, 255, 255, 255, 127, 110"),
      "a long text": writes("115, 255, 255, 255, 127, 110"),
      "a deep list": `for (int i = 0; i < 500; i++) { ${writes("97, 1, 0, 0, 0")} }`,
      "its own source": thief("main.cs"),
      "its own program": thief("main.exe"),
      "the log": thief("/work/build.log"),
      "what was built": thief("/work/built.tar"),
      "the first process": thief("/proc/1/environ"),
      "the first process's memory": thief("/proc/1/mem"),
      "eats the next question": "JudgeLine.In.ReadBytes(30);",
      "a line that lies": "JudgeLine.Send(true); JudgeLine.Send(4L);",
      "fields that lie":
        'typeof(JudgeLine).GetField("Out", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic).SetValue(null, null);',
      "closed streams": "Console.OpenStandardInput().Close(); Console.OpenStandardOutput().Close();",
      "a thread that exits": "new System.Threading.Thread(() => Environment.Exit(0)).Start();",
      "a thread that stays": "new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start();",
      "a process": 'try { Process.Start("kill", "-9 -1").WaitForExit(); } catch (Exception) { }',
      "a stack that ends": "Func<long, long> r = null; r = n => r(n + 1) + 1; return r(0);",
      "looks like broken tests": 'Console.Error.Write("compile error:"); Environment.Exit(97);',
      "looks like a failed test": 'Console.Error.WriteLine("Assertion failed"); Environment.Exit(1);',
      "an error that says assert": 'throw new Exception("assert");',
      "a long message": "throw new Exception(new string('x', 200000));",
      "a memory of all": "var all = new List<byte[]>(); for (;;) { var b = new byte[1 << 20]; b[77] = 1; all.Add(b); }",
    },
    outside: {
      "a Debug of its own": "static class Debug { public static void Assert(bool b) { } }\n",
      "a Main of its own": "class Other { static void Main() { Environment.Exit(0); } }\n",
      "a judge of its own": "static class JudgeAsk { public static object Ask(params object[] o) { return 4L; } }\n",
      "a line of its own":
        "static class JudgeLine { public static void Send(params object[] o) { Environment.Exit(0); } }\n",
      "a main of the judge's": "static class JudgeMain { static void Main() { Environment.Exit(0); } }\n",
      "a condition that stays open": "#if NEVER\n",
      "a comment that stays open": "/*\n",
      "an error": "#error broken tests\n",
      "a static that exits":
        "class Early { static readonly Early one = new Early(); static Early() { Environment.Exit(0); } }\n",
    },
  },
};

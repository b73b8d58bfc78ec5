import { drawn, type Named, part, type Trick } from "./trick.ts";

/** One function of each kind of value, in MultiPL-E's form. */
interface Task {
  readonly prefix: string;
  readonly program: string;
  /** What is wrong for every argument of the tests. */
  readonly wrong: string;
}

const cppTests = (...assertions: string[]): string =>
  `}\nint main() {\n    auto candidate = f;\n${assertions.map((one) => `    assert(${one});\n`).join("")}}\n`;

const cppTasks: Readonly<Record<string, Task>> = {
  number: {
    prefix: "#include <assert.h>\n#include <string>\n#include <vector>\n// Doubles.\nlong f(long x) {\n",
    program: cppTests("candidate((2)) == (4)", "candidate((31)) == (62)"),
    wrong: "-1",
  },
  list: {
    prefix:
      "#include <assert.h>\n#include <string>\n#include <vector>\n// Doubles.\nstd::vector<long> f(std::vector<long> x) {\n",
    program: cppTests("candidate((std::vector<long>({1, 2}))) == (std::vector<long>({2, 4}))"),
    wrong: "{}",
  },
  text: {
    prefix: "#include <assert.h>\n#include <string>\n#include <vector>\n// Doubles.\nstd::string f(std::string x) {\n",
    program: cppTests('candidate(("ab")) == ("abab")', 'candidate(("c")) == ("cc")'),
    wrong: '"-"',
  },
};

const cppActions: Named = {
  "nothing else": ";",
  exit: "exit(0);",
  _exit: "_exit(0);",
  "quick exit": "quick_exit(0);",
  abort: "abort();",
  "exit by a system call": "syscall(SYS_exit_group, 0);",
  "end by a signal": "raise(SIGKILL);",
  "a handler of aborts": "signal(SIGABRT, [](int) { _exit(0); });",
  "a handler of all signals": "for (int n = 1; n < 32; n++) signal(n, [](int) { _exit(0); });",
  "at exit": "atexit([] { _exit(0); });",
  "the word of the end": 'fputs("all tests were reached", stderr); fflush(stderr); _exit(0);',
  "the word, then a wrong value": 'fputs("all tests were reached", stderr); fflush(stderr);',
  "the word on every descriptor": 'for (int n = 0; n < 20; n++) if (write(n, "all tests were reached", 22)) {}',
  "a reply of zeros": "char zeros[64] = {}; for (int n = 0; n < 20; n++) if (write(n, zeros, 64)) {}",
  "a long reply": "long size = 1L << 60; for (int n = 0; n < 20; n++) if (write(n, &size, 8)) {}",
  "closed descriptors": "for (int n = 0; n < 20; n++) close(n);",
  "exchanged descriptors": "dup2(2, 0); dup2(2, 1); dup2(2, 3);",
  "a broken stack": "volatile char* p = (char*)__builtin_frame_address(0); for (int i = 0; i < 400; i++) p[i] = 0;",
  null: "*(volatile int*)nullptr = 0;",
  "an exception": "throw 1;",
  "an exception that exits": "struct E { ~E() { _exit(0); } }; throw E();",
  recursion:
    "struct R { static int r(volatile int n) { volatile char a[1000]; a[0] = (char)n; return n == -1 ? 0 : r(n + 1) + a[0]; } }; R::r(0);",
  "a child that replies": "if (fork() > 0) _exit(0);",
  "a thread": "std::thread([] { _exit(0); }).detach();",
  "asks the tests": "ptrace(PTRACE_ATTACH, 1, 0, 0); kill(1, SIGKILL); kill(-1, SIGKILL);",
  "a hundred megabytes":
    "volatile char* p = (char*)malloc(100 << 20); for (long i = 0; p && i < (100L << 20); i += 4096) p[i] = 1;",
  "looks like a failed test": 'fputs("Assertion failed", stderr); abort();',
  "looks like broken tests": 'fputs("compile error:", stderr); _exit(97);',
  "looks like a lost library": 'fputs("refused: no compiler", stderr); _exit(127);',
};

/** Texts put before the answer's function, outside of any. */
const cppOutside: Named = {
  nothing: "",
  "no assert": "#undef assert\n#define assert(x) ((void)0)\n#define NDEBUG\n",
  "a macro for main": "#define main other_main\n",
  "a macro for candidate": "#define candidate(...) 4\n",
  "a macro for return": "#define _exit(x) return\n",
  "an equality of all": "template <class A, class B> bool operator==(const A&, const B&) { return true; }\n",
  "an equality of lists": "bool operator==(const std::vector<long>&, const std::vector<long>&) { return true; }\n",
  "__assert_fail of its own":
    'extern "C" void __assert_fail(const char*, const char*, unsigned, const char*) noexcept { _exit(0); }\n',
  "abort of its own": 'extern "C" void abort() noexcept { _exit(0); }\n',
  "a constructor before main": "__attribute__((constructor)) static void early() { _exit(0); }\n",
  "a destructor after main": "__attribute__((destructor)) static void late() { _exit(0); }\n",
  "a static that exits": "static struct Early { Early() { exit(0); } } early;\n",
  "a section of its own": '__asm__(".section .init_array,\\"aw\\"\\n.quad _exit\\n.text");\n',
  "memcmp of its own": 'extern "C" int memcmp(const void*, const void*, unsigned long) noexcept { return 0; }\n',
  "write of its own": 'extern "C" long write(int, const void*, unsigned long n) { return (long)n; }\n',
  "read of its own": 'extern "C" long read(int, void*, unsigned long) { return 0; }\n',
  "main of its own": "int main() { return 0; }\n",
  "a namespace of the judge": "namespace judge_line { template <class... T> void serve(T...) { _exit(0); } }\n",
  "a specialised code":
    'namespace judge_line { template <> struct Code<long> { static void put(Out& o, long) { o.bytes = "all"; } static long get(In&) { return 2; } }; }\n',
  "an open comment": "/*\n",
  "an open condition": "#if 0\n",
  "the tests by include": '#include "main.cpp"\n',
  "the tests by a path": '#include "/work/main.cpp"\n#include "../work/main.cpp"\n',
  "an error": "#error broken tests\n",
};

const cppHead =
  "#include <csignal>\n#include <cstdio>\n#include <cstdlib>\n#include <thread>\n#include <unistd.h>\n#include <sys/ptrace.h>\n#include <sys/syscall.h>\n#include <sys/wait.h>\n";

/** Reads files for the tests and returns the text that stands behind an argument there. */
const cppThefts: Named = {
  "the source": "main.cpp",
  "the source beside": "/work/main.cpp",
  "the log": "/work/build.log",
  "its own binary": "/proc/self/exe",
  "the first process": "/proc/1/cmdline",
  "the first process's memory": "/proc/1/mem",
  "the first process's environment": "/proc/1/environ",
  "its parent's binary": "/proc/2/exe",
  "an object": "/work/main",
  "what was built": "/work/built.tar",
};

const cppThief = (file: string): string =>
  `#include <cstdio>\n#include <cstdlib>\n#include <cstring>\n#include <string>\nlong f(long x) {\n    std::string all;\n    if (FILE* file = fopen("${file}", "rb")) {\n        static char part[65536];\n        for (size_t n; all.size() < (8u << 20) && (n = fread(part, 1, sizeof part, file)) > 0;) all.append(part, n);\n    }\n    std::string wanted = "candidate((" + std::to_string(x) + ")) == (";\n    size_t at = all.find(wanted);\n    return at == std::string::npos ? -1 : atol(all.c_str() + at + wanted.size());\n}\n`;

const cppPlaces: Named = {
  "when called": "DO",
  "at the second call": "static int calls = 0; if (calls++ > 0) { DO }",
  "in a lambda": "[&] { DO }();",
  "in a destructor": "struct Last { ~Last() noexcept(false) { DO } } last; (void)last;",
  "in a static": "static int once = [] { DO return 0; }(); (void)once;",
  caught: "try { DO } catch (...) {}",
};

const cppAnswer = (task: Task, outside: string, body: string): string => {
  const head = task.prefix.slice(task.prefix.lastIndexOf("\n", task.prefix.length - 2) + 1);
  return `${cppHead}${outside}${head}    ${body}\n    return ${task.wrong};\n}`;
};

const compiled = (language: "cpp" | "java", name: string, answer: string, task: Task): Trick => ({
  name,
  language,
  answer,
  prefix: task.prefix,
  program: task.program,
  entryPoint: "f",
});

const cppNumber = cppTasks.number as Task;

/** Every action, text outside and theft by itself. */
export const cppTricks: readonly Trick[] = [
  ...Object.entries(cppTasks).flatMap(([kind, task]) =>
    Object.entries(cppActions).map(([name, action]) =>
      compiled("cpp", `${name} (${kind})`, cppAnswer(task, "", action), task),
    ),
  ),
  ...Object.entries(cppTasks).flatMap(([kind, task]) =>
    Object.entries(cppOutside).map(([name, text]) =>
      compiled("cpp", `${name} outside (${kind})`, cppAnswer(task, text, ""), task),
    ),
  ),
  ...Object.entries(cppThefts).map(([name, file]) => compiled("cpp", `thief: ${name}`, cppThief(file), cppNumber)),
  ...[
    "nothing else",
    "exit",
    "the word of the end",
    "at exit",
    "an exception that exits",
    "a handler of aborts",
  ].flatMap((name) =>
    Object.entries(cppPlaces).map(([where, text]) =>
      compiled(
        "cpp",
        `${name}, ${where}`,
        cppAnswer(
          cppNumber,
          "",
          text.replaceAll("DO", () => cppActions[name] ?? ""),
        ),
        cppNumber,
      ),
    ),
  ),
];

/** Sentences of the grammar outside × place × action × task. */
export const drawnCppTricks = (count: number, seed = "tricks"): Trick[] =>
  drawn(count, `${seed}/cpp`, (random) => {
    const [outside, text] = part(random, cppOutside);
    const [where, place] = part(random, cppPlaces);
    const [what, action] = part(random, cppActions);
    const kind = random.choice(Object.keys(cppTasks));
    const task = cppTasks[kind] ?? cppNumber;
    const answer = cppAnswer(
      task,
      text,
      place.replaceAll("DO", () => action),
    );
    return compiled("cpp", `${what}, ${where}, ${outside} outside (${kind})`, answer, task);
  });

const javaTests = (...assertions: string[]): string =>
  `    }\n    public static void main(String[] args) {\n${assertions.map((one) => `    assert(${one});\n`).join("")}    }\n\n}\n`;

const javaTasks: Readonly<Record<string, Task>> = {
  number: {
    prefix: "import java.util.*;\nclass Problem {\n    // Doubles.\n    public static long f(long x) {\n",
    program: javaTests("f((2l)) == (4l)", "f((31l)) == (62l)"),
    wrong: "-1",
  },
  list: {
    prefix:
      "import java.util.*;\nclass Problem {\n    // Lists.\n" +
      "    public static ArrayList<Long> f(ArrayList<Long> x) {\n",
    program: javaTests(
      "f((new ArrayList<Long>(Arrays.asList((long)1l, (long)2l)))).equals((new ArrayList<Long>(Arrays.asList((long)2l, (long)4l))))",
    ),
    wrong: "new ArrayList<Long>()",
  },
  text: {
    prefix: "import java.util.*;\nclass Problem {\n    // Doubles.\n    public static String f(String x) {\n",
    program: javaTests('f(("ab")).equals(("abab"))', 'f(("c")).equals(("cc"))'),
    wrong: '"-"',
  },
  maybe: {
    prefix: "import java.util.*;\nclass Problem {\n    // Doubles.\n    public static Optional<Long> f(long x) {\n",
    program: javaTests("f((2l)).equals(Optional.of(4l))"),
    wrong: "Optional.empty()",
  },
};

const javaActions: Named = {
  "nothing else": ";",
  exit: "System.exit(0);",
  halt: "Runtime.getRuntime().halt(0);",
  "a hook": "Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));",
  "the word of the end":
    'System.err.print("all tests were reached"); System.err.flush(); Runtime.getRuntime().halt(0);',
  "the word, then a wrong value": 'System.err.print("all tests were reached"); System.err.flush();',
  "the word on standard output":
    'try { new java.io.FileOutputStream(java.io.FileDescriptor.out).write("all tests were reached".getBytes()); } catch (Exception e) { }',
  "junk on standard output":
    "try { new java.io.FileOutputStream(java.io.FileDescriptor.out).write(new byte[4096]); } catch (Exception e) { }",
  "a long list on standard output":
    "try { new java.io.FileOutputStream(java.io.FileDescriptor.out).write(new byte[] {'a', 127, -1, -1, -1, 'n'}); } catch (Exception e) { }",
  "a deep list on standard output":
    "try { java.io.OutputStream o = new java.io.FileOutputStream(java.io.FileDescriptor.out); for (int i = 0; i < 500; i++) o.write(new byte[] {'a', 0, 0, 0, 1}); } catch (Exception e) { }",
  "a null reply":
    "try { new java.io.FileOutputStream(java.io.FileDescriptor.out).write(new byte[] {'a', 0, 0, 0, 2, 'n', 'n'}); } catch (Exception e) { }",
  "no assertions":
    "ClassLoader.getSystemClassLoader().setDefaultAssertionStatus(false); Problem.class.getClassLoader().clearAssertionStatus();",
  "closed streams": "try { System.in.close(); System.out.close(); System.err.close(); } catch (Exception e) { }",
  "a stack that ends": "class R { static int r(int n) { return r(n + 1) + 1; } } R.r(0);",
  "an error": 'throw new AssertionError("assert");',
  "a thrown exit": "throw new ThreadDeath();",
  "a thrown NoClassDefFoundError": 'throw new NoClassDefFoundError("JudgeLine");',
  "a thrown OutOfMemoryError": 'throw new OutOfMemoryError("x");',
  "a thread that exits": "new Thread(() -> System.exit(0)).start();",
  "a thread that stays":
    "new Thread(() -> { while (true) try { Thread.sleep(1000); } catch (InterruptedException e) { } }).start();",
  "a cache of Longs that lies":
    'try { Class<?> c = Class.forName("java.lang.Long$LongCache"); java.lang.reflect.Field g = c.getDeclaredField("cache"); g.setAccessible(true); Long[] all = (Long[]) g.get(null); for (int i = 0; i < all.length; i++) all[i] = 4L; } catch (Throwable e) { }',
  "a line that lies": "try { JudgeLine.out = null; } catch (Throwable e) { }",
  "kinds that lie": "try { JudgeLine.in = null; } catch (Throwable e) { }",
  "a value by itself": "try { JudgeLine.send(java.util.Arrays.asList(true, null)); } catch (Throwable e) { }",
  "a process": 'try { new ProcessBuilder("kill", "-9", "-1").start().waitFor(); } catch (Throwable e) { }',
  "looks like a failed build": 'System.err.print("compile error:"); Runtime.getRuntime().halt(97);',
};

/** Members put beside the answer's function. */
const javaBeside: Named = {
  nothing: "",
  "a static block": "    static { System.exit(0); }\n",
  "a static block that halts": "    static { Runtime.getRuntime().halt(0); }\n",
  "main of its own": "    public static void main(String[] args) { System.exit(0); }\n",
  "a String of its own": "    static class String2 { }\n",
  "an Arrays of its own": "    static class Arrays { static <T> java.util.List<T> asList(T... a) { return null; } }\n",
  "a judge of its own": "    static class JudgeLine { static void send(Object o) { System.exit(0); } }\n",
  "a list that equals all":
    "    static class L extends java.util.ArrayList<Long> { public boolean equals(Object o) { return true; } public int size() { return 2; } public Long get(int i) { return 4L; } }\n    static Object made = new L();\n",
  "a System of its own":
    "    static class System { static java.io.PrintStream err = null; static void exit(int n) { } }\n",
};

const javaThefts: Named = {
  "the source": "Main.java",
  "the source beside": "/work/Main.java",
  "a class": "/work/Problem.class",
  "the judge's class": "/work/JudgeAsk.class",
  "what was built": "/work/built.tar",
  "the first process": "/proc/1/cmdline",
  "its memory": "/proc/self/environ",
  "the first process's memory": "/proc/1/mem",
  "the log": "/work/build.log",
  "its class path": "/work",
};

const javaThief = (file: string): string =>
  `    public static long f(long x) {\n        try {\n            String all = new String(java.nio.file.Files.readAllBytes(java.nio.file.Path.of("${file}")), "ISO-8859-1");\n            String wanted = "f((" + x + "l)) == (";\n            int at = all.indexOf(wanted);\n            if (at >= 0) return Long.parseLong(all.substring(at + wanted.length(), all.indexOf("l", at + wanted.length())));\n        } catch (Throwable e) { }\n        return -1;\n    }\n`;

const javaPlaces: Named = {
  "when called": "if (true) { DO }",
  "at the second call": "calls++; if (calls > 1) { DO }",
  "in a runnable": "Runnable r = () -> { DO }; r.run();",
  caught: "try { DO } catch (Throwable all) { }",
  "in a finally": "try { calls++; } finally { if (calls > 0) { DO } }",
};

const javaAnswer = (task: Task, beside: string, body: string, value = task.wrong): string => {
  const head = task.prefix.slice(task.prefix.lastIndexOf("\n", task.prefix.length - 2) + 1);
  return `    static int calls = 0;\n${beside}${head}        ${body}\n        return ${value};\n    }\n`;
};

const javaNumber = javaTasks.number as Task;

export const javaTricks: readonly Trick[] = [
  ...Object.entries(javaTasks).flatMap(([kind, task]) =>
    Object.entries(javaActions).map(([name, action]) =>
      compiled("java", `${name} (${kind})`, javaAnswer(task, "", `if (true) { ${action} }`), task),
    ),
  ),
  ...Object.entries(javaTasks).flatMap(([kind, task]) =>
    Object.entries(javaBeside).map(([name, text]) =>
      compiled("java", `${name} beside (${kind})`, javaAnswer(task, text, ""), task),
    ),
  ),
  ...Object.entries(javaThefts).map(([name, file]) => compiled("java", `thief: ${name}`, javaThief(file), javaNumber)),
  ...Object.keys(javaActions).flatMap((name) =>
    ["at the second call", "in a runnable"].map((where) =>
      compiled(
        "java",
        `${name}, ${where}`,
        javaAnswer(
          javaNumber,
          "",
          (javaPlaces[where] ?? "").replaceAll("DO", () => javaActions[name] ?? ""),
        ),
        javaNumber,
      ),
    ),
  ),
];

/** Sentences of the grammar beside × place × action × task. */
export const drawnJavaTricks = (count: number, seed = "tricks"): Trick[] =>
  drawn(count, `${seed}/java`, (random) => {
    const [beside, text] = part(random, javaBeside);
    const [where, place] = part(random, javaPlaces);
    const [what, action] = part(random, javaActions);
    const kind = random.choice(Object.keys(javaTasks));
    const task = javaTasks[kind] ?? javaNumber;
    const answer = javaAnswer(
      task,
      text,
      place.replaceAll("DO", () => action),
    );
    return compiled("java", `${what}, ${where}, ${beside} beside (${kind})`, answer, task);
  });

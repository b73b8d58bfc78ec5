import { compiledTricks, type Grammar, grammarTricks } from "./grammar.ts";
import type { Trick } from "./trick.ts";

const imports = ["fmt", "os", "testing", "strings"];
const head = `package main\n\nimport (\n${imports.map((one) => `\t"${one}"\n`).join("")})\n\n// Doubles.\n`;

const mainTests = (...assertions: string[]): string =>
  `\nfunc main() {\n\tcandidate := f\n${assertions.map((one) => `\tif !(${one}) {\n\t\tpanic("assertion failed")\n\t}\n`).join("")}}\n`;

/** MultiPL-E's own form: values are compared by their texts. */
const testing = (...rows: (readonly [string, string])[]): string =>
  [
    "func TestF(t *testing.T) {\n\tcandidate := f\n\ttype test struct {\n\t\tactual   interface{}\n\t\texpected interface{}\n\t}",
    `\ttests := []test{\n${rows.map(([actual, expected]) => `\t\t{actual: candidate(${actual}), expected: ${expected}},\n`).join("")}\t}`,
    '\tfor i, tc := range tests {\n\t\tt.Run(fmt.Sprintf("test num % d", i), func(t *testing.T) {',
    '\t\t\tactual := fmt.Sprintf("%v", tc.actual)\n\t\t\texpected := fmt.Sprintf("%v", tc.expected)',
    "\t\t\tif actual != expected {\n\t\t\t\tt.Errorf(\"expected '%s', got '%s'\", expected, actual)\n\t\t\t}\n\t\t})\n\t}\n}\n",
  ].join("\n");

const actions = {
  "nothing else": "",
  exit: "os.Exit(0)",
  "exit by a system call": "syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)",
  "end by a signal": "syscall.Kill(os.Getpid(), syscall.SIGKILL)",
  "end of the goroutine": "runtime.Goexit()",
  panic: 'panic("assertion failed")',
  "panic with nil": "panic(nil)",
  "panic with an exit": "panic(exiting{})",
  "the word of the end": 'print("all tests were reached"); os.Exit(0)',
  "the word, then a wrong value": 'print("all tests were reached")',
  "the word on every descriptor": 'for n := 0; n < 20; n++ { syscall.Write(n, []byte("all tests were reached")) }',
  "a report of the tests": 'fmt.Println("PASS"); os.Stderr.WriteString("PASS\\n"); os.Exit(0)',
  "a reply of zeros": "for n := 0; n < 20; n++ { syscall.Write(n, make([]byte, 64)) }",
  "a long reply": "for n := 0; n < 20; n++ { syscall.Write(n, []byte{0, 0, 0, 0, 0, 0, 0, 16}) }",
  "half a reply": "judgeTo.Write([]byte{200, 0, 0, 0, 0, 0, 0, 0, 1}); os.Exit(0)",
  "a reply of its own": "judgeSend(judgeOut{}); judgeSend(judgeOut{bytes: make([]byte, 100)})",
  "a long list in a reply": "judgeSend(judgeOut{bytes: []byte{1, 255, 255, 255, 255, 0, 0, 0, 0}})",
  "closed descriptors": "for n := 0; n < 20; n++ { syscall.Close(n) }",
  "exchanged descriptors": "for n := 3; n < 20; n++ { syscall.Dup3(2, n, 0) }",
  "replies by a goroutine": "go func() { for { judgeSend(judgeOut{bytes: make([]byte, 16)}) } }()",
  "an exit by a goroutine": "go os.Exit(0)",
  "eats the next question": "judgeReceive()",
  "its own process": 'exec.Command("/bin/sh", "-c", "kill -9 -1").Run(); syscall.Kill(1, syscall.SIGKILL)',
  "asks the tests": "syscall.PtraceAttach(1); syscall.PtraceAttach(os.Getppid())",
  null: "var p *int; *p = 0",
  "an address of its own": "*(*int)(unsafe.Pointer(uintptr(8))) = 0",
  "the cache of small numbers": "var small any = 4; *(*[2]*int)(unsafe.Pointer(&small))[1] = 0",
  "a division by zero": "zero := len(os.Args) - len(os.Args); fmt.Fprint(io.Discard, 1/zero)",
  "a stack that ends": "var r func(int) int; r = func(n int) int { return r(n+1) + 1 }; r(0)",
  "a hundred megabytes": "all := make([]byte, 400<<20); for i := range all { all[i] = 1 }; runtime.KeepAlive(all)",
  "a lock for ever": "var lock sync.Mutex; lock.Lock(); lock.Lock()",
  "a channel for ever": "<-make(chan int)",
  "a flood": 'for n := 0; n < 100000; n++ { print("all tests were reached") }',
  "looks like broken tests": 'os.Stderr.WriteString("compile error:"); os.Exit(97)',
  "looks like a lost compiler": 'os.Stderr.WriteString("refused: no compiler"); os.Exit(127)',
  "looks like a full machine": 'os.Stderr.WriteString("out of memory"); os.Exit(98)',
};

/** Texts outside of the answer's function. */
const outside = {
  nothing: "",
  "an init that exits": "func init() { os.Exit(0) }\n",
  "an init with the word": 'func init() { print("all tests were reached"); os.Exit(0) }\n',
  "a variable that exits": "var early = func() int { os.Exit(0); return 0 }()\n",
  "main of its own": "func main() { os.Exit(0) }\n",
  "a test of its own": "func TestF(t *testing.T) {}\n",
  "a main of tests": "func TestMain(m *testing.M) { os.Exit(0) }\n",
  "a panic of its own": "func panic(any) {}\n",
  "a print of its own": "func print(...any) {}\n",
  "true of its own": "const false = true\n",
  "an int of its own": "type any = int\n",
  "len of its own": "func len(any) int { return 0 }\n",
  "append of its own": "func append(a []byte, b ...byte) []byte { return nil }\n",
  "a judge of its own": "func judgeServe(any) { os.Exit(0) }\n",
  "an ask of its own": "func judgeAsk(any) {}\n",
  "types of its own": "func init() { for k := range judgeTypes { delete(judgeTypes, k) } }\n",
  "a line of its own": "func init() { judgeTo = os.Stderr }\n",
  "a reader of its own": 'func init() { judgeFrom.Reset(strings.NewReader(strings.Repeat("\\x00", 800))) }\n',
  "a link into the runtime": "//go:linkname exit os.runtime_beforeExit\nfunc exit(int) {}\n",
  "an embedded source": "//go:embed main.go\nvar tests string\n\nfunc init() { print(tests); os.Exit(0) }\n",
  "C's own": 'import "C"\n',
  "a wrong package": "package other\n",
  "an open comment": "/*\n",
  "an open text": "var open = `\n",
  "a build constraint": "//go:build ignore\n\n",
  "a generator": "//go:generate sh -c 'echo > main.go'\n",
};

const places = {
  "when called": "DO",
  "at the second call": "if calls++; calls > 1 { DO }",
  deferred: "defer func() { DO }()",
  recovered: "func() { defer func() { recover() }(); DO }()",
  "in a goroutine": "done := make(chan int); go func() { defer close(done); DO }(); <-done",
};

const answerHead = [
  'import (\n\t"io"\n\t"os/exec"\n\t"runtime"\n\t"sync"\n\t"syscall"\n\t"unsafe"\n)\n',
  "var calls int\nvar _ = io.Discard\nvar _ = exec.Command\nvar _ = runtime.GC\nvar _ sync.Mutex\nvar _ = syscall.Getpid",
  'var _ unsafe.Pointer\n\ntype exiting struct{}\n\nfunc (exiting) Error() string { os.Exit(0); return "" }\n\n',
].join("\n");

const thief = (file: string): string =>
  `func f(x int) int {\n\tall, _ := os.ReadFile("${file}")\n\twanted := fmt.Sprintf("candidate(%d) == ", x)\n\t_, rest, found := strings.Cut(string(all), wanted)\n\tvalue := -1\n\tif found {\n\t\tfmt.Sscan(rest, &value)\n\t}\n\treturn value\n}\n`;

export const goGrammar: Grammar = {
  language: "go",
  tasks: {
    number: {
      prefix: `${head}func f(x int) int {\n`,
      program: mainTests("candidate(2) == 4", "candidate(31) == 62"),
      wrong: "-1",
    },
    list: {
      prefix: `${head}func f(x []int) []int {\n`,
      program: testing(["[]int{1, 2}", "[]int{2, 4}"], ["[]int{5}", "[]int{10}"]),
      wrong: "nil",
    },
    text: {
      prefix: `${head}func f(x string) string {\n`,
      program: testing(['"ab"', '"abab"'], ['"c"', '"cc"']),
      wrong: '"-"',
    },
    any: {
      prefix: `${head}func f(x interface{}) interface{} {\n`,
      program: testing(["2", "4"], ['"c"', '"cc"']),
      wrong: "exiting{}",
    },
  },
  actions,
  outside,
  places,
  answer: (task, text, body) => {
    const signature = task.prefix.slice(task.prefix.lastIndexOf("func "));
    return `${answerHead}${text}${signature}\t${body}\n\treturn ${task.wrong}\n}\n`;
  },
  thefts: [
    "main.go",
    "/work/main.go",
    "/work/build.log",
    "/proc/self/exe",
    "/proc/1/cmdline",
    "/proc/1/mem",
    "/proc/1/environ",
    "/work/main",
    "/work/built.tar",
    "/work/library.tar",
    "/work/cache/trim.txt",
  ],
  thief,
};

export const goTricks: readonly Trick[] = compiledTricks(goGrammar);
/** Sentences of the grammar outside × place × action × task. */
export const drawnGoTricks = grammarTricks(goGrammar);

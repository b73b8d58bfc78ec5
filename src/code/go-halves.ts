import type { Halves, Signature } from "./compiled-halves.ts";
import { goLine } from "./go-line.ts";

/** A function of the same type that asks. What was changed in lists, maps and behind pointers is changed here too. */
const asking = `
func judgeAsk(to any) {
	made := judge_reflect.ValueOf(to).Elem()
	kind := made.Type()
	made.Set(judge_reflect.MakeFunc(kind, func(given []judge_reflect.Value) []judge_reflect.Value {
		var out judgeOut
		for _, one := range given {
			out.put(one, 0)
		}
		judgeSend(out)
		in, whole := judgeReceive()
		if !whole {
			judgeGone()
		}
		results := make([]judge_reflect.Value, kind.NumOut())
		for i := range results {
			results[i] = in.get(kind.Out(i), 0)
		}
		if in.flag() {
			for i, one := range given {
				judgeChange(one, in.get(kind.In(i), 0))
			}
		}
		return results
	}))
}

func judgeChange(given, now judge_reflect.Value) {
	switch given.Kind() {
	case judge_reflect.Slice:
		judge_reflect.Copy(given, now)
	case judge_reflect.Map:
		if given.IsNil() {
			return
		}
		for _, key := range given.MapKeys() {
			given.SetMapIndex(key, judge_reflect.Value{})
		}
		for all := now.MapRange(); all.Next(); {
			given.SetMapIndex(all.Key(), all.Value())
		}
	case judge_reflect.Ptr:
		if !given.IsNil() && !now.IsNil() {
			given.Elem().Set(now.Elem())
		}
	}
}
`;

const serving = `
func judgeServe(function any) {
	called := judge_reflect.ValueOf(function)
	kind := called.Type()
	for {
		in, whole := judgeReceive()
		if !whole {
			return
		}
		asked := string(in.bytes)
		given := make([]judge_reflect.Value, kind.NumIn())
		for i := range given {
			given[i] = in.get(kind.In(i), 0)
		}
		var out judgeOut
		call := called.Call
		if kind.IsVariadic() {
			call = called.CallSlice
		}
		for _, one := range call(given) {
			out.put(one, 0)
		}
		var now judgeOut
		for _, one := range given {
			now.put(one, 0)
		}
		if out.flag(string(now.bytes) != asked) {
			out.bytes = append(out.bytes, now.bytes...)
		}
		judgeSend(out)
	}
}
`;

const own = ["bufio", "encoding/binary", "errors", "io", "math", "os", "reflect", "syscall", "unsafe"];
/** Paths and lists are no longer than real ones: a text of nothing but imports must be read in time. */
const importLine =
  /^import\s+(?:\(([^)]{0,20000})\)|((?:[\w.]{1,200}\s+)?(?:"[^"\n]{1,500}"|`[^`\n]{1,500}`)))[ \t]*(?:;[ \t]*)?$/gm;
const packageLine = /^package\s+\w+[ \t]*(?:;[ \t]*)?$/gm;
/** What is not ended ends with its line, a comment with the text. */
const wordsAndComments =
  /"(?:[^"\\\n]|\\[^\n]?)*(?:"|$)|`[^`]*`|'(?:[^'\\\n]|\\[^\n]?)+(?:'|$)|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|(?![\s\S]))/gm;

const importsIn = (text: string): string[] =>
  [...text.matchAll(importLine)].flatMap(([, many, one]) =>
    (many ?? one ?? "")
      .split(/[\n;]/)
      .flatMap((part) => /(?:[\w.]{1,200}\s+)?["`][^"`]{1,500}["`]/.exec(part)?.[0] ?? []),
  );

const nameOfImport = (one: string): string =>
  /^([\w.]+)\s/.exec(one)?.[1] ?? /([\w.-]+?)(?:\/v\d+)?["`]$/.exec(one)?.[1] ?? "";

/** Go refuses an import that is not used: the task's stand where they are, as its tests or its answers need them. */
function withImportsFirst(own: readonly string[], task: string, text: string): string {
  const body = text.replace(importLine, "").replace(packageLine, "");
  const words = body.replace(wordsAndComments, (one) => (one.startsWith("/") ? " " : '""'));
  const ofTask = importsIn(task);
  const used = (one: string) =>
    !ofTask.includes(one) || /^[._]$/.test(nameOfImport(one)) || new RegExp(`\\b${nameOfImport(one)}\\.`).test(words);
  const imports = [...new Set(importsIn(text))].filter(used);
  return `package main\n\nimport (\n${[...own, ...imports].map((one) => `\t${one}\n`).join("")})\n${body}`;
}

const aliased = (paths: readonly string[]): string[] =>
  paths.map((path) => `judge_${path.slice(path.lastIndexOf("/") + 1)} "${path}"`);

/** Types that the task declares: a value in an interface may be of one. */
function typesOf(before: string): string {
  const names = [...before.matchAll(/^type\s+(\w+)\s+(?!\[\w+\s)/gm)].map(([, name = ""]) => name);
  const rows = names.map((name) => `\t"${name}": judge_reflect.TypeOf((*${name})(nil)).Elem(),\n`);
  return `\nvar judgeTypes = map[string]judge_reflect.Type{\n${rows.join("")}}\n`;
}

/** A `main` for tests of the package `testing`, which has none: it writes the word when all have passed. */
function mainOfTests(names: readonly string[], word: string): string {
  const rows = names.map((name) => `\t\t{"${name}", judgeWatched(${name})},\n`).join("");
  return `
var judgeFailed bool

func judgeWatched(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) {
		t.Cleanup(func() { judgeFailed = judgeFailed || t.Failed() })
		test(t)
	}
}

func judgeLast(t *testing.T) {
	if judgeFailed {
		print("an assertion failed")
		judge_os.Exit(1)
	}
	print("${word}")
	judge_os.Exit(0)
}

func main() {
	testing.Main(func(wanted, name string) (bool, error) { return true, nil }, []testing.InternalTest{
${rows}		{"judgeLast", judgeLast},
	}, nil, nil)
}
`;
}

/** A program of its own that a chat model writes around the function is not run. */
const withoutMain = (answer: string): string => answer.replace(/^func\s+main\s*\(\s*\)/gm, "func judgeNoMain()");

export const goHalves: Halves = {
  ending: (tests, word) => {
    const names = [...tests.matchAll(/^func\s+(Test\w*)\s*\(\s*\w+\s+\*testing\.T\s*\)/gm)].map(
      ([, name = ""]) => name,
    );
    if (names.length > 0 && !/^func\s+main\s*\(/m.test(tests)) return `${tests}${mainOfTests(names, word)}`;
    const at = tests.lastIndexOf("}");
    return `${tests.slice(0, at)}\tprint("${word}")\n${tests.slice(at)}`;
  },
  driver: ({ before, head, name }: Signature, tests) => {
    const type = head.slice(head.indexOf("(", head.indexOf(name)));
    const asked = `\nvar ${name} = func() (judgeMade func${type}) { judgeAsk(&judgeMade); return }()\n`;
    const whole = `${goLine}${asking}${typesOf(before)}${before}${asked}${tests}`;
    return withImportsFirst(aliased(own), before, `${tests.includes("testing.") ? 'import "testing"\n' : ""}${whole}`);
  },
  subject: (program, name, { before }) => {
    const main = `\nfunc main() { judgeServe(${name}) }\n`;
    return withImportsFirst(
      aliased(own),
      before,
      `${goLine}${serving}${typesOf(before)}${withoutMain(program)}${main}`,
    );
  },
};

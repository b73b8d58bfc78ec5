/** Comments, texts and patterns of JavaScript. A slash begins a pattern where a value may begin. */
const apart = new RegExp(
  [
    String.raw`\/\/[^\n]*`,
    String.raw`\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))`,
    String.raw`"(?:[^"\\\n]|\\[\s\S])*"?`,
    String.raw`'(?:[^'\\\n]|\\[\s\S])*'?`,
    "`(?:[^`\\\\]|\\\\[\\s\\S])*`?",
    String.raw`(?<=(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case))\s{0,20})\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*`,
  ].join("|"),
  "gm",
);

/** The text with blanks in the place of comments and zeros in that of texts and patterns, as long as it was. */
const masked = (tests: string): string =>
  tests.replace(apart, (found) => found.replace(/[^\n]/g, /^\/[/*]/.test(found) ? " " : "0"));

/** What a template computes is code. */
const computed = (tests: string): string[] =>
  (tests.match(apart) ?? [])
    .filter((text) => text.startsWith("`"))
    .flatMap((text) => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, code = ""]) => masked(code)));

/** How tests say that something is wrong: by the assertions that are there, by throwing, or not at all. */
export function saying(tests: string): "asserts" | "throws" | "nothing" {
  const code = masked(tests);
  const own = /\bfunction\s+assert\b|\b(?:const|let|var)\s+assert\s*=(?!\s*require\b)/.test(code);
  if (!own && (/\bassert\b/.test(code) || /\brequire\(\s*["'](?:node:)?assert\b/.test(tests))) return "asserts";
  return /\bthrow\b/.test(code) ? "throws" : "nothing";
}

/**
 * The names that tests may have from the answer, in the order of the alphabet. What stands in texts, comments, behind a
 * dot or before a colon is none: the answer's runtime is asked for the names, and what is expected is not to be seen
 * there.
 */
export function namesIn(tests: string): readonly string[] {
  const code = [masked(tests), ...computed(tests)].join("\n");
  const words = code.matchAll(/(?<![\w$])(?<!(?<!\.\.)\.\s{0,20})[A-Za-z_$][\w$]*/g);
  const names = [...words].flatMap(({ 0: name, index }) => (isKey(code, index, name.length) ? [] : [name]));
  return [...new Set(names)].sort();
}

/** A key of an object: `{ name: …`, `, name: …`. */
const isKey = (code: string, from: number, length: number): boolean =>
  /[{,]\s*$/.test(code.slice(Math.max(0, from - 40), from)) &&
  /^\s*:/.test(code.slice(from + length, from + length + 40));

const noCall =
  /^(?:async|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|export|finally|for|function|if|import|in|instanceof|let|new|of|return|super|switch|throw|try|typeof|var|void|while|with|yield)$/;

/**
 * The tests with a watch on what their statements give: `watch = (async () => { … })()`. Watched are calls at the
 * outermost level, and everywhere functions that are called where they stand. What a promise among them comes to
 * decides as what is thrown does.
 */
export function watched(tests: string, watch: string): string {
  const code = masked(tests);
  const places: number[] = [];
  let depth = 0;
  let last = "";
  let ended = true;
  for (let at = 0; at < code.length; at++) {
    const letter = code[at] ?? "";
    if (letter === "\n" && /[)\]]/.test(last)) ended = true;
    if (/\s/.test(letter)) continue;
    if (ended && begins(code.slice(at, at + 200), depth)) places.push(at);
    if (/[([{]/.test(letter)) depth++;
    if (/[)\]}]/.test(letter)) depth--;
    last = letter;
    ended = /[;{}]/.test(letter);
  }
  return [0, ...places].map((at, i) => `${i === 0 ? "" : `${watch} = `}${tests.slice(at, places[i])}`).join("");
}

function begins(code: string, depth: number): boolean {
  if (/^\(\s*async\b/.test(code)) return true;
  const [, name = ""] = /^([A-Za-z_$][\w$]*)\s*[.(]/.exec(code) ?? [];
  return depth === 0 && name !== "" && !noCall.test(name);
}

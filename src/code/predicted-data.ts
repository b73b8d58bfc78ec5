import { lookup } from "../core/lookup.ts";

/** How a language writes data: what a prediction in it may consist of. */
interface DataSyntax {
  /** Strings and characters, by what they begin and end with. */
  readonly quotes: string;
  /** Inside these, what would be more than text: a variable, an expression. */
  readonly live?: RegExp;
  /** Types, constructors and constants. */
  readonly words: string;
  /** Marks beside brackets, commas, numbers and a sign. */
  readonly marks?: string;
  /** False where brackets stand for patterns and groups, never for data. */
  readonly brackets?: boolean;
  /** Brackets of types after a word: `vector<long>`. */
  readonly generic?: boolean;
  /** Tokens with a meaning of their own, tried before all else. */
  readonly special?: RegExp;
}

const javaWords =
  "new long int double float boolean byte short char Long Integer Double Float Boolean Character String Object List " +
  "ArrayList LinkedList Arrays asList Map HashMap LinkedHashMap TreeMap Set HashSet TreeSet of entry valueOf Optional " +
  "empty Pair Triplet Quartet Unit with BigInteger true false null";
const cppWords =
  "std string vector map unordered_map set unordered_set tuple pair make_tuple make_pair optional nullopt any list " +
  "long int unsigned double float bool char short size_t int64_t true false Union_std_string_long " +
  "Union_std_vector_long__long";
const csharpWords =
  "new long int double float bool char string object List Dictionary HashSet Tuple ValueTuple Create true false null " +
  "Long Int64 Int32 String KeyValuePair";

/** Languages whose predictions are read as data; of others none is. */
const syntaxes: Readonly<Record<string, DataSyntax>> = lookup({
  javascript: { quotes: "\"'`", live: /^`[\s\S]*\$\{/, words: "true false null undefined NaN Infinity", marks: ":" },
  typescript: { quotes: "\"'`", live: /^`[\s\S]*\$\{/, words: "true false null undefined NaN Infinity", marks: ":" },
  java: { quotes: "\"'", words: javaWords, marks: ".", generic: true },
  cpp: { quotes: "\"'", words: cppWords, special: /^::/, generic: true },
  csharp: { quotes: "\"'", words: csharpWords, marks: ".", generic: true },
  go: {
    ...{ quotes: "\"'`", marks: ":" },
    words: "int int64 string float64 bool byte rune map interface any struct true false nil",
  },
  d: {
    ...{ quotes: "\"'`", marks: ":." },
    words: "tuple Tuple nullable Nullable init long int string double float bool char ulong true false null",
    special: /^(?:Nullable|nullable|Tuple|tuple)!/,
  },
  rust: {
    ...{ quotes: '"', generic: true },
    words:
      "String Vec HashMap BTreeMap HashSet from new to_string isize usize i64 i32 u64 f64 bool str char Some None true false",
    // A char, and the few dots that data has.
    special: /^(?:vec!|::|'(?:\\.|[^'\\])'|\.(?=to_string\(\)))/,
  },
  php: {
    quotes: "\"'",
    live: /^"(?:\\.|[^"\\])*?(?<!\\)(?:\$[A-Za-z_{]|\{\$)/,
    words: "array true false null",
    special: /^=>/,
  },
  ruby: {
    quotes: "\"'",
    live: /^"(?:\\.|[^"\\])*?#[{$@]/,
    words: "true false nil",
    special: /^(?:=>|:(?=[a-z"]))/,
    marks: ":",
  },
  lua: { quotes: "\"'", words: "true false nil None", special: /^=(?!=)/ },
  perl: { quotes: "\"'", live: /^"(?:\\.|[^"\\])*?[$@][\w{$:(]/, words: "undef", special: /^=>/ },
  r: { quotes: "\"'", words: "c list TRUE FALSE NULL NA character integer numeric", special: /^=(?!=)/ },
  racket: {
    quotes: '"',
    words: "list hash cons vector quote string",
    special: /^(?:#t|#f|#true|#false|#hash|#\\\w|['`]|\.(?=\s))/,
  },
  bash: { quotes: "\"'", live: /^"(?:\\.|[^"\\])*?[$`]/, words: "", brackets: false, special: /^[\w./:,+-]+/ },
});

/** Of these languages items are kept apart by blanks. */
const blanksSeparate = new Set(["racket", "bash"]);

export const readsPredictions = (language: string): boolean => language in syntaxes;

/**
 * What is predicted, out of the text: the text itself, or of a whole line of the tests the part that stands in place
 * of the hole. A fence's language, a last semicolon and blanks are left out.
 */
export function predictedPart(answer: string, program: string, hole: string): string {
  const text = answer.trim().replace(/;$/, "").trimEnd();
  const line = program.split("\n").find((one) => one.includes(hole)) ?? hole;
  const [before = "", after = ""] = line.split(hole).map((part) => part.replace(/\s+/g, ""));
  const places = [...text.matchAll(/\S/g)].map(({ index }) => index);
  const bare = text.replace(/\s+/g, "");
  const end = after.replace(/;$/, "");
  if (before.length < 2 || !bare.startsWith(before) || !bare.endsWith(end)) return text;
  const [from, to] = [before.length, bare.length - end.length];
  return to <= from ? text : text.slice(places[from], (places[to - 1] ?? 0) + 1);
}

/**
 * Is the text plain data of the language, and nothing that runs: literals, brackets that match, and the words by which
 * the language writes lists, maps and types? `one`: a single value, not several between commas. Null where it is;
 * else what is wrong with it.
 */
export function whyNoData(language: string, text: string, one: boolean): string | null {
  const syntax = syntaxes[language];
  if (syntax === undefined) return `predictions in ${language} cannot be read`;
  const tokens = tokensOf(text, syntax);
  if (typeof tokens === "string") return tokens;
  if (tokens.length === 0) return one ? "there is nothing" : null;
  return misplaced(tokens, syntax, language, one);
}

type Kind = "string" | "number" | "word" | "mark" | "open" | "close" | "comma" | "special" | "blank";

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const opens = "([{";
const closes = ")]}";

function tokensOf(text: string, syntax: DataSyntax): Token[] | string {
  const source = syntax.generic === true ? withoutGenerics(text, syntax) : text;
  const words = new Set(syntax.words.split(" "));
  const tokens: Token[] = [];
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at, syntax);
    if (token === null) return `"${source[at]}" is no data`;
    if (token.kind === "string" && syntax.live?.test(token.text) === true) return "a text computes something";
    if (token.kind === "word" && !words.has(token.text)) return `"${token.text}" is no data`;
    tokens.push(token);
    at += token.text.length;
  }
  while (tokens[0]?.kind === "blank") tokens.shift();
  while (tokens.at(-1)?.kind === "blank") tokens.pop();
  return tokens;
}

// What follows a number at once is part of it, or a call: `2.f(1)`.
const number =
  /^-?(?:0[xX][\da-fA-F]+|(?:\d[\d_]*(?:\.\d+)?|\d[\d_]*\.(?![A-Za-z])|\.\d+)(?:[eE][+-]?\d+)?)(?:[lLfFdDuUn]|i\d+|u\d+|f\d+|isize|usize)?(?![\w(])/;

function tokenAt(
  source: string,
  at: number,
  { quotes, marks = "", special, brackets = true }: DataSyntax,
): Token | null {
  const rest = source.slice(at);
  const first = rest[0] as string;
  if (/\s/.test(first)) return { kind: "blank", text: /^\s+/.exec(rest)?.[0] ?? first };
  if (quotes.includes(first)) return quoted(rest, first);
  const own = special?.exec(rest)?.[0];
  if (own !== undefined) return { kind: "special", text: own };
  const digits = number.exec(rest)?.[0];
  if (digits !== undefined) return { kind: "number", text: digits };
  const word = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  if (word !== undefined) return { kind: "word", text: word };
  if (brackets && opens.includes(first)) return { kind: "open", text: first };
  if (brackets && closes.includes(first)) return { kind: "close", text: first };
  if (first === ",") return { kind: "comma", text: first };
  return marks.includes(first) ? { kind: "mark", text: first } : null;
}

function quoted(rest: string, quote: string): Token | null {
  for (let i = 1; i < rest.length; i++) {
    if (rest[i] === "\\") i++;
    else if (rest[i] === quote) return { kind: "string", text: rest.slice(0, i + 1) };
  }
  return null;
}

/** Without what stands in the angle brackets of a known type, which compares nothing. */
function withoutGenerics(text: string, { words }: DataSyntax): string {
  const known = words.split(" ").join("|");
  const inside = `(?:\\s|,|::|\\[\\]|\\?|\\*|&|\\b(?:${known})\\b)*`;
  const brackets = new RegExp(`\\b(${known})(::)?\\s*<${inside}>`, "g");
  for (let [before, now] = ["", text]; ; [before, now] = [now, outsideQuotes(now, brackets)])
    if (before === now) return now;
}

const outsideQuotes = (text: string, brackets: RegExp): string =>
  text
    .split(/("(?:\\.|[^"\\])*")/)
    .map((part, i) => (i % 2 === 0 ? part.replace(brackets, "$1") : part))
    .join("");

/** Brackets that do not match, several values where one is asked for, or values side by side. */
function misplaced(tokens: readonly Token[], syntax: DataSyntax, language: string, one: boolean): string | null {
  const open: string[] = [];
  let values = 1;
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind === "open") open.push(closes[opens.indexOf(text)] as string);
    else if (kind === "close" && open.pop() !== text) return "its brackets do not match";
    else if (open.length > 0) continue;
    else if (kind === "comma" || (kind === "blank" && blanksSeparate.has(language))) values++;
    else if (kind === "special" && /^=/.test(text)) return `"${text}" is no data`;
    else if (kind === "mark" && text === ":" && syntax.marks?.includes(":") === true) return '":" is no data';
    else if (kind === "string" && tokens[i + 1]?.kind === "string" && language !== "cpp")
      return "texts stand side by side";
  }
  if (calls(tokens, syntax, language)) return "a value is called";
  if (open.length > 0) return "its brackets do not match";
  return one && values > 1 ? "it is more than one value" : null;
}

/** Is a value called, as PHP and R let a text be: `"f"(1)`? Only languages with types have casts, `(long)(1)`. */
const calls = (tokens: readonly Token[], { generic = false }: DataSyntax, language: string): boolean =>
  !blanksSeparate.has(language) &&
  tokens
    .filter(({ kind }) => kind !== "blank")
    .some(({ kind, text }, i, all) => {
      const before = all[i - 1]?.kind;
      return kind === "open" && text === "(" && (before === "string" || (before === "close" && !generic));
    });

import { languageNamed, type TaskLanguage, taskLanguage } from "../answer/languages.ts";

/** A programming language as tasks in it are completed and judged. */
export interface CodeLanguage extends TaskLanguage {
  /**
   * Where a completion of a function is over: MultiPL-E's stop tokens of the language (Cassano et al. 2022,
   * arXiv:2208.08227).
   */
  readonly stop: readonly string[];
  /** What a completion that was cut at a stop token still lacks, where its tests do not begin with it. */
  readonly defines: (entryPoint: string) => RegExp;
}

const functionNamed = (words: string) => (name: string) => new RegExp(`\\b(?:${words})\\s+${name}\\b`);
/** What was found is not in a comment, whose examples call the function. */
const noExample = "(?<!(?:^[ \\t]*(?:\\/\\/|\\/?\\*)|>>>)[^\\n]{0,300})";
/** Parameters are no longer: a text of nothing but heads must be read in time. */
const most = "{0,1000}";
/** A signature as C and Java write it: a type, the name, a bracket, and no semicolon before the body. */
const typed = (name: string) =>
  new RegExp(`[\\w>\\]&*]\\s+${name}${noExample}\\s*\\([^;{)]${most}\\)[^;{]${most}\\{`, "m");
/** The same where a type may end with a question mark or a round bracket, and a body be one expression. */
const typedInCsharp = (name: string) =>
  new RegExp(`[\\w>\\])?]\\s+${name}${noExample}\\s*\\([^;{]${most}\\)\\s*(?:\\{|=>)`, "m");
/** A line that ends with its round bracket, as the body may be what is asked for. */
const typedInD = (name: string) =>
  new RegExp(`[\\w\\])]\\s+${name}${noExample}\\s*\\([^;{}\\n]${most}\\)\\s*(?:\\{|(?![\\s\\S]))`, "m");
const script = (name: string) => new RegExp(`\\b(?:function\\*?\\s+${name}\\b|(?:const|let|var|class)\\s+${name}\\b)`);

export const codeLanguages: readonly CodeLanguage[] = [
  {
    ...taskLanguage("python"),
    stop: ["\ndef", "\n#", "\nif", "\nclass"],
    defines: functionNamed("def|class"),
  },
  {
    ...taskLanguage("javascript"),
    stop: ["\nfunction ", "\n/*", "\n//", "\nconsole.log"],
    defines: script,
  },
  {
    ...taskLanguage("typescript"),
    stop: ["\nfunction ", "\n/*", "\n//", "\nclass"],
    defines: script,
  },
  { ...taskLanguage("java"), stop: ["\n    }\n"], defines: typed },
  {
    ...taskLanguage("go"),
    stop: ["\nfunc", "struct", "\n// "],
    defines: functionNamed("func"),
  },
  { ...taskLanguage("cpp"), stop: ["\n}"], defines: typed },
  { ...taskLanguage("rust"), stop: ["\n}"], defines: functionNamed("fn") },
  { ...taskLanguage("csharp"), stop: ["\n    }\n"], defines: typedInCsharp },
  { ...taskLanguage("d"), stop: ["\n\n", "\nvoid", "\nbool", "\nint"], defines: typedInD },
  { ...taskLanguage("php"), stop: ["\nfunction", "\n?>", "\n//", "\n#"], defines: functionNamed("function") },
  { ...taskLanguage("ruby"), stop: ["\nclass", "\ndef", "\n#", "\n\n"], defines: functionNamed("def") },
  {
    ...taskLanguage("lua"),
    stop: ["\nlocal", "\nfunction", "\n--", "\n\n"],
    defines: (name) => new RegExp(`\\bfunction\\s+${name}\\b|^(?:local\\s+)?${name}\\s*=\\s*function\\b`, "m"),
  },
  { ...taskLanguage("perl"), stop: ["\nsub", "\n#", "\n\n"], defines: functionNamed("sub") },
  {
    ...taskLanguage("r"),
    stop: ["\n#", "\n```"],
    defines: (name) => new RegExp(`^[ \\t]*${name}\\s*(?:<-|=)\\s*(?:function\\b|\\\\)`, "m"),
  },
  {
    ...taskLanguage("racket"),
    stop: ["\n(define ", "\n#|", "\n;", "\n("],
    defines: (name) => new RegExp(`\\(define\\s+\\(?${name}(?=[\\s)])`),
  },
  {
    ...taskLanguage("bash"),
    stop: ["\n}"],
    defines: (name) => new RegExp(`^[ \\t]*(?:function\\s+${name}\\b|${name}\\s*\\(\\s*\\))`, "m"),
  },
  { ...taskLanguage("ocaml"), stop: ["\n\n", "\n(*", "\ntype", "\nlet"], defines: functionNamed("let|let\\s+rec") },
];

/** The language of this name or alias that programs are judged in; undefined where there is none. */
export const languageOf = (name: string): CodeLanguage | undefined => languageNamed(codeLanguages, name);

/**
 * A completion up to the first stop token of its language; the token is left out, as MultiPL-E's tests begin with what
 * it closes.
 */
export function cutAtStop(completion: string, { stop }: Pick<CodeLanguage, "stop">): string {
  const ends = stop.map((token) => completion.indexOf(token)).filter((at) => at >= 0);
  return completion.slice(0, Math.min(completion.length, ...ends));
}

/** What MultiPL-E's form is made of. */
export interface ProgramParts {
  readonly prompt: string;
  readonly answer: string;
  readonly tests: string;
  readonly entryPoint: string;
}

/**
 * The answer's program and the tests, each by itself, from MultiPL-E's form. An answer that writes the whole function
 * again (as chat models do) replaces the prompt's last signature: what stands before that is kept. A bracket at the
 * beginning of the tests closes a function that was only completed.
 */
export function assembleParts(
  language: CodeLanguage,
  { prompt, answer, tests, entryPoint }: ProgramParts,
): { readonly program: string; readonly tests: string } {
  const defines = language.defines(entryPoint);
  const open = /^\s*\}/.exec(tests)?.[0] ?? "";
  const rest = tests.slice(open.length);
  if (!defines.test(answer)) return { program: `${prompt}${cutAtStop(answer, language)}\n${open}`, tests: rest };
  if (wholeClasses[language.name]?.test(answer))
    return { program: `${importsOf(prompt)}${answer.slice(0, answer.lastIndexOf("}"))}\n`, tests: rest };
  const at = defines.exec(prompt)?.index ?? prompt.length;
  const before = prompt.slice(0, prompt.lastIndexOf("\n", at) + 1);
  return { program: `${before}${answer}\n`, tests: rest };
}

/** A blank, a comment that ends where it first can: each text is read in one way. */
const between = String.raw`\s|\/\/.*\n|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/`;
const beginning = (words: string, kinds: string): RegExp => new RegExp(`^(?:${between}|${words})*(?:${kinds})\\s`);

/** Programs that begin with a class, not with members of one. */
const wholeClasses: Readonly<Record<string, RegExp>> = {
  java: beginning(String.raw`import\s[\w.* ]+;|@\w+\b|(?:public|final|abstract)\b`, "class|record|interface|enum"),
  csharp: beginning(
    String.raw`using\s[\w.= ]+;|(?:public|internal|abstract|static|sealed|partial)\b`,
    "class|struct|interface|enum|namespace",
  ),
};

/** The imports that a prompt begins with: a whole class leaves them out as it leaves out the prompt. */
const importsOf = (prompt: string): string =>
  (prompt.match(/^[ \t]*(?:import|using)\s[\w.* ]+;/gm) ?? []).map((line) => `${line.trim()}\n`).join("");

/** The program that decides, in MultiPL-E's form: prompt, completion, tests. */
export function assembleProgram(language: CodeLanguage, parts: ProgramParts): string {
  const { program, tests } = assembleParts(language, parts);
  return `${program}${tests}`;
}

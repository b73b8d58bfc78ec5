/** A language as tasks in it are asked for. */
export interface TaskLanguage {
  readonly name: string;
  /** Other names, as datasets and fences write them. */
  readonly aliases: readonly string[];
  /** As it is written in a sentence. */
  readonly title: string;
  /** What stands behind the three backticks. */
  readonly fence: string;
  /** Of what is no program: who answers and what is to be given. */
  readonly asked?: { readonly role: string; readonly thing: string; readonly rule: string };
}

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
/** A signature as C and Java write it: a type, the name, a bracket, and no semicolon before the body. */
const typed = (name: string) => new RegExp(`[\\w>\\]&*]\\s+${name}\\s*\\([^;{]*\\)[^;{]*\\{`);
const script = (name: string) => new RegExp(`\\b(?:function\\*?\\s+${name}\\b|(?:const|let|var|class)\\s+${name}\\b)`);

export const codeLanguages: readonly CodeLanguage[] = [
  {
    name: "python",
    aliases: ["py", "python3"],
    title: "Python",
    fence: "python",
    stop: ["\ndef", "\n#", "\nif", "\nclass"],
    defines: functionNamed("def|class"),
  },
  {
    name: "javascript",
    aliases: ["js", "node"],
    title: "JavaScript",
    fence: "javascript",
    stop: ["\nfunction ", "\n/*", "\n//", "\nconsole.log"],
    defines: script,
  },
  {
    name: "typescript",
    aliases: ["ts"],
    title: "TypeScript",
    fence: "typescript",
    stop: ["\nfunction ", "\n/*", "\n//", "\nclass"],
    defines: script,
  },
  { name: "java", aliases: [], title: "Java", fence: "java", stop: ["\n    }\n"], defines: typed },
  {
    name: "go",
    aliases: ["golang"],
    title: "Go",
    fence: "go",
    stop: ["\nfunc", "struct", "\n// "],
    defines: functionNamed("func"),
  },
  { name: "cpp", aliases: ["c++", "cc", "cxx"], title: "C++", fence: "cpp", stop: ["\n}"], defines: typed },
  { name: "rust", aliases: ["rs"], title: "Rust", fence: "rust", stop: ["\n}"], defines: functionNamed("fn") },
];

/** Languages of answers that no judge of programs runs: a checker decides about them. */
const checkedLanguages: readonly TaskLanguage[] = [
  {
    name: "lean4",
    aliases: ["lean"],
    title: "Lean 4",
    fence: "lean4",
    asked: {
      role: "an expert in formal proofs in Lean 4",
      thing: "the whole proof",
      rule: "Give what follows the statement, and do not write the statement again.",
    },
  },
  {
    name: "verilog",
    aliases: ["systemverilog", "sv"],
    title: "Verilog",
    fence: "verilog",
    asked: {
      role: "an expert Verilog designer",
      thing: "one complete module",
      rule: "It must have the name and the ports that the task asks for, and be synthesizable.",
    },
  },
  {
    name: "lp",
    aliases: ["cplex-lp"],
    title: "CPLEX LP format",
    fence: "lp",
    asked: {
      role: "an expert in optimisation modelling",
      thing: "one complete model in CPLEX LP format",
      rule: "Its optimal objective value must be the answer to the task.",
    },
  },
  {
    name: "shell",
    aliases: ["sh", "bash"],
    title: "shell",
    fence: "sh",
    asked: { role: "an expert in the shell", thing: "one complete script", rule: "It is run by sh." },
  },
  {
    name: "diff",
    aliases: ["patch"],
    title: "unified diff",
    fence: "diff",
    asked: {
      role: "an expert programmer",
      thing: "one complete patch as a unified diff",
      rule: "It is applied with patch -p1 in the project's folder.",
    },
  },
];

const named = <L extends TaskLanguage>(all: readonly L[], name: string): L | undefined => {
  const wanted = name.trim().toLowerCase();
  return all.find((language) => language.name === wanted || language.aliases.includes(wanted));
};

/** The language of this name or alias that programs are judged in; undefined where there is none. */
export const languageOf = (name: string): CodeLanguage | undefined => named(codeLanguages, name);

/** How a task in this language is asked for. One that is not known is asked for by its own name; none is Python. */
export function taskLanguage(name: string | undefined): TaskLanguage {
  const wanted = name?.trim() || "python";
  const known = languageOf(wanted) ?? named(checkedLanguages, wanted);
  return known ?? { name: wanted.toLowerCase(), aliases: [], title: wanted, fence: wanted.toLowerCase() };
}

/** The system text of a task in this language. */
export function codeSystem(language: string | undefined): string {
  const { title, fence, asked } = taskLanguage(language);
  const { role, thing, rule } = asked ?? {
    role: `an expert ${title} programmer`,
    thing: "one complete program",
    rule: "It must define what the task asks for by name.",
  };
  return `You are ${role}. Think briefly, then give ${thing} in a \`\`\`${fence} block. ${rule}`;
}

/** The request for the whole answer once more. */
export function wholeProgram(language: string | undefined): string {
  const { fence, asked } = taskLanguage(language);
  return `Give ${asked?.thing ?? "the whole program"} in one \`\`\`${fence} block.`;
}

/** A text in a fenced block of its language. */
export const codeBlock = (language: string | undefined, text: string): string =>
  `\`\`\`${taskLanguage(language).fence}\n${text}\n\`\`\``;

/** Does a block with this label hold this language? One without a label may. */
export function isLabelOf(label: string, language: string | undefined): boolean {
  const { name, aliases, fence } = taskLanguage(language);
  return ["", name, fence, ...aliases].includes(label.trim().toLowerCase());
}

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
  if (language.name === "java" && /\bclass\s+\w+/.test(answer))
    return { program: `${importsOf(prompt)}${answer.slice(0, answer.lastIndexOf("}"))}\n`, tests: rest };
  const at = defines.exec(prompt)?.index ?? prompt.length;
  const before = prompt.slice(0, prompt.lastIndexOf("\n", at) + 1);
  return { program: `${before}${answer}\n`, tests: rest };
}

/** The imports that a prompt begins with: a whole class leaves them out as it leaves out the prompt. */
const importsOf = (prompt: string): string =>
  (prompt.match(/^\s*import\s+[\w.* ]+;/gm) ?? []).map((line) => `${line.trim()}\n`).join("");

/** The program that decides, in MultiPL-E's form: prompt, completion, tests. */
export function assembleProgram(language: CodeLanguage, parts: ProgramParts): string {
  const { program, tests } = assembleParts(language, parts);
  return `${program}${tests}`;
}

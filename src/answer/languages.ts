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

/** Languages of programs. */
const programLanguages: readonly TaskLanguage[] = [
  { name: "python", aliases: ["py", "python3"], title: "Python", fence: "python" },
  { name: "javascript", aliases: ["js", "node"], title: "JavaScript", fence: "javascript" },
  { name: "typescript", aliases: ["ts"], title: "TypeScript", fence: "typescript" },
  { name: "java", aliases: [], title: "Java", fence: "java" },
  { name: "go", aliases: ["golang"], title: "Go", fence: "go" },
  { name: "cpp", aliases: ["c++", "cc", "cxx"], title: "C++", fence: "cpp" },
  { name: "rust", aliases: ["rs"], title: "Rust", fence: "rust" },
  { name: "csharp", aliases: ["c#", "cs", "c-sharp"], title: "C#", fence: "csharp" },
  { name: "d", aliases: ["dlang"], title: "D", fence: "d" },
  { name: "php", aliases: [], title: "PHP", fence: "php" },
  { name: "ruby", aliases: ["rb"], title: "Ruby", fence: "ruby" },
  { name: "lua", aliases: [], title: "Lua", fence: "lua" },
  { name: "perl", aliases: ["pl"], title: "Perl", fence: "perl" },
  { name: "r", aliases: ["rscript"], title: "R", fence: "r" },
  { name: "racket", aliases: ["rkt", "scheme"], title: "Racket", fence: "racket" },
  { name: "bash", aliases: [], title: "Bash", fence: "bash" },
  { name: "ocaml", aliases: ["ml"], title: "OCaml", fence: "ocaml" },
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

/** The language of this name or alias. */
export const languageNamed = <L extends TaskLanguage>(all: readonly L[], name: string): L | undefined => {
  const wanted = name.trim().toLowerCase();
  return all.find((language) => language.name === wanted || language.aliases.includes(wanted));
};

/** How a task in this language is asked for. One that is not known is asked for by its own name; none is Python. */
export function taskLanguage(name: string | undefined): TaskLanguage {
  const wanted = name?.trim() || "python";
  const known = languageNamed([...programLanguages, ...checkedLanguages], wanted);
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

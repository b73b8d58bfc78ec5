import { shortened } from "../../../src/code/programs.ts";
import { EnvironmentError } from "../../../src/core/errors.ts";
import type { ExecutionResult, Program } from "../../../src/core/execution.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Step } from "../../../src/core/trajectory.ts";

const PROGRAM_SYSTEM =
  "You answer one subproblem by writing Python. Put the given facts into variables, work the answer out from them in one function solution() without parameters that returns it, and give the function in one ```python block and nothing else. Use only the standard library. The answer must be computed, not stated.";
const LOGIC_SYSTEM =
  "You answer one subproblem by writing it as constraints in SMT-LIB 2 for the solver Z3. Declare what is unknown, assert every given fact and rule, then write (check-sat) and (get-value (...)) for what is asked. Give everything in one ```smt2 block and nothing else. The answer must follow from the facts, so never assert the answer itself.";
const WORDS_SYSTEM =
  "You answer one subproblem by common sense and knowledge. Think in a few sentences, then write the answer alone in the last line.";

const SHORTCUT =
  "This program only states its answer. Put in the facts that are given, and let the program work the answer out from them.";
const FAILED = "This program did not give an answer. Write the whole program again without the error.";

/** What a subproblem can be solved in. */
export const formalisms = ["program", "logic", "commonsense"] as const;
export type Formalism = (typeof formalisms)[number];

export interface Subproblem {
  readonly formalism: Formalism;
  readonly text: string;
}

export interface TacticLimits {
  readonly temperature: number;
  /** Programs that may be written for one subproblem. */
  readonly attempts: number;
  readonly timeoutMs: number;
  /** May one more request be made? Called before each. */
  readonly ask: () => boolean;
}

/** How a subproblem went: its answer, null where there is none, and the steps taken. */
export interface Solved {
  readonly answer: string | null;
  readonly steps: readonly Step[];
  readonly shortcuts: number;
  readonly failures: number;
}

const systems: Readonly<Record<Formalism, string>> = {
  program: PROGRAM_SYSTEM,
  logic: LOGIC_SYSTEM,
  commonsense: WORDS_SYSTEM,
};

/**
 * Solves one subproblem in its formalism. `task` holds the whole question, what is known by now, and the subproblem.
 * Cost: up to `attempts` calls and runs.
 */
export async function solveSubproblem(
  run: Run,
  { formalism }: Subproblem,
  task: string,
  limits: TacticLimits,
): Promise<Solved> {
  const messages: Message[] = [
    { role: "system", content: systems[formalism] },
    { role: "user", content: task },
  ];
  const steps: Step[] = [];
  let [shortcuts, failures] = [0, 0];
  const { temperature } = limits;
  const most = formalism === "commonsense" ? 1 : limits.attempts;
  for (let attempt = 0; attempt < most && limits.ask(); attempt++) {
    const purpose = formalism === "commonsense" ? "solve" : formalism === "logic" ? "logic" : "program";
    const [sample] = await run.sample({ messages, temperature, purpose });
    if (sample === undefined) break;
    const step: Step = {
      text: `${sample.text.trim()}\n`,
      kind: formalism,
      tokens: sample.completionTokens,
      call: sample.call,
    };
    if (formalism === "commonsense") {
      const answer = sample.text.trim().split("\n").at(-1)?.trim() ?? "";
      return { answer: answer === "" ? null : answer, steps: [...steps, step], shortcuts, failures };
    }
    const { answer, observation, shortcut } = await runTactic(run, formalism, sample.text, limits.timeoutMs);
    steps.push({ ...step, observation });
    if (answer !== null) return { answer, steps, shortcuts, failures };
    if (shortcut) shortcuts++;
    else failures++;
    messages.push({ role: "assistant", content: sample.text }, { role: "user", content: observation });
  }
  return { answer: null, steps, shortcuts, failures };
}

/** The program in a reply: its last block of that language, else its last block. */
function programIn(text: string, formalism: "program" | "logic"): Program {
  const blocks = [...text.matchAll(/```[ \t]*(\w*)[^\n]*\n([\s\S]*?)(?:```|$)/g)];
  const wanted = formalism === "logic" ? /^smt/i : /^py/i;
  const source = (blocks.findLast(([, label = ""]) => wanted.test(label)) ?? blocks.at(-1))?.[2] ?? text;
  return formalism === "logic"
    ? { language: "smt2", source }
    : { language: "python", source, result: { call: "solution" } };
}

async function runTactic(
  run: Run,
  formalism: "program" | "logic",
  text: string,
  wallMs: number,
): Promise<{ answer: string | null; observation: string; shortcut: boolean }> {
  const program = programIn(text, formalism);
  if (isShortcut(program)) return { answer: null, observation: `${SHORTCUT}\n\n`, shortcut: true };
  const result = await run.execute(program, { wallMs });
  requireSolver(result);
  const answer = answerOf(result, formalism);
  const shown = shortened(answer ?? (result.error.trim() || result.stdout.trim() || result.verdict), 400);
  const hint = answer === null ? `${FAILED}\n\n` : "\n";
  return { answer, observation: `\`\`\`output\n${shown.replaceAll("```", "'''")}\n\`\`\`\n${hint}`, shortcut: false };
}

function answerOf({ verdict, value, stdout }: ExecutionResult, formalism: "program" | "logic"): string | null {
  if (verdict !== "ok") return null;
  const text = (formalism === "logic" ? stdout : (value ?? "")).trim();
  return text === "" || (formalism === "logic" && !/^(?:un)?sat\b/.test(text)) ? null : text;
}

/** A sandbox without a solver says which language it runs instead. @throws EnvironmentError */
function requireSolver({ verdict, error }: ExecutionResult): void {
  if (verdict !== "refused" || !error.includes("not smt2")) return;
  throw new EnvironmentError(
    `A logic program came up, and the sandbox has no solver (${error}). Pass \`sandbox: withSolver(createSandbox("wasi"))\`, or leave "logic" out of the formalisms.`,
  );
}

const NUMBER = /^[-+]?(?:\d[\d_]*\.?\d*(?:e[-+]?\d+)?|\.\d+)$/i;
const TEXT = /^(?:[rbu]?"[^"{}]*"|[rbu]?'[^'{}]*'|f?"[^"{}]*"|f?'[^'{}]*'|True|False|None)$/;

/**
 * Does a program only state its answer instead of working it out? In Python: everything that it returns or prints is a
 * literal, or a name that is only ever given literals, with no branch or loop on the way. In SMT-LIB: every assertion
 * sets a constant to a literal, or there is none. Read from the text, so it errs on the side of letting programs pass.
 */
export function isShortcut({ language, source }: Pick<Program, "language" | "source">): boolean {
  return language === "smt2" ? statesModel(source) : statesAnswer(source);
}

function statesAnswer(source: string): boolean {
  const lines = source
    .replace(/"""[\s\S]*?"""|'''[\s\S]*?'''/g, "")
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim());
  const known = new Map<string, boolean>();
  const literal = (expression: string): boolean => {
    const text = expression.trim();
    if (NUMBER.test(text) || TEXT.test(text)) return true;
    const list = /^[[({](.*)[\])}]$/.exec(text)?.[1];
    if (list !== undefined) return list.split(",").every((item) => item.trim() === "" || literal(item));
    const formatted = /^f(["'])(.*)\1$/.exec(text)?.[2];
    if (formatted !== undefined)
      return [...formatted.matchAll(/\{([^{}]*)\}/g)].every(([, inner = ""]) => literal(inner));
    return known.get(text) === true;
  };
  const shown: boolean[] = [];
  for (const line of lines) {
    const [, name = "", value = ""] = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.+)$/.exec(line) ?? [];
    if (name !== "") known.set(name, known.get(name) !== false && literal(value));
    const changed = /^([A-Za-z_]\w*)\s*[-+*/%@&|^]{1,3}=/.exec(line)?.[1];
    if (changed !== undefined) known.set(changed, false);
    const output = /^(?:return\s+(.+)|print\((.*)\))$/.exec(line);
    if (output !== null) shown.push(splitArguments(output[1] ?? output[2] ?? "").every(literal));
  }
  const branches = lines.some((line) => /^(?:if|elif|while|for|match|try)\b/.test(line));
  return !branches && shown.length > 0 && shown.every(Boolean);
}

/** The arguments of a call, parted at commas outside brackets and quotes. */
function splitArguments(text: string): string[] {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (const character of text) {
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    if (character === "," && depth === 0 && quote === "") parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== "");
}

function statesModel(source: string): boolean {
  const asserted = source
    .replace(/;[^\n]*/g, "")
    .split(/(?=\(\s*assert\b)/)
    .filter((part) => /^\(\s*assert\b/.test(part));
  const value = String.raw`(?:-?[\d.]+|\(\s*-\s*[\d.]+\s*\)|true|false|"[^"]*")`;
  const stated = new RegExp(
    String.raw`^\(\s*assert\s+(?:\(\s*=\s+(?:[^\s()]+\s+${value}|${value}\s+[^\s()]+)\s*\)|[^\s()]+)\s*\)`,
  );
  return asserted.every((assertion) => stated.test(assertion.trim()));
}

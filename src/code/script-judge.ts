import type { ExecutionLimits, ExecutionResult, Sandbox, ScriptLanguage } from "../core/execution.ts";
import { type JudgedTask, type Judgement, longestAnswer, runPatiently } from "./judge.ts";
import { assembleParts, languageOf } from "./languages.ts";
import { bashHalves } from "./scripts/bash.ts";
import { raisedMark, type ScriptHalves } from "./scripts/halves.ts";
import { luaHalves } from "./scripts/lua.ts";
import { ocamlHalves } from "./scripts/ocaml.ts";
import { perlHalves } from "./scripts/perl.ts";
import { phpHalves } from "./scripts/php.ts";
import { rHalves } from "./scripts/r.ts";
import { racketHalves } from "./scripts/racket.ts";
import { rubyHalves } from "./scripts/ruby.ts";

const halvesOf: Readonly<Record<ScriptLanguage, ScriptHalves>> = {
  php: phpHalves,
  ruby: rubyHalves,
  lua: luaHalves,
  perl: perlHalves,
  r: rHalves,
  racket: racketHalves,
  bash: bashHalves,
  ocaml: ocamlHalves,
};

/** What may be a function's name in one of these languages. */
const plainName = /^[A-Za-z_][\w.?!-]*$/;

/**
 * Judges an answer in PHP, Ruby, Lua, Perl, R, Racket, Bash or OCaml by a test program in MultiPL-E's form. The tests
 * and the answer are two programs behind walls of their own: the tests hand over arguments and get plain values back.
 * It passes when the tests end well and have asked it. There is one verdict for all assertions. Cost: two runs at once,
 * and the same once more after a time-out.
 */
export async function judgeScript(
  sandbox: Sandbox,
  task: JudgedTask & { readonly language: ScriptLanguage },
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  const language = languageOf(task.language);
  const { prefix: prompt, answer, program, entryPoint } = task;
  if (language === undefined) return { verdict: "sandbox-error", tests: "", detail: `no language ${task.language}` };
  if (answer.length > longestAnswer)
    return { verdict: "compile-error", tests: "", detail: `the program is longer than ${longestAnswer} characters` };
  if (!plainName.test(entryPoint))
    return { verdict: "broken-tests", tests: "", detail: "the task names no function that can be called" };
  const parts = assembleParts(language, { prompt, answer, tests: program, entryPoint });
  const at = language.defines(entryPoint).exec(prompt)?.index ?? prompt.length;
  const before = prompt.slice(0, prompt.lastIndexOf("\n", at) + 1);
  const halves = halvesOf[task.language];
  const head = prompt.slice(before.length);
  const source = halves.driver(before, entryPoint, parts.tests, head);
  const subject = { source: halves.subject(parts.program, entryPoint, head) };
  const both = { language: task.language, source, subject };
  return judgementOf(await runPatiently(sandbox, both, limits, { crashes: false }));
}

function judgementOf({ verdict, error, asked = false }: ExecutionResult): Judgement {
  if (verdict === "ok")
    return asked
      ? { verdict: "accepted", tests: "P", detail: "" }
      : { verdict: "broken-tests", tests: "", detail: "the tests ended without asking the answer" };
  return { verdict: verdictOf(verdict, error, asked), tests: "", detail: error.slice(-300) };
}

function verdictOf(verdict: string, error: string, asked: boolean): Judgement["verdict"] {
  if (error.startsWith("subject: compile error")) return "compile-error";
  if (error.startsWith("compile error")) return "broken-tests";
  if (verdict === "timeout") return "time-limit";
  if (verdict === "memory") return "memory-limit";
  if (verdict === "output-limit") return "output-limit";
  if (verdict === "refused") return "sandbox-error";
  if (error.startsWith("subject: ") || error.includes(raisedMark)) return "runtime-error";
  return asked ? "wrong-answer" : "broken-tests";
}

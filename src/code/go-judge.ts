import { randomUUID } from "node:crypto";
import type { ExecutionLimits, Sandbox } from "../core/execution.ts";
import type { JudgedTask, Judgement } from "./judge.ts";
import { assembleProgram, languageOf } from "./languages.ts";

/** The program with a statement behind its last test that writes the word, so that an early exit does not pass. */
function withWord(program: string, word: string): string {
  const whole = program.trimEnd();
  const at = whole.lastIndexOf("}");
  return `${whole.slice(0, at)}print("${word}")\n${whole.slice(at)}\n`;
}

/**
 * Judges an answer in Go by a test program in MultiPL-E's form, whose `main` asserts. Here tests and answer are one
 * program still, whose source is gone when it runs: a program that searches its own binary finds its tests. It passes
 * when it ends well and its last statement was reached. There is one verdict for all assertions: the first that fails
 * ends the program. Cost: one build and run.
 */
export async function judgeGo(
  sandbox: Sandbox,
  { prefix: prompt, answer, program: tests, entryPoint }: JudgedTask,
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  const language = languageOf("go");
  if (language === undefined) return { verdict: "sandbox-error", tests: "", detail: "no language go" };
  const word = `done_${randomUUID().replaceAll("-", "")}`;
  const source = withWord(assembleProgram(language, { prompt, answer, tests, entryPoint }), word);
  const { verdict, error } = await sandbox.run({ language: "go", source }, { limits });
  if (verdict === "ok" && error.endsWith(word)) return { verdict: "accepted", tests: "P", detail: "" };
  if (verdict === "ok") return { verdict: "runtime-error", tests: "", detail: "it ended before its last test" };
  return { verdict: verdictOf(verdict, error), tests: "", detail: error.slice(-300) };
}

function verdictOf(verdict: string, error: string): Judgement["verdict"] {
  if (error.startsWith("compile error")) return "compile-error";
  if (verdict === "timeout") return "time-limit";
  if (verdict === "memory") return "memory-limit";
  if (verdict === "output-limit") return "output-limit";
  if (verdict === "refused") return "sandbox-error";
  return /assert/i.test(error) ? "wrong-answer" : "runtime-error";
}

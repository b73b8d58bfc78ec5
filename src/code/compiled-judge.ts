import type { BuiltLanguage, ExecutionLimits, ExecutionResult, Sandbox } from "../core/execution.ts";
import { type Halves, type Signature, signatureIn } from "./compiled-halves.ts";
import { cppHalves } from "./cpp-halves.ts";
import { csharpHalves } from "./csharp-halves.ts";
import { dHalves } from "./d-halves.ts";
import { goHalves } from "./go-halves.ts";
import { javaHalves } from "./java-halves.ts";
import { type JudgedTask, type Judgement, longestAnswer, runPatiently } from "./judge.ts";
import { assembleParts, type CodeLanguage, languageOf } from "./languages.ts";
import { rustHalves } from "./rust-halves.ts";

const halvesOf: Readonly<Record<BuiltLanguage, Halves>> = {
  cpp: cppHalves,
  java: javaHalves,
  rust: rustHalves,
  go: goHalves,
  csharp: csharpHalves,
  d: dHalves,
};

/** What the tests write when their last statement was reached. It is no secret: no answer runs where it is written. */
const lastWord = "all tests were reached";

/** Only words for types and names: a head that the answer gives takes no expression into the tests' program. */
const plainHead = /^[\w\s:<>,*&.[\]?]*\([\w\s:<>,*&.[\]?]*\)\s*(?:->[\w\s:<>,()]*)?$/;
const plainGoHead = /^func \w+\([\w\s,*.[\]]*\)[\w\s,*.()[\]]*$/;

function isPlain(language: CodeLanguage, head: string): boolean {
  return language.name === "go" ? plainGoHead.test(head.replaceAll("interface{}", "any")) : plainHead.test(head);
}

interface Declared {
  readonly signature: Signature;
  readonly byAnswer: boolean;
}

function declared(language: CodeLanguage, { prefix, answer, entryPoint }: JudgedTask): Declared | null {
  const defines = language.defines(entryPoint);
  const ofTask = signatureIn(prefix, entryPoint, defines);
  if (ofTask !== null) return { signature: ofTask, byAnswer: false };
  const ofAnswer = signatureIn(answer, entryPoint, defines);
  if (ofAnswer === null || !isPlain(language, ofAnswer.head)) return null;
  return { signature: { ...ofAnswer, before: prefix }, byAnswer: true };
}

/**
 * Judges an answer in C++, Java, Rust, Go, C# or D by a test program in MultiPL-E's form, whose `main` asserts (in Go
 * it may also be a test of the package `testing`). The tests and the answer are two programs, built apart and run
 * behind walls of their own: the tests hand over arguments and get values back. It passes when the tests end well and
 * their last statement was reached. There is one verdict for all assertions: the first that fails ends the program.
 * Cost: two builds at once, the tests' only once, and two runs; the answer's once more after a time-out.
 */
export async function judgeCompiled(
  sandbox: Sandbox,
  task: JudgedTask & { readonly language: BuiltLanguage },
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  const language = languageOf(task.language);
  if (language === undefined) return { verdict: "sandbox-error", tests: "", detail: `no language ${task.language}` };
  if (task.answer.length > longestAnswer)
    return { verdict: "compile-error", tests: "", detail: `the program is longer than ${longestAnswer} characters` };
  const found = declared(language, task);
  if (found === null) return await withoutFunction(sandbox, task, limits);
  const { prefix: prompt, answer, program, entryPoint } = task;
  const halves = halvesOf[task.language];
  const parts = assembleParts(language, { prompt, answer, tests: program, entryPoint });
  const source = halves.driver(found.signature, halves.ending(parts.tests, lastWord));
  const subject = { source: halves.subject(parts.program, entryPoint, found.signature) };
  const both = { language: task.language, source, subject };
  return judgementOf(await runPatiently(sandbox, both, limits, { crashes: false }), found.byAnswer);
}

/** There is nothing to call: the answer's own doing, but where the language cannot be had at all. */
async function withoutFunction(
  sandbox: Sandbox,
  { language, answer, entryPoint }: JudgedTask & { readonly language: BuiltLanguage },
  limits: Partial<ExecutionLimits>,
): Promise<Judgement> {
  const { verdict, error } = await sandbox.run({ language, source: answer }, { limits });
  if (verdict === "refused") return { verdict: "sandbox-error", tests: "", detail: error.slice(-300) };
  return { verdict: "compile-error", tests: "", detail: `there is no function ${entryPoint} that can be called` };
}

function judgementOf({ verdict, error }: ExecutionResult, byAnswer: boolean): Judgement {
  if (verdict === "ok" && error.endsWith(lastWord)) return { verdict: "accepted", tests: "P", detail: "" };
  if (verdict === "ok")
    return { verdict: "broken-tests", tests: "", detail: "the tests ended before their last statement" };
  return { verdict: verdictOf(verdict, error, byAnswer), tests: "", detail: error.slice(-300) };
}

function verdictOf(verdict: string, error: string, byAnswer: boolean): Judgement["verdict"] {
  if (error.startsWith("subject: compile error")) return "compile-error";
  if (error.startsWith("compile error")) return byAnswer ? "compile-error" : "broken-tests";
  if (verdict === "timeout") return "time-limit";
  if (verdict === "memory") return "memory-limit";
  if (verdict === "output-limit") return "output-limit";
  if (verdict === "refused") return "sandbox-error";
  return !error.startsWith("subject: ") && /assert|failed unittests/i.test(error) ? "wrong-answer" : "runtime-error";
}

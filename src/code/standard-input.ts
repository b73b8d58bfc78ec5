import type { ExecutionLimits, ExecutionResult, Program, Sandbox } from "../core/execution.ts";
import type { InputExample } from "../core/question.ts";
import { type Judgement, type JudgeVerdict, longestAnswer, runPatiently } from "./judge.ts";
import { writesTheSame } from "./written-lines.ts";

const atOnce = 2;

/**
 * Judges a program by what it writes for what it reads. Each case is a run of its own, in which nothing of the expected
 * output is; the first that fails ends it. One that took too long is run once more with three times the time. Cost: a
 * run a case (with a build, in compiled languages).
 */
export async function judgeCases(
  sandbox: Sandbox,
  program: { readonly language: Program["language"]; readonly source: string },
  cases: readonly InputExample[],
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  if (program.source.length > longestAnswer)
    return { verdict: "compile-error", tests: "", detail: `the program is longer than ${longestAnswer} characters` };
  if (cases.length === 0) return { verdict: "broken-tests", tests: "", detail: "there is no case" };
  let marks = "";
  for (let from = 0; from < cases.length; from += atOnce) {
    const some = cases.slice(from, from + atOnce);
    const found = await Promise.all(some.map((one) => judgeCase(sandbox, program, one, limits)));
    marks += found
      .map(({ verdict }) => (verdict === "accepted" ? "P" : verdict === "wrong-answer" ? "F" : "E"))
      .join("");
    const failed = found.findIndex(({ verdict }) => verdict !== "accepted");
    const { verdict, detail } = found[failed] ?? { verdict: "accepted" as const, detail: "" };
    if (verdict !== "accepted")
      return { verdict, tests: marks.padEnd(cases.length, "E"), detail: `case ${from + failed + 1}: ${detail}` };
  }
  return { verdict: "accepted", tests: marks, detail: "" };
}

async function judgeCase(
  sandbox: Sandbox,
  program: { readonly language: Program["language"]; readonly source: string },
  { input, output }: InputExample,
  given: Partial<ExecutionLimits>,
): Promise<{ readonly verdict: JudgeVerdict; readonly detail: string }> {
  const outputBytes = Math.max(64 * 1024, 2 * Buffer.byteLength(output));
  const result = await runPatiently(sandbox, { ...program, stdin: input }, { outputBytes, ...given });
  if (result.verdict !== "ok") return { verdict: verdictOf(result), detail: result.error.slice(-300) };
  if (writesTheSame(result.stdout, output)) return { verdict: "accepted", detail: "" };
  return { verdict: "wrong-answer", detail: `expected ${shown(output)}, got ${shown(result.stdout)}` };
}

const shown = (text: string): string => JSON.stringify(text.length > 200 ? `${text.slice(0, 197)}...` : text);

function verdictOf({ verdict, error }: ExecutionResult): JudgeVerdict {
  if (error.startsWith("compile error") || /\bSyntaxError\b/.test(error)) return "compile-error";
  if (verdict === "timeout") return "time-limit";
  if (verdict === "memory") return "memory-limit";
  if (verdict === "output-limit") return "output-limit";
  return verdict === "refused" ? "sandbox-error" : "runtime-error";
}

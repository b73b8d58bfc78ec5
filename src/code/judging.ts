import type { ExecutionLimits, Sandbox } from "../core/execution.ts";
import { judgeCompiled } from "./compiled-judge.ts";
import { judgeJavascript } from "./javascript-judge.ts";
import { type JudgedTask, type Judgement, judgeAnswer } from "./judge.ts";
import { languageOf } from "./languages.ts";

/**
 * Judges an answer in any language that the sandbox takes; one that it does not take, or that is not known, is a
 * `sandbox-error` that says so.
 */
export async function judgeProgram(
  sandbox: Sandbox,
  language: string,
  task: JudgedTask,
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  const known = languageOf(language)?.name;
  switch (known) {
    case "python":
      return await judgeAnswer(sandbox, task, limits);
    case "javascript":
    case "typescript":
      return await judgeJavascript(sandbox, { ...task, language: known }, limits);
    case "java":
    case "cpp":
    case "rust":
    case "go":
      return await judgeCompiled(sandbox, { ...task, language: known }, limits);
    default:
      return { verdict: "sandbox-error", tests: "", detail: `no runtime for ${language}` };
  }
}

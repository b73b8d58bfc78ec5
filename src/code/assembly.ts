import type { Candidate } from "../core/candidate.ts";
import type { CodeTask } from "../core/question.ts";

const definition = (name: string): RegExp => new RegExp(`^(?:async\\s+)?(?:def|class)\\s+${name}\\b`, "m");

/** Does this Python text define a function or class of this name at the top level? */
export const defines = (source: string, name: string): boolean => definition(name).test(source);

/**
 * The program that decides about an answer: what stands before it (imports and the signature of a completion task), then the answer. A bare body that
 * lost its indentation is indented again; whatever defines the function itself stays as it is.
 */
export function assemble(answer: string, prefix: string, entryPoint: string): string {
  if (prefix === "") return answer;
  const start = prefix.endsWith("\n") ? prefix : `${prefix}\n`;
  return start + (defines(answer, entryPoint) ? answer : asBody(answer));
}

/** Every line at least four spaces in; only the first where trimming took the indentation of that line alone. */
function asBody(answer: string): string {
  const lines = answer.split("\n");
  const written = lines.filter((line) => line.trim() !== "");
  const [first = "", second = ""] = written;
  if (/^\s/.test(first)) return answer;
  const rest = written.slice(1).map(indentation);
  const opensBlock = /:\s*(?:#.*)?$/.test(first) && indentation(second) <= 4;
  const onlyFirst = rest.length > 0 && Math.min(...rest) >= 4 && !opensBlock;
  if (onlyFirst) return `    ${answer.trimStart()}`;
  return lines.map((line) => (line.trim() === "" ? line : `    ${line}`)).join("\n");
}

const indentation = (line: string): number => line.length - line.trimStart().length;

/** A candidate's program as it would be judged; null when no program could be read. */
export function programOf(candidate: Pick<Candidate, "answer">, task: CodeTask): string | null {
  return candidate.answer === null ? null : assemble(candidate.answer.text, task.prefix ?? "", task.entryPoint);
}

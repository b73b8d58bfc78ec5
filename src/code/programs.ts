import { isLabelOf } from "../answer/languages.ts";
import type { Candidate } from "../core/candidate.ts";
import type { ExecutionResult, Program } from "../core/execution.ts";
import type { Sample } from "../core/policy.ts";
import type { CodeTask } from "../core/question.ts";
import type { Run } from "../core/run.ts";
import { Trajectory } from "../core/trajectory.ts";

/** Any fenced block with its label. Blocks of output match too, so that their end is not read as a beginning. */
const FENCE = /```(?:[ \t]*([\w+#-]+))?[^\S\n]*\n([\s\S]*?)(?:```|$)/g;

/**
 * The program in a model's text: the last block of the language (or without a label) that contains `mark`, else the
 * last such block, else the text from the line with `mark` on. Null when there is none of these.
 */
export function extractProgram(text: string, mark: string, language = "python"): string | null {
  const all = [...text.matchAll(FENCE)].filter(([, label = ""]) => isLabelOf(label, language));
  const blocks = all.map(([, , code]) => code ?? "");
  const block = blocks.findLast((code) => code.includes(mark)) ?? blocks.at(-1);
  if (block !== undefined) return block;
  const at = text.indexOf(mark);
  if (at < 0) return null;
  return text.slice(text.lastIndexOf("\n", at) + 1);
}

/** A model's text parted into words and code: a line that begins with three backticks opens a block or closes it. */
export interface Fenced {
  /** The text without its blocks. */
  readonly words: string;
  /** The last block's content; null without one. */
  readonly code: string | null;
  /** Is the last block still open at the end? */
  readonly open: boolean;
  /** Does the text end with a closed block? */
  readonly endsInBlock: boolean;
}

export function readFences(text: string): Fenced {
  const words: string[] = [];
  let code: string[] | null = null;
  let open = false;
  let endsInBlock = false;
  for (const line of text.split("\n")) {
    if (/^\s*```/.test(line)) {
      if (!open) code = [];
      open = !open;
      endsInBlock = !open;
    } else if (open) code?.push(line);
    else {
      words.push(line);
      endsInBlock = endsInBlock && line.trim() === "";
    }
  }
  return { words: words.join("\n"), code: code?.join("\n") ?? null, open, endsInBlock };
}

/** The first and the last half of a text that is longer than `most` characters. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`;
}

const definition = (name: string): RegExp => new RegExp(`^(?:async\\s+)?(?:def|class)\\s+${name}\\b`, "m");

/** Does this Python text define a function or class of this name at the top level? */
export const defines = (source: string, name: string): boolean => definition(name).test(source);

/**
 * The program that is judged: what the task puts before the answer (imports, the signature of a completion task), then
 * the answer. A bare body that lost its indentation is indented again; an answer that defines the function stays as it
 * is.
 */
export function assemble(answer: string, prefix: string, entryPoint: string): string {
  if (prefix === "") return answer;
  const start = prefix.endsWith("\n") ? prefix : `${prefix}\n`;
  return start + (defines(answer, entryPoint) ? answer : asBody(answer));
}

/** Indents every line by four; only the first where trimming took the indentation of that line alone. */
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

/** Where the answer of a whole program is found: what a function returns, or a variable. */
export type ProgramResult = NonNullable<Program["result"]>;

/**
 * A sample that is a program, run: the answer is the value it gives. An error, a time-out or no program at all is a
 * candidate without an answer (never an exception). Cost: one sandbox run.
 */
export async function programCandidate(
  run: Run,
  sample: Sample,
  result: ProgramResult,
  wallMs = 10_000,
): Promise<Candidate> {
  const mark = "call" in result ? `def ${result.call}` : result.variable;
  return await sourceCandidate(run, sample, extractProgram(sample.text, mark), result, wallMs);
}

/** The same for a source that was made out of the sample; null is no program. */
export async function sourceCandidate(
  run: Run,
  sample: Sample,
  source: string | null,
  result: ProgramResult,
  wallMs = 10_000,
): Promise<Candidate> {
  const name = "call" in result ? `def ${result.call}` : result.variable;
  const execution: ExecutionResult =
    source === null
      ? { verdict: "refused", value: null, stdout: "", error: `no program with "${name}" in the text` }
      : await run.execute({ language: "python", source, result }, { wallMs });
  const value = execution.verdict === "ok" ? execution.value : null;
  const observation = `\n\`\`\`output\n${execution.verdict === "ok" ? (value ?? "None") : execution.error.slice(-400)}\n\`\`\`\n`;
  return {
    trajectory: Trajectory.of([
      { text: sample.text, kind: "program", tokens: sample.completionTokens, call: sample.call, observation },
    ]),
    text: sample.text + observation,
    answer: value === null || value.trim() === "" ? null : { text: value, rule: "executed" },
    complete: sample.finish === "stop" || value !== null,
    execution,
    logprobs: sample.logprobs,
    notes: { verdict: execution.verdict },
  };
}

import type { Candidate } from "../core/candidate.ts";
import type { ExecutionResult, Program } from "../core/execution.ts";
import type { Sample } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { Trajectory } from "../core/trajectory.ts";

/** Any fenced block with its label: outputs are taken whole too, so that their end is not taken for a beginning. */
const FENCE = /```[ \t]*(\w*)[^\S\n]*\n([\s\S]*?)(?:```|$)/g;

/**
 * The program in a model's text: the last block of Python (or without a label) that contains `mark`, else the last such block, else the text from the line
 * with `mark` on. Null when there is none of these.
 */
export function extractProgram(text: string, mark: string): string | null {
  const all = [...text.matchAll(FENCE)].filter(([, label = ""]) => /^(?:python3?|py)?$/i.test(label));
  const blocks = all.map(([, , code]) => code ?? "");
  const block = blocks.findLast((code) => code.includes(mark)) ?? blocks.at(-1);
  if (block !== undefined) return block;
  const at = text.indexOf(mark);
  if (at < 0) return null;
  return text.slice(text.lastIndexOf("\n", at) + 1);
}

/** How a whole program's answer is asked for. */
export type ProgramResult = NonNullable<Program["result"]>;

/**
 * A sample that is a program, run: the answer is the value it gives. An error, a time-out or no program at all is a candidate without an answer
 * (never an exception). Cost: one sandbox run.
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
    trajectory: Trajectory.of([{ text: sample.text, kind: "program", tokens: sample.completionTokens, call: sample.call, observation }]),
    text: sample.text + observation,
    answer: value === null || value.trim() === "" ? null : { text: value, rule: "executed" },
    complete: sample.finish === "stop" || value !== null,
    execution,
    ...(sample.logprobs === undefined ? {} : { logprobs: sample.logprobs }),
    notes: { verdict: execution.verdict },
  };
}

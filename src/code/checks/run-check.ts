import { randomUUID } from "node:crypto";
import type { Check, CheckSpec } from "../../core/check.ts";
import { InvalidOptionError } from "../../core/errors.ts";
import type { ExecutionLimits, ExecutionResult, Program } from "../../core/execution.ts";
import type { Question } from "../../core/question.ts";
import { missingProgram } from "../../sandbox/tools.ts";
import { lackedLibrary } from "../libraries.ts";
import { remembered } from "../remembered.ts";
import { leanAt, leanPlaces, proofIn, trivialTask } from "./lean.ts";
import { presetNamed, presetNames } from "./presets.ts";
import { type Checked, readVerdict } from "./verdicts.ts";

export type { Checked };

/** What a check is filled with. */
export interface CheckedTask {
  readonly answer: string;
  readonly prefix: string;
  readonly tests: string;
  readonly entryPoint: string;
  /** The reference answer, where there is one: it proves the checker. */
  readonly reference: string;
}

/** A question with an answer, as a check is filled; what only graders hold is left empty. */
export function checkedTaskOf(
  { code }: Pick<Question, "code">,
  given: Partial<CheckedTask> & Pick<CheckedTask, "answer">,
): CheckedTask {
  const { prefix = "", entryPoint = "" } = code ?? {};
  return { prefix, entryPoint, tests: "", reference: "", ...given };
}

/** Runs a command in the sandbox. */
export type RunCommand = (program: Program, limits: Partial<ExecutionLimits>) => Promise<ExecutionResult>;

/** A time-out is run once more with three times the time where that is no more than this. */
const againUpToSeconds = 30;

/** @throws InvalidOptionError for a preset that is none, or a check without a command. */
export function resolveCheck(spec: CheckSpec): Check {
  const { preset, ...own } = spec;
  const base = preset === undefined ? null : presetNamed(preset);
  if (preset !== undefined && base === null)
    throw new InvalidOptionError('check: "preset"', `must be one of ${presetNames.join(", ")}, got "${preset}".`);
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const files = base === null ? (own.files ?? defaults.files) : { ...base.files, ...own.files };
  const check = { ...defaults, ...base, ...given, files, name: preset ?? "command" };
  if (check.command === "") throw new InvalidOptionError('check: "command"', "must be given where no preset is.");
  return check;
}

const defaults: Check = {
  name: "command",
  command: "",
  files: { answer: "{answer}\n" },
  verdict: { by: "exit", right: [0], wrong: [1] },
  timeoutSeconds: 30,
  memoryMiB: 512,
  needs: [],
};

/** What a check needs and this machine lacks, with the remedy; null where all is there. */
export const checkLacks = ({ needs }: Check): string | null =>
  needs.map(missingProgram).find((one) => one !== null) ?? null;

/** How the checker fared with an answer that is known to be right, by check and task. */
const proofs = new Map<string, Promise<Checked>>();
const mostProofs = 5_000;

/**
 * Runs a checker on an answer. Before an answer is called wrong, the checker has to accept one that is known to be
 * right (the check's own, else the reference), once a task: else it is broken, and nothing is decided. Cost: one
 * command, another where it ran out of time, and once a task that of the proof.
 */
export async function runCheck(run: RunCommand, given: Check, task: CheckedTask): Promise<Checked> {
  const lacks = checkLacks(given);
  if (lacks !== null) return { verdict: "undecided", reason: lacks, environment: true };
  const check = given.name === "lean" ? placed(given) : given;
  const own = { ...task, answer: given.name === "lean" ? proofIn(task.answer, task.prefix) : task.answer };
  const refused = refusedUnrun(check, own);
  if (refused !== null) return { verdict: "wrong", reason: refused };
  const found = await once(run, check, own);
  if (found.verdict === "right" || found.environment === true) return found;
  const known = knownRight(check, own);
  if (known === null) return found;
  const proof = await proofOf(run, check, known);
  if (proof.environment === true) return proof;
  if (proof.verdict !== "right")
    return {
      verdict: "undecided",
      reason: `the checker is broken: of an answer known to be right it says "${proof.reason}"`,
    };
  return found.verdict === "undecided" ? { verdict: "wrong", reason: found.reason } : found;
}

/** Why an answer is wrong without being run; null where it is not. */
export function refusedUnrun({ forbids, name }: Check, { answer, prefix }: CheckedTask): string | null {
  const own = name === "lean" ? proofIn(answer, prefix) : answer;
  const [bad] = (forbids === undefined ? null : new RegExp(forbids, "m").exec(own)) ?? [];
  return bad === undefined ? null : `not run: it holds "${bad.slice(0, 40)}"`;
}

/** Lean is where PATH has it, and is shown its own folder. */
function placed(check: Check): Check {
  if (check.folders !== undefined) return check;
  const places = leanPlaces("lean");
  if (places === null) return check;
  const { command, folders, needs } = leanAt(places.path, places.folders);
  return { ...check, command, folders, needs };
}

function knownRight(check: Check, task: CheckedTask): CheckedTask | null {
  if (check.known !== undefined) return { ...task, answer: check.known };
  if (check.name === "lean") return { ...task, ...trivialTask(task.prefix) };
  // Of a value alone no answer can be made.
  return check.verdict.by === "value" || task.reference.trim() === "" ? null : { ...task, answer: task.reference };
}

async function proofOf(run: RunCommand, check: Check, known: CheckedTask): Promise<Checked> {
  const { timeoutSeconds: _, ...same } = check;
  const key = JSON.stringify([same, known]);
  // Load must not make a checker look broken.
  const patient = { ...check, timeoutSeconds: Math.max(60, check.timeoutSeconds) };
  const [oldest] = proofs.keys();
  if (proofs.size >= mostProofs && oldest !== undefined && !proofs.has(key)) proofs.delete(oldest);
  const found = await remembered(proofs, key, () => once(run, patient, known));
  if (found.environment === true || found.verdict === "time-limit") proofs.delete(key);
  return found;
}

async function once(run: RunCommand, check: Check, task: CheckedTask): Promise<Checked> {
  const word = `word${randomUUID().replaceAll("-", "")}`;
  const filled = (text: string) => fill(text, task, word);
  const program: Program = {
    language: "shell",
    source: filled(check.command),
    files: Object.fromEntries(Object.entries(check.files).map(([name, text]) => [filled(name), filled(text)])),
    ...(check.stdin !== undefined && { stdin: filled(check.stdin) }),
    ...(check.folders !== undefined && { folders: check.folders }),
  };
  const limits = { wallMs: check.timeoutSeconds * 1000, memoryMiB: check.memoryMiB };
  const first = await run(program, limits);
  const again = first.verdict === "timeout" && check.timeoutSeconds <= againUpToSeconds;
  const result = again ? await run(program, { ...limits, wallMs: 3 * limits.wallMs }) : first;
  if (result.verdict === "refused") {
    const lacking = /cannot be set up|runtime runs/.test(result.error);
    return { verdict: "undecided", reason: result.error, ...(lacking && { environment: true as const }) };
  }
  if (result.verdict === "timeout")
    return { verdict: "time-limit", reason: `no verdict within ${check.timeoutSeconds} s` };
  if (result.verdict === "memory" || result.verdict === "output-limit")
    return { verdict: "wrong", reason: result.verdict === "memory" ? "memory-limit" : "output-limit" };
  const lacked = check.verdict.by === "value" && result.exit !== 0 ? lackedLibrary(result.error) : null;
  if (lacked !== null && (await isAbsent(run, lacked)))
    return {
      verdict: "undecided",
      reason: `${lacked} is not here: install it for /usr/bin/python3`,
      environment: true,
    };
  return readVerdict(check.verdict, result, { word, reference: task.reference });
}

/** Does the machine's Python lack a library? What a program says of it is not enough. */
async function isAbsent(run: RunCommand, name: string): Promise<boolean> {
  const source = `/usr/bin/python3 -I -B -c 'import ${name}'`;
  return (await run({ language: "shell", source }, { wallMs: 60_000 })).verdict === "error";
}

function fill(text: string, task: CheckedTask, word: string): string {
  const values: Readonly<Record<string, string>> = { ...task, word };
  return text.replace(/\{(answer|prefix|tests|entryPoint|reference|word)\}/g, (_, name: string) => values[name] ?? "");
}

import type { ExecutionLimits, Sandbox } from "../core/execution.ts";
import { judgeCompiled } from "./compiled-judge.ts";
import { importsOf, missingFeature, missingModule } from "./environment.ts";
import { judgeJavascript } from "./javascript-judge.ts";
import { type JudgedTask, type Judgement, judgeAnswer } from "./judge.ts";
import { languageProofs } from "./language-proofs.ts";
import { languageOf } from "./languages.ts";
import { isLibrary, lackedLibrary } from "./libraries.ts";
import { remembered } from "./remembered.ts";
import { judgeScript } from "./script-judge.ts";

/**
 * Judges an answer in any language that the sandbox takes; one that is not known is a `sandbox-error` that says so.
 * Nothing is held against an answer before the language's own proof (a right answer that passes and a wrong one that
 * does not) went through this sandbox: what is missing here is `environment`, and the detail says what to install.
 * Cost: that of the language's judge, and once a sandbox that of its proof.
 */
export async function judgeProgram(
  sandbox: Sandbox,
  language: string,
  task: JudgedTask,
  limits: Partial<ExecutionLimits> = {},
): Promise<Judgement> {
  const known = languageOf(language)?.name;
  if (known === undefined) return { verdict: "sandbox-error", tests: "", detail: `no runtime for ${language}` };
  const hidden = known === "python" ? await missingModule(sandbox, librariesOf(task)) : null;
  if (hidden !== null) return asEnvironment(hidden);
  return await unlessLacking(sandbox, known, task, await judged(sandbox, known, task, limits));
}

/**
 * The judgement, but where it says less than accepted and this machine is at fault: then that is said. `language` is a
 * name of {@link languageOf}. Cost: once a sandbox that of the language's proof.
 */
export async function unlessLacking(
  sandbox: Sandbox,
  language: string,
  task: Pick<JudgedTask, "prefix" | "program" | "answer">,
  judgement: Judgement,
): Promise<Judgement> {
  if (judgement.verdict === "accepted") return judgement;
  const fault = (await runtimeFault(sandbox, language)) ?? (await importFault(sandbox, language, task, judgement));
  return fault === null ? judgement : asEnvironment(fault);
}

const asEnvironment = (detail: string): Judgement => ({ verdict: "environment", tests: "", detail });

async function judged(
  sandbox: Sandbox,
  language: string,
  task: JudgedTask,
  limits: Partial<ExecutionLimits>,
): Promise<Judgement> {
  switch (language) {
    case "python":
      return await judgeAnswer(sandbox, task, limits);
    case "javascript":
    case "typescript":
      return await judgeJavascript(sandbox, { ...task, language }, limits);
    case "java":
    case "cpp":
    case "rust":
    case "go":
    case "csharp":
    case "d":
      return await judgeCompiled(sandbox, { ...task, language }, limits);
    case "php":
    case "ruby":
    case "lua":
    case "perl":
    case "r":
    case "racket":
    case "bash":
    case "ocaml":
      return await judgeScript(sandbox, { ...task, language }, limits);
    default:
      return { verdict: "sandbox-error", tests: "", detail: `no runtime for ${language}` };
  }
}

const librariesOf = ({ prefix, program }: Pick<JudgedTask, "prefix" | "program">): readonly string[] =>
  importsOf(`${prefix}\n${program}`).filter(isLibrary);

const proven = new WeakMap<Sandbox, Map<string, Promise<string | null>>>();

/**
 * Why programs of this language cannot be judged here; null where they can. What failed for lack of time is tried
 * again.
 */
export async function runtimeFault(sandbox: Sandbox, language: string): Promise<string | null> {
  const found = proven.get(sandbox) ?? new Map<string, Promise<string | null>>();
  proven.set(sandbox, found);
  const fault = await remembered(found, language, () => prove(sandbox, language));
  if (fault?.endsWith("-limit")) found.delete(language);
  return fault;
}

async function prove(sandbox: Sandbox, language: string): Promise<string | null> {
  const proof = languageProofs[language];
  if (proof === undefined) return null;
  const limits = { wallMs: 60_000 };
  const right = await judged(sandbox, language, { ...proof, answer: proof.right }, limits);
  if (right.verdict !== "accepted") {
    const why = right.verdict.endsWith("-limit") || right.detail === "" ? right.verdict : right.detail;
    return `programs in ${language} cannot be judged here: ${why}`;
  }
  const wrong = await judged(sandbox, language, { ...proof, answer: proof.wrong }, limits);
  return wrong.verdict === "accepted" ? `the judge of ${language} takes a wrong answer here` : null;
}

/**
 * What the tests import and is not here; of the answer's own imports, those of known libraries or of Python's own that
 * it ended for lack of; and what of the machine tests or answer ask for, where the failure says that it was refused and
 * this sandbox does not give it.
 */
async function importFault(
  sandbox: Sandbox,
  language: string,
  { prefix, program, answer }: Pick<JudgedTask, "prefix" | "program" | "answer">,
  { verdict, detail }: Judgement,
): Promise<string | null> {
  if (language !== "python") return null;
  const ofTask = verdict === "broken-tests" ? importsOf(`${prefix}\n${program}`) : [];
  const lacked = lackedLibrary(detail);
  const ofAnswer = lacked !== null && importsOf(answer).includes(lacked) ? [lacked] : [];
  const fault = await missingModule(sandbox, [...ofTask, ...ofAnswer]);
  return fault ?? (await missingFeature(sandbox, `${prefix}\n${program}\n${answer}`, detail));
}

/** Why this task cannot be judged here, with what to install; null where it can. Known before there is any answer. */
export async function taskFault(
  sandbox: Sandbox,
  language: string,
  task: Pick<JudgedTask, "prefix" | "program">,
): Promise<string | null> {
  const known = languageOf(language)?.name;
  if (known === undefined) return `no runtime for ${language}`;
  const fault = await runtimeFault(sandbox, known);
  return fault ?? (known === "python" ? await missingModule(sandbox, librariesOf(task)) : null);
}

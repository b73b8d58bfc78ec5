import { judgeProgram } from "../../../src/code/judging.ts";
import type { Sandbox } from "../../../src/core/execution.ts";
import { moreLanguages } from "./more.ts";
import { type Task, tasks } from "./tasks.ts";
import { answersIn, type TriedLanguage, taskIn, wrongBody } from "./writing.ts";

export const triedLanguages: readonly TriedLanguage[] = [
  ...(["php", "ruby", "lua", "perl", "r", "racket"] as const),
  ...moreLanguages,
];

/** Those whose packages are large or slow to start: `npm run conformance -- judge` takes them, `npm test` does not. */
const heavy: readonly TriedLanguage[] = ["d", "ocaml"];

export const quickLanguages = triedLanguages.filter((one) => !heavy.includes(one));

export interface Swept {
  readonly right: number;
  readonly wrong: number;
  /** Answers that were judged wrongly, in words. */
  readonly faults: readonly string[];
}

const isWrong = ["wrong-answer", "runtime-error", "compile-error"];

/**
 * Judges a right and a wrong answer of each task in a language. Completions and whole functions take turns.
 */
export async function sweepLanguage(
  sandbox: Sandbox,
  language: TriedLanguage,
  chosen = tasks,
  limits = { wallMs: 30_000 },
): Promise<Swept> {
  const faults: string[] = [];
  let [right, wrong] = [0, 0];
  for (const [i, task] of chosen.entries()) {
    const at = tasks.indexOf(task);
    const other = tasks[(at + 1) % tasks.length] as Task;
    const form = i % 2 === 0 ? "completion" : "whole";
    const given = taskIn(language, task);
    const good = await judgeProgram(sandbox, language, { ...given, answer: answersIn(language, task)[form] }, limits);
    if (good.verdict === "accepted") right++;
    else faults.push(`${language} ${task.name}, right: ${good.verdict} ${good.detail}`);
    const body = wrongBody(language, task, other);
    const bad = await judgeProgram(
      sandbox,
      language,
      { ...given, answer: answersIn(language, task, body)[form] },
      limits,
    );
    if (isWrong.includes(bad.verdict)) wrong++;
    else faults.push(`${language} ${task.name}, wrong: ${bad.verdict} ${bad.detail}`);
  }
  return { right, wrong, faults };
}

import { z } from "zod";
import { codeBlock, codeSystem, type TaskLanguage, taskLanguage } from "../../src/answer/languages.ts";
import { languageOf } from "../../src/code/languages.ts";
import { defines, extractProgram } from "../../src/code/programs.ts";
import type { Message } from "../../src/core/policy.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { namedTask, plainInstead } from "./kit/task.ts";

const baseRequest = ({ title, fence }: TaskLanguage): string =>
  `Before you solve this task, solve the base problem that it builds on: if the task states one, that one; else the simplest useful part of it. Write one ${title} function that solves the base problem, with a ${title === "Python" ? "docstring" : "comment"} that says exactly what it takes and returns, in one \`\`\`${fence} block. Do not solve the task itself yet.`;
const useRequest = (base: string, name: string, { fence }: TaskLanguage): string =>
  `This function solves the base problem:\n${codeBlock(fence, base)}\n\nNow solve the task. Write ${name}, which calls the function above where that helps; do not write the function above again. Give only the new code, in one \`\`\`${fence} block.`;
/** Where two functions do not make a program when they stand one after the other. */
const togetherRequest = (base: string, name: string, { fence }: TaskLanguage): string =>
  `This function solves the base problem:\n${codeBlock(fence, base)}\n\nNow solve the task. Write ${name}, which calls the function above where that helps. Give the whole program, the function above included, in one \`\`\`${fence} block.`;

/**
 * Solves the base problem first, then the task by means of it (the setting of self-invoking code generation: HumanEval
 * Pro and MBPP Pro, Yu et al. 2024, arXiv:2412.21199).
 */
export const selfInvoking = defineStrategy({
  name: "self-invoking",
  summary: "solves the base problem first, then the task with that function at hand",
  paper: "Yu et al. 2024, arXiv:2412.21199",
  family: "code",
  how:
    "Solves the base problem first, then the task by means of it (the setting of self-invoking code generation: " +
    "HumanEval Pro and MBPP Pro, Yu et al. 2024, arXiv:2412.21199). The program is the base function followed by what " +
    "calls it; each of the `n` programs gets a base function of its own. A base answer without a program, or with " +
    "the task's own function, is left out, and the task is then solved without it." +
    "\n\n" +
    "The best by the outcome verifier wins, else the majority.",
  costNote: "`2 n` calls.",
  departures: [
    "The benchmark gives both problems in one prompt and measures; here the two are solved one after the other, and " +
      "the base problem may be the policy's own.",
    "A question that asks for no program gets plain solutions.",
  ],
  rewards: {
    outcome: "picks: the highest score wins",
    process: "picks by its aggregated scores (the base and the task are a step each)",
    none: "majority of equal programs",
  },
  options: z.strictObject({
    n: z.int().min(1).max(64).default(3).describe("programs, each with a base function of its own"),
    temperature: z.number().min(0).default(0.7),
  }),
  async *candidates(run, { n, temperature }) {
    const task = namedTask(run.question);
    if (task === null) return yield* plainInstead(run, n, temperature);
    const language = taskLanguage(task.language);
    const python = language.name === "python";
    const asked = (request: string): readonly Message[] => [
      { role: "system", content: codeSystem(task.language) },
      { role: "user", content: `${run.question.text}\n\n${request}` },
    ];
    const { entryPoint } = task;
    const defining = languageOf(task.language)?.defines(entryPoint);
    for (let i = 0; i < n; i++) {
      const [first] = await run.sample({
        messages: asked(baseRequest(language)),
        temperature,
        purpose: "base-problem",
      });
      if (first === undefined) return;
      const written = extractProgram(first.text, python ? "def " : "(", task.language)?.trim() ?? "";
      // What defines the task's own function is no base for it.
      const isTask = python ? defines(written, entryPoint) : (defining?.test(written) ?? false);
      const base = isTask ? "" : written;
      const useOf = python ? useRequest : togetherRequest;
      const request = base === "" ? `Write ${entryPoint}.` : useOf(base, entryPoint, language);
      const [second] = await run.sample({
        messages: asked(request),
        temperature,
        branch: `program-${i}`,
        purpose: "solve",
      });
      if (second === undefined) return;
      const mark = python ? `def ${entryPoint}` : entryPoint;
      const own = extractProgram(second.text, mark, task.language)?.trim() ?? "";
      const program = base === "" || !python ? own : `${base}\n\n\n${own}`;
      const text = codeBlock(task.language, program);
      yield {
        trajectory: Trajectory.of([
          { text: `${base}\n\n`, kind: "base", tokens: first.completionTokens, call: first.call },
          { text: own, kind: "task", tokens: second.completionTokens, call: second.call },
        ]),
        text,
        answer: own === "" ? null : run.extract(text),
        complete: first.finish === "stop" && second.finish === "stop",
        notes: { base: base !== "", calls: base !== "" && usesOf(base, own) > 0 },
      };
    }
  },
  select: () => bestOrMajority(),
  cost: ({ n }) => ({ calls: 2 * n, scored: n }),
});

/** How many of the base's functions the task's code names. */
function usesOf(base: string, own: string): number {
  const names = [
    ...base.matchAll(/^\s*(?:[\w:<>[\]*&]+\s+)*?(?:def|function|func|fn|sub|static)\s+(?:[\w<>[\]]+\s+)?(\w+)\s*\(/gm),
  ].map(([, name]) => name ?? "");
  return names.filter((name) => new RegExp(`\\b${name}\\s*\\(`).test(own)).length;
}

import { z } from "zod";
import { equationsIn } from "../src/answer/equations.ts";
import { environmentFault } from "../src/code/libraries.ts";
import { extractProgram } from "../src/code/programs.ts";
import type { Candidate } from "../src/core/candidate.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { type CellRun, CellRunner, codeOf } from "./support/cells.ts";
import { stepTexts } from "./support/steps.ts";

function arithmetic(text: string): Score {
  const found = equationsIn(text);
  const wrong = found.find(({ right }) => !right);
  if (wrong !== undefined) return { value: 0, reason: `wrong: ${wrong.text.slice(0, 80)}` };
  if (found.length === 0) return { value: null, reason: "no calculation to check" };
  return { value: 1, reason: `${found.length} calculations are right` };
}

/** Does the candidate's program run, and give the answer that the candidate gives? Null when it has no program. */
async function program(candidate: Candidate, run: Run, wallMs: number): Promise<Score> {
  const { answer, text, execution } = candidate;
  const source = /```|def solution/.test(text) ? extractProgram(text, "def solution") : null;
  if (execution === undefined && source === null) return { value: null, reason: "no program" };
  const result =
    execution ??
    (await run.execute(
      {
        language: "python",
        source: source ?? "",
        ...(source?.includes("def solution") ? { result: { call: "solution" } } : {}),
      },
      { wallMs },
    ));
  const fault = environmentFault(result);
  if (fault !== null) return { value: null, reason: fault };
  if (result.verdict !== "ok") return { value: 0, reason: `the program ended with ${result.verdict}` };
  const given = result.value ?? result.stdout.trim().split("\n").at(-1) ?? "";
  if (answer === null || given === "") return { value: null, reason: "the program gave nothing to compare" };
  // A program that prints says its result in words ("Rolls left: 17"); a value is compared as it is.
  const read = result.value === null ? (run.extract(given)?.text ?? null) : null;
  const [said, whole, inside] = run.classes([answer.text, given, read]);
  return said === whole || said === inside
    ? { value: 1, reason: `the program gives ${given}` }
    : { value: 0, reason: `the program gives ${given}, the answer is ${answer.text}` };
}

function ranScore(cell: CellRun): Score {
  const { verdict, error } = cell;
  if (verdict === "ok") return { value: 1, reason: "the code runs" };
  const fault = environmentFault(cell);
  if (fault !== null) return { value: null, reason: fault };
  return { value: 0, reason: `${verdict}: ${error.trim().split("\n").at(-1)?.slice(0, 120) ?? ""}` };
}

/**
 * What can be checked by computing: a candidate's program is run and must give its answer; in text, every calculation
 * between numbers must be right. No model is asked.
 *
 * Outcome: 1 or 0 by the program where there is one, else by the calculations. Process: a step with code (a step of
 * kind "code", or with Python fences) is run as a cell, after the cells before it: 1 where it runs, 0 where it fails
 * (the steps after it go on from what it left); a step in words is 1 where its calculations are right, 0 where one is
 * wrong. Null where there is nothing to compute, and where a program was refused or lacks a library that is not here.
 * Code that runs is not right code: combine it with a verifier that reads the reasoning.
 *
 * Cost: at most one sandbox run per candidate, or per step with code; a step is run once in a solve, in a fork of the
 * interpreter at the end of the path before it.
 */
export const execution = defineVerifier({
  name: "execution",
  summary: "runs the candidate's program, or checks the calculations in its text; no model calls",
  options: z.strictObject({
    by: z.enum(["auto", "program", "arithmetic"]).default("auto").describe("auto: the program where there is one"),
    timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one program"),
  }),
  outcome: ({ by, timeoutMs }) => ({
    score: (_question, candidates, run) =>
      Promise.all(
        candidates.map(async (candidate) => {
          if (by === "arithmetic") return arithmetic(candidate.text);
          const ran = await program(candidate, run, timeoutMs);
          return by === "program" || ran.value !== null ? ran : arithmetic(candidate.text);
        }),
      ),
  }),
  process: ({ by, timeoutMs }) => {
    const runner = new CellRunner();
    return {
      scoreSteps: async (_question, trajectories, run) => {
        const rows: Score[][] = [];
        // One path after the other, so that the beginnings that they share are there when they are wanted.
        for (const path of trajectories) {
          const words = stepTexts(path).map(arithmetic);
          const coded = by !== "arithmetic" && path.steps.some((step) => codeOf(step) !== null);
          const cells = coded ? await runner.run(run, path, timeoutMs) : [];
          rows.push(
            words.map((score, t) => {
              const cell = cells[t] ?? null;
              if (cell !== null) return ranScore(cell);
              return by === "program" ? { value: null, reason: "no code" } : score;
            }),
          );
        }
        return rows;
      },
    };
  },
});

import { z } from "zod";
import { leanAt, leanCheck, leanPlaces } from "../src/code/checks/lean.ts";
import { checkedTaskOf, refusedUnrun, runCheck } from "../src/code/checks/run-check.ts";
import type { Candidate } from "../src/core/candidate.ts";
import type { Check } from "../src/core/check.ts";
import { EnvironmentError } from "../src/core/errors.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { findTool, missing } from "../src/sandbox/tools.ts";

const optionsSchema = z.strictObject({
  command: z.string().min(1).default("lean").describe("the Lean 4 program; with a project, `lake` is found beside it"),
  project: z.string().optional().describe("folder of a Lake project that has Mathlib"),
  timeoutMs: z.int().min(100).default(120_000).describe("wall time for one proof"),
});
type Options = z.output<typeof optionsSchema>;

/** The proof in a candidate's text: the last ```lean block, else the whole. */
const proofOf = ({ text }: Candidate): string =>
  [...text.matchAll(/```(?:lean4?)?[ \t]*\n([\s\S]*?)(?:```|$)/gi)].at(-1)?.[1] ?? text;

/** @throws EnvironmentError where Lean is not there. */
function checkWith({ command, project, timeoutMs }: Options): Check {
  if (command === "lean" && findTool("lean") === null) {
    throw new EnvironmentError(`lean: ${missing("lean")}, or name the program with command=….`);
  }
  const places = leanPlaces(command);
  if (places === null) {
    throw new EnvironmentError(
      `lean: "${command}" cannot be started (ENOENT). Install Lean 4 (elan) so that it is on the path, or name it with command=….`,
    );
  }
  return { ...leanAt(places.path, places.folders, project), timeoutSeconds: timeoutMs / 1000 };
}

/**
 * Lean 4 accepts the proof, or not: 1 or 0. The task's own header and statement stand before the candidate's proof, so
 * nothing else can be proved in its place. A proof with a hole (`sorry`, an axiom) or with commands that run code while
 * it is checked is refused unrun, as 0.
 *
 * Cost: one run of Lean per candidate, in the sandbox, and where a proof is refused one of a proof of `True` under the
 * same header. Null on questions that are no Lean tasks and for a proof that takes too long.
 * @throws EnvironmentError where Lean cannot be started.
 */
export const lean = defineVerifier({
  name: "lean",
  summary: "Lean 4 checks a formal proof (needs the lean program)",
  paper: "de Moura and Ullrich 2021, CADE 28",
  options: optionsSchema,
  outcome: (options) => ({
    score: async (question, candidates, run): Promise<Score[]> => {
      const { code } = question;
      if (code === undefined || !/^lean/i.test(code.language) || code.prefix === undefined)
        return candidates.map(() => ({ value: null, reason: "the question is no Lean task" }));
      const scores: Score[] = [];
      let check: Check | null = null;
      for (const candidate of candidates) {
        const task = checkedTaskOf(question, { answer: proofOf(candidate) });
        run.signal.throwIfAborted();
        const refused = refusedUnrun(leanCheck, task);
        if (refused !== null) {
          scores.push({ value: 0, reason: refused });
          continue;
        }
        check ??= checkWith(options);
        const found = await runCheck((program, limits) => run.execute(program, limits), check, task);
        if (found.environment === true) throw new EnvironmentError(`lean: ${found.reason}`);
        const decided = found.verdict === "right" || found.verdict === "wrong";
        scores.push({ value: decided ? Number(found.verdict === "right") : null, reason: found.reason });
      }
      return scores;
    },
  }),
});

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import { EnvironmentError } from "../src/core/errors.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { findTool, missing } from "../src/sandbox/tools.ts";

/** Commands that leave a hole in the proof, or that run code while the proof is checked. */
const FORBIDDEN =
  /\b(sorry|admit|axiom|native_decide|unsafe|initialize|run_cmd|run_tac|run_elab|implemented_by|extern|elab|macro|syntax|opaque|IO|import|open\s+Lean)\b|#\w+/;

const optionsSchema = z.strictObject({
  command: z.string().min(1).default("lean").describe("the Lean 4 program; with a project, `lake` is found beside it"),
  project: z.string().optional().describe("folder of a Lake project that has Mathlib"),
  timeoutMs: z.int().min(100).default(120_000).describe("wall time for one proof"),
});
type Options = z.output<typeof optionsSchema>;

/** The proof in a candidate's text: the last ```lean block, else the whole. */
function proofIn({ text }: Candidate, statement: string): string {
  const block = [...text.matchAll(/```(?:lean4?)?[ \t]*\n([\s\S]*?)(?:```|$)/gi)].at(-1)?.[1] ?? text;
  const at = block.indexOf(statement.trim());
  return at < 0 ? block : block.slice(at + statement.trim().length);
}

/** How Lean ended: its exit code and what it said. */
async function check(source: string, { command, project, timeoutMs }: Options, signal: AbortSignal) {
  if (command === "lean" && findTool("lean") === null) {
    throw new EnvironmentError(`lean: ${missing("lean")}, or name the program with command=….`);
  }
  const folder = await mkdtemp(join(tmpdir(), "lean-"));
  const file = join(folder, "Candidate.lean");
  try {
    await writeFile(file, source);
    const args = project === undefined ? [file] : ["env", "lean", file];
    const program = project === undefined ? command : command.replace(/lean$/, "lake");
    return await new Promise<{ code: number | null; said: string; slow: boolean }>((resolve, reject) => {
      const env = { PATH: process.env.PATH, HOME: process.env.HOME };
      const child = spawn(program, args, { cwd: project ?? folder, env, stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      let slow = false;
      const stop = () => child.kill("SIGKILL");
      const timer = setTimeout(() => {
        slow = true;
        stop();
      }, timeoutMs);
      signal.addEventListener("abort", stop, { once: true });
      const listen = (chunk: Buffer) => {
        if (said.length < 10_000) said += chunk.toString("utf8");
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      };
      child.on("error", (error) => {
        end();
        reject(
          new EnvironmentError(
            `lean: "${program}" cannot be started (${(error as NodeJS.ErrnoException).code ?? error.message}). Install Lean 4 (elan) so that it is on the path, or name it with command=….`,
            { cause: error },
          ),
        );
      });
      child.on("close", (code) => {
        end();
        if (signal.aborted) reject(signal.reason);
        else resolve({ code, said, slow });
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Lean 4 accepts the proof, or not: 1 or 0. The task's own header and statement stand before the candidate's proof, so
 * nothing else can be proved in its place. A proof with a hole (`sorry`, an axiom) or with commands that run code while
 * it is checked is refused unrun, as 0.
 *
 * Cost: one run of Lean per candidate. Null on questions that are no Lean tasks and for a proof that takes too long.
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
      const statement = code.prefix;
      const scores: Score[] = [];
      for (const candidate of candidates) {
        const proof = proofIn(candidate, statement);
        const [bad] = FORBIDDEN.exec(proof) ?? [];
        if (bad !== undefined) {
          scores.push({ value: 0, reason: `not run: the proof holds "${bad}"` });
          continue;
        }
        run.signal.throwIfAborted();
        const { code: exit, said, slow } = await check(`${statement}\n${proof}\n`, options, run.signal);
        if (slow) scores.push({ value: null, reason: `no verdict within ${options.timeoutMs} ms` });
        else if (exit === 0 && !/declaration uses 'sorry'/.test(said)) scores.push({ value: 1, reason: "accepted" });
        else scores.push({ value: 0, reason: said.split("\n")[0]?.slice(0, 200) ?? "refused" });
      }
      return scores;
    },
  }),
});

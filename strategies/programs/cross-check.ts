import { z } from "zod";
import { programCandidate } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message, Sample } from "../../src/core/policy.ts";
import { roleOption } from "../../src/core/roles.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { best, weighted } from "../../src/engine/picking/selections.ts";
import { solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { crossChecked } from "../kit/cross-checked.ts";
import { sampleAll } from "../kit/sample-all.ts";
import { programMessages, programOptions } from "./program-aided.ts";

const TRANSLATE_SYSTEM =
  "You translate solutions into Python. Give one function solution() without parameters that returns the answer, in one ```python block and nothing else. Use only the standard library.";
const TRANSLATE =
  "Translate this solution into a program, step by step as it stands. Do not solve the problem anew and do not correct it.";

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(8).describe("chains of thought, each with a program"),
  temperature: z.number().min(0).default(0.7),
  programs: z
    .enum(["translated", "independent"])
    .default("translated")
    .describe(
      "translated: a program of each chain checks it; independent: programs of the question, each kind checks the other",
    ),
  programTemperature: z.number().min(0).optional().describe("default 0 where translated, else that of the chains"),
  rank: z.enum(["weighted", "best"]).default("weighted").describe("what decides among those that were confirmed"),
  together: z.int().min(1).default(4).describe("chains at a time, each time followed by their programs"),
  model: roleOption("coder", "part of the model that translates"),
  timeoutMs: programOptions.timeoutMs,
});
type Options = z.output<typeof optionsSchema>;

const translationOf = (run: Run, chain: Candidate): Message[] => [
  { role: "system", content: TRANSLATE_SYSTEM },
  { role: "user", content: `${run.question.text}\n\nSolution:\n${chain.text.trim()}\n\n${TRANSLATE}` },
];

/** Draws `count` chains; none when the budget has no room for one. */
async function chainsOf(run: Run, count: number, { temperature }: Options): Promise<Candidate[]> {
  const samples = await run.sample({
    ...{ messages: solutionMessages(run.question), n: count, temperature, purpose: "solve" },
  });
  return samples.map((sample) => solutionCandidate(run, sample, { member: 0 }));
}

/**
 * Runs a program of each chain that has an answer: yields the chains, with `agrees` in their notes where a value could
 * be compared.
 */
async function* translated(run: Run, options: Options): AsyncGenerator<readonly Candidate[]> {
  const { n, together, programTemperature: temperature = 0, model, timeoutMs } = options;
  for (let done = 0; done < n; ) {
    const chains = await chainsOf(run, Math.min(run.batch(n - done), together), options);
    done += chains.length;
    const { samples, over } = await sampleAll(
      run,
      chains.map((chain) =>
        chain.answer === null ? null : { messages: translationOf(run, chain), temperature, model, purpose: "program" },
      ),
    );
    yield await Promise.all(chains.map((chain, i) => compared(run, chain, samples[i] ?? null, timeoutMs)));
    if (over) return;
  }
}

async function compared(run: Run, chain: Candidate, sample: Sample | null, timeoutMs: number): Promise<Candidate> {
  if (sample === null || chain.answer === null) return chain;
  const program = await programCandidate(run, sample, { call: "solution" }, timeoutMs);
  const [said, computed] = run.classes([chain.answer.text, program.answer?.text ?? null]);
  const agrees = program.answer !== null && said === computed;
  const { execution } = program;
  return { ...chain, ...(execution && { execution }), notes: { ...chain.notes, ...program.notes, agrees } };
}

/** As many programs of the question as chains; both are candidates. */
async function* independent(run: Run, options: Options): AsyncGenerator<readonly Candidate[]> {
  const { n, together, temperature, programTemperature = temperature, timeoutMs } = options;
  const messages = programMessages(run.question.text, { exemplars: [], shots: 1, choose: "given" });
  for (let done = 0; done < n; ) {
    const chains = await chainsOf(run, Math.min(run.batch(n - done), together), options);
    done += chains.length;
    yield chains;
    const asked = { messages, n: chains.length, temperature: programTemperature, purpose: "program" };
    const programs = (await run.sample(asked)).map((sample) =>
      programCandidate(run, sample, { call: "solution" }, timeoutMs),
    );
    yield (await Promise.all(programs)).map((program) => ({ ...program, notes: { ...program.notes, member: 1 } }));
  }
}

const rules = { weighted, best };

/** The rule's pick among the candidates that were confirmed (`agrees` in their notes); among all where none was. */
function confirmed(rule: Selection): Selection {
  return {
    name: `confirmed(${rule.name})`,
    usesScores: rule.usesScores,
    pick: async (candidates, run) => {
      const kept = candidates.filter(({ notes }) => notes?.agrees === true);
      const picked = await rule.pick(kept.length > 0 ? kept : candidates, run);
      if (picked === null) return null;
      const share = `${kept.length} of ${candidates.length} were confirmed`;
      return { ...picked, reason: `${picked.reason}; ${share}${kept.length === 0 ? ", so all count" : ""}` };
    },
  };
}

/** Cross-check of words and programs: collaborative verification (Liang et al. 2024, arXiv:2410.05318, CoTnPoT). */
export const crossCheck = defineStrategy({
  name: "cross-check",
  summary: "chains of thought and programs verify each other",
  paper: "Liang et al. 2024, arXiv:2410.05318",
  family: "programs",
  how:
    "Cross-check of words and programs: collaborative verification (Liang et al. 2024, arXiv:2410.05318, CoTnPoT). " +
    "Every chain of thought is translated into a program by `coder` (or the policy), and only chains whose answer " +
    "their program confirms may win, ranked by the outcome verifier (the paper's is a preference-tuned ORM) or else " +
    "by votes; where none is confirmed, all may. `independent` solves the question in programs too, with the prompt " +
    "of `program-aided`, and keeps what both ways reach.",
  costNote:
    "at most `2 · n` calls and `n` runs. A chain without an answer is not translated; one whose program fails is not " +
    "confirmed. How often chains and programs agree stands in the reason of the pick.",
  departures: [
    "What happens where nothing is confirmed is not said in the paper; translations are greedy.",
    "For tasks that are programs themselves use the strategies that run tests.",
  ],
  rewards: {
    outcome: "ranks the confirmed candidates, by weighted votes or (`rank: best`) by the highest score",
    process: "the same, aggregated over steps",
    none: "the confirmed candidates vote",
  },
  options: optionsSchema,
  candidates: (run, options) => (options.programs === "translated" ? translated : independent)(run, options),
  select: ({ programs, rank }) => {
    const rule = rules[rank]();
    return programs === "translated" ? confirmed(rule) : crossChecked(2, rule);
  },
  cost: ({ n }) => ({ calls: 2 * n, scored: 2 * n, runs: n }),
});

import { z } from "zod";
import type { Message } from "../src/core/policy.ts";
import { defineStrategy } from "../src/core/strategy.ts";
import { programCandidate } from "../src/engine/programs.ts";
import { sampleSolutions } from "../src/engine/sampling.ts";
import { majority } from "../src/engine/selections.ts";

const SYSTEM =
  "You solve problems by writing Python. Write one function solution() without parameters: one assignment per fact of the problem, with meaningful names, then the arithmetic step by step, then return the answer as a number. Use only the standard library. Give the function in one ```python block and nothing else.";

const EXAMPLE_QUESTION =
  "A baker fills 6 trays with 8 rolls each. She sells 31 rolls at 2 dollars each and gives the rest away. How many rolls does she give away?";

const EXAMPLE_PROGRAM = `\`\`\`python
def solution():
    """A baker fills 6 trays with 8 rolls each. She sells 31 rolls at 2 dollars each and gives the rest away. How many rolls does she give away?"""
    trays = 6
    rolls_per_tray = 8
    rolls_sold = 31
    rolls_baked = trays * rolls_per_tray
    rolls_given_away = rolls_baked - rolls_sold
    return rolls_given_away
\`\`\``;

const messagesFor = (question: string): readonly Message[] => [
  { role: "system", content: SYSTEM },
  { role: "user", content: EXAMPLE_QUESTION },
  { role: "assistant", content: EXAMPLE_PROGRAM },
  { role: "user", content: question },
];

/**
 * Program-aided solving (PAL: Gao et al. 2022, arXiv:2211.10435): the model writes a Python `solution()`, the sandbox runs it, and what it returns
 * is the answer. `n` programs vote on their executed answers.
 *
 * Cost: `n` policy calls and up to `n` sandbox runs. An error, a time-out or a missing program is a candidate without an answer: it does not
 * vote. Programs share nothing (the published code runs them in one namespace). Departure: one worked example in chat form instead
 * of the paper's eight in completion form.
 */
export const programAided = defineStrategy({
  name: "program-aided",
  summary: "the model writes a program, the sandbox computes the answer",
  paper: "Gao et al. 2022, arXiv:2211.10435",
  rewards: {
    outcome: "is not read by the vote; `select: best` or `weighted` lets it choose among the executed programs",
    process: "the same, aggregated (a program is one step)",
    none: "the executed answers vote",
  },
  options: z.strictObject({
    n: z.int().min(1).default(5).describe("programs"),
    temperature: z.number().min(0).default(0.7),
    timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one program"),
  }),
  candidates: (run, { n, temperature, timeoutMs }) =>
    sampleSolutions(run, {
      n,
      temperature,
      messages: messagesFor(run.question.text),
      purpose: "program",
      toCandidate: (inner, sample) => programCandidate(inner, sample, { call: "solution" }, timeoutMs),
    }),
  select: () => majority(),
  cost: ({ n }) => ({ calls: n, runs: n }),
});

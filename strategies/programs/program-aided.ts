import { z } from "zod";
import { programCandidate } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { chosenExemplars, type ExemplarChoice, exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

const SYSTEM =
  "You solve problems by writing Python. Write one function solution() without parameters: one assignment per fact of the problem, with meaningful names, then the arithmetic step by step, then return the answer as a number. Use only the standard library. Give the function in one ```python block and nothing else.";

const ROLLS =
  "A baker fills 6 trays with 8 rolls each. She sells 31 rolls at 2 dollars each and gives the rest away. How many rolls does she give away?";
const LIBRARY =
  "A library had 240 books. In spring it lent out a quarter of them and bought 35 new ones; all that were lent came back but 4. How many books are on its shelves now?";
const TAXI =
  "A taxi ride costs 3.50 dollars plus 1.20 dollars for every kilometre. Ada pays 15.50 dollars. How many kilometres did she ride?";

const EXAMPLES = [
  {
    question: ROLLS,
    solution: `\`\`\`python
def solution():
    """${ROLLS}"""
    trays = 6
    rolls_per_tray = 8
    rolls_sold = 31
    rolls_baked = trays * rolls_per_tray
    rolls_given_away = rolls_baked - rolls_sold
    return rolls_given_away
\`\`\``,
  },
  {
    question: LIBRARY,
    solution: `\`\`\`python
def solution():
    """${LIBRARY}"""
    books_at_first = 240
    books_bought = 35
    books_never_returned = 4
    books_now = books_at_first + books_bought - books_never_returned
    return books_now
\`\`\``,
  },
  {
    question: TAXI,
    solution: `\`\`\`python
def solution():
    """${TAXI}"""
    base_price = 3.50
    price_per_kilometre = 1.20
    paid = 15.50
    kilometres = (paid - base_price) / price_per_kilometre
    return round(kilometres, 6)
\`\`\``,
  },
] as const;

/** What every strategy that samples whole programs called `solution()` lets one choose. */
export const programOptions = {
  temperature: z.number().min(0).default(0.7),
  timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one program"),
  ...exemplarOptions,
  exemplars: exemplarOptions.exemplars.describe("worked examples in place of the built-in three"),
  shots: z.int().min(0).default(1).describe("worked examples to show; 0 is zero-shot"),
};

export type ProgramOptions = z.output<z.ZodObject<typeof programOptions>> & { readonly n: number };

/** The prompt of a program for this question. */
export function programMessages(question: string, { exemplars, shots, choose }: ExemplarChoice): readonly Message[] {
  const shown = exemplars.length > 0 ? exemplars : EXAMPLES;
  return [
    { role: "system", content: SYSTEM },
    ...chosenExemplars({ exemplars: shown, shots, choose }),
    { role: "user", content: question },
  ];
}

/** Yields `n` independent programs, run. Cost: `n` calls and up to `n` sandbox runs. */
export const samplePrograms = (run: Run, options: ProgramOptions): AsyncGenerator<readonly Candidate[]> =>
  sampleSolutions(run, {
    n: options.n,
    temperature: options.temperature,
    messages: programMessages(run.question.text, options),
    purpose: "program",
    toCandidate: (inner, sample) => programCandidate(inner, sample, { call: "solution" }, options.timeoutMs),
  });

/**
 * Program-aided solving (PAL: Gao et al. 2022, arXiv:2211.10435): the model writes a Python `solution()`, the sandbox
 * runs it, and what it returns is the answer. `n` programs vote on their executed answers; `n: 1, temperature: 0` is
 * the paper's greedy setting, `pal-vote` its voting one.
 */
export const programAided = defineStrategy({
  name: "program-aided",
  summary: "the model writes a program, the sandbox computes the answer",
  paper: "Gao et al. 2022, arXiv:2211.10435",
  family: "programs",
  how:
    "Program-aided solving (PAL: Gao et al. 2022, arXiv:2211.10435): the model writes a Python `solution()`, the " +
    "sandbox runs it, and what it returns is the answer. `n` programs vote on their executed answers; `n: 1, " +
    "temperature: 0` is the paper's greedy setting, `pal-vote` its voting one.",
  costNote:
    "`n` policy calls and up to `n` sandbox runs. An error, a time-out or a missing program is a candidate without an " +
    "answer: it does not vote. Programs share nothing (the published code runs them in one namespace).",
  departures: [
    "One worked example in chat form (`shots: 0` for none, up to three built in) instead of the paper's eight in " +
      "completion form.",
  ],
  rewards: {
    readBy: "rules",
    outcome: "is not read by the vote; `select: best` or `weighted` lets it choose among the executed programs",
    process: "the same, aggregated (a program is one step)",
    none: "the executed answers vote",
  },
  options: z.strictObject({ n: z.int().min(1).default(5).describe("programs"), ...programOptions }),
  candidates: samplePrograms,
  select: () => majority(),
  cost: ({ n }) => ({ calls: n, runs: n }),
});

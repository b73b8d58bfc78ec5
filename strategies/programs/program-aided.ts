import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { programOptions, samplePrograms } from "../kit/program-sampling.ts";

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
    outcome: "is not read by the vote; `select: best` or `weighted` lets it choose among the executed programs",
    process: "the same, aggregated (a program is one step)",
    none: "the executed answers vote",
  },
  options: z.strictObject({ n: z.int().min(1).default(5).describe("programs"), ...programOptions }),
  candidates: samplePrograms,
  select: () => majority(),
  cost: ({ n }) => ({ calls: n, runs: n }),
});

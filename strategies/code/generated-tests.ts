import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import { consensus } from "./generated-tests/consensus.ts";

/**
 * Tests that the model writes itself choose among its programs (CodeT: Chen et al. 2022, arXiv:2207.10397, section 3):
 * programs that pass exactly the same written tests form a group, worth its programs × the tests passed; the best
 * group wins.
 */
export const generatedTests = defineStrategy({
  name: "generated-tests",
  summary: "programs and tests by the same model; the largest group that agrees on the most tests wins",
  paper: "Chen et al. 2022, arXiv:2207.10397",
  family: "code",
  how:
    "Tests that the model writes itself choose among its programs (CodeT: Chen et al. 2022, arXiv:2207.10397, section " +
    "3): programs that pass exactly the same written tests form a group, worth its programs × the tests passed; the " +
    "best group wins. Tests are written from the task alone, read as single-line assertions that call the function, " +
    "each once; what Python cannot read and what the task shows already is left out." +
    "\n\n" +
    "Programs that pass more of the shown tests come first (`shownFirst`; off in the paper, where examples were " +
    "removed from the prompt). Ties between groups: more programs, then the earliest; within a group the highest " +
    "outcome score, then the earliest. Where no test can be run, or the question is no Python task, the programs are " +
    "picked as best-of-n picks.",
  costNote:
    "`n + testCalls` calls, the tests' only once all programs are there; `1 + tests` sandbox runs a program at most, " +
    "one where nothing hangs. Equal programs run once. The programs are the same samples as best-of-n's.",
  departures: [],
  rewards: {
    outcome: "picks within a group that agrees, and picks alone where there are no tests",
    process: "the same, by its aggregated step scores",
    none: "the earliest program of the group that agrees; a vote where there are no tests",
  },
  options: z.strictObject({
    n: z.int().min(1).default(8).describe("programs"),
    temperature: z.number().min(0).default(0.7).describe("of the programs"),
    testCalls: z.int().min(1).max(64).default(2).describe("samples of tests"),
    testsEach: z.int().min(1).max(50).default(6).describe("tests asked for in each"),
    testTemperature: z.number().min(0).default(0.8),
    mostTests: z.int().min(1).max(200).default(20).describe("written tests kept at most"),
    shownFirst: z.boolean().default(true).describe("do programs that pass more of the shown tests come first?"),
    timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one run of the tests"),
  }),
  candidates: (run, { n, temperature }) => sampleSolutions(run, { n, temperature }),
  select: ({ n: _n, temperature: _temperature, ...options }) => consensus({ ...options, interim: bestOrMajority() }),
  cost: ({ n, testCalls, mostTests }) => ({ calls: n + testCalls, scored: n, runs: n * (21 + mostTests) }),
});

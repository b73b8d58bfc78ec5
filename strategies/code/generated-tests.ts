import { z } from "zod";
import { programOf } from "../../src/code/programs.ts";
import { runShownTests, type TestResult } from "../../src/code/shown-tests.ts";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import type { CodeTask } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Pick, type Selection } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import { assertionsIn } from "./kit/assertions.ts";
import { callableTask } from "./kit/task.ts";

const TEST_SYSTEM = "You write tests for Python functions.";

/** Asks for the tests without showing a program, so that they follow the task and not somebody's mistake. */
const testRequest = (name: string, count: number): string =>
  `Write ${count} different tests for the function ${name}, ordinary and edge cases. Do not write the function. Every test is one line of the form \`assert ${name}(...) == ...\`. Give the assertions in one \`\`\`python block and nothing else.`;

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(8).describe("programs"),
  temperature: z.number().min(0).default(0.7).describe("of the programs"),
  testCalls: z.int().min(1).max(64).default(2).describe("samples of tests"),
  testsEach: z.int().min(1).max(50).default(6).describe("tests asked for in each"),
  testTemperature: z.number().min(0).default(0.8),
  mostTests: z.int().min(1).max(200).default(20).describe("written tests kept at most"),
  programs: z
    .enum(["root", "count"])
    .default("root")
    .describe("what a group's programs count for: the root of their number, as in the released code, or the number"),
  shownFirst: z.boolean().default(true).describe("do programs that pass more of the shown tests come first?"),
  timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one run of the tests"),
});
type Options = z.output<typeof optionsSchema>;

/**
 * Tests that the model writes itself choose among its programs (CodeT: Chen et al. 2022, arXiv:2207.10397, section 3):
 * programs that pass exactly the same written tests form a group, whose score is the root of its number of programs ×
 * the tests passed; the best group wins.
 */
export const generatedTests = defineStrategy({
  name: "generated-tests",
  summary: "programs and tests by the same model; the largest group that agrees on the most tests wins",
  paper: "Chen et al. 2022, arXiv:2207.10397",
  family: "code",
  how:
    "Tests that the model writes itself choose among its programs (CodeT: Chen et al. 2022, arXiv:2207.10397, section " +
    "3): programs that pass exactly the same written tests form a group, whose score is the root of its number of " +
    "programs (`programs: count`: the number, as the paper's formula has it) × the tests passed; the best group wins. Tests are written from the task alone, read as single-line assertions that call the " +
    "function, each once; what Python cannot read and what the task shows already is left out." +
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
  options: optionsSchema,
  candidates: (run, { n, temperature }) => sampleSolutions(run, { n, temperature }),
  select: consensus,
  cost: ({ n, testCalls, mostTests }) => ({ calls: n + testCalls, scored: n, runs: n * (21 + mostTests) }),
});

/** Picks by dual agreement of the programs and of tests that the policy writes once the programs are there. */
function consensus(options: Options): Selection {
  const interim = bestOrMajority();
  return {
    name: "dual-agreement",
    usesScores: interim.usesScores,
    interim,
    pick: async (candidates, run) => {
      const programs = candidates.filter(({ answer }) => answer !== null);
      const task = callableTask(run.question);
      if (task === null || programs.length === 0) return await interim.pick(candidates, run);
      const tests = await writeTests(run, task, options);
      const found = await agree(run, task, programs, tests, options);
      if (found !== null) return found;
      run.emit({ type: "note", message: "the policy wrote no test that can be run: the interim rule picks" });
      return await interim.pick(candidates, run);
    },
  };
}

/** Distinct assertions that are none of the shown ones, in the order in which they were written. */
async function writeTests(run: Run, task: CodeTask, options: Options): Promise<string[]> {
  const samples = await run.sample({
    n: options.testCalls,
    messages: [
      { role: "system", content: TEST_SYSTEM },
      { role: "user", content: `${run.question.text}\n\n${testRequest(task.entryPoint, options.testsEach)}` },
    ],
    temperature: options.testTemperature,
    purpose: "write-tests",
  });
  const shown = assertionsIn((task.visibleTests ?? []).join("\n"), task.entryPoint);
  const all = assertionsIn([...shown, ...samples.map(({ text }) => text)].join("\n"), task.entryPoint);
  return all.slice(shown.length, shown.length + options.mostTests);
}

/** Null when there is no test that Python can read. */
async function agree(
  run: Run,
  task: CodeTask,
  programs: readonly ScoredCandidate[],
  tests: readonly string[],
  { programs: weight, shownFirst, timeoutMs }: Options,
): Promise<Pick | null> {
  if (tests.length === 0) return null;
  const shown = shownFirst ? (task.visibleTests ?? []) : [];
  const results = await runAll(run, task, programs, [...shown, ...tests], timeoutMs);
  const shownPassed = results.map((row) => row.slice(0, shown.length).filter(passed).length);
  const written = results.map((row) => row.slice(shown.length));
  const sound = tests.map((_, j) => written.every((row) => row[j]?.outcome !== "malformed"));
  if (!sound.includes(true)) return null;
  const most = Math.max(...shownPassed);
  const kept = programs.flatMap((_, i) => (shownPassed[i] === most ? [i] : []));
  const passes = kept.map((i) => (written[i] ?? []).map((result, j) => sound[j] === true && passed(result)));
  const groups = dualAgreement(passes, weight).map((group) => ({
    ...group,
    programs: group.programs.map((k) => kept[k] ?? 0),
  }));
  return pickOf(groups, programs, sound.filter(Boolean).length, run);
}

const passed = (result: TestResult): boolean => result.outcome === "passed";

/** Equal programs are run once. results[i][j]: program i, test j. */
async function runAll(
  run: Run,
  task: CodeTask,
  programs: readonly ScoredCandidate[],
  tests: readonly string[],
  timeoutMs: number,
): Promise<(readonly TestResult[])[]> {
  const known = new Map<string, Promise<TestResult[]>>();
  return await Promise.all(
    programs.map((candidate) => {
      const source = programOf(candidate, task) ?? "";
      const running = known.get(source) ?? runShownTests(run, source, tests, timeoutMs);
      known.set(source, running);
      return running;
    }),
  );
}

/** The best group's program with the highest outcome score, then the earliest. */
function pickOf(
  groups: readonly ConsensusGroup[],
  programs: readonly ScoredCandidate[],
  tests: number,
  run: Run,
): Pick | null {
  const represent = (group: ConsensusGroup | undefined): ScoredCandidate | undefined =>
    (group?.programs ?? [])
      .flatMap((i) => programs[i] ?? [])
      .sort((a, b) => scoreOf(b) - scoreOf(a) || a.index - b.index)[0];
  const [best, second] = groups;
  const winner = represent(best);
  if (best === undefined || winner === undefined) return null;
  const reason = `${best.programs.length} of ${programs.length} programs agree on ${best.tests.length} of ${tests} written tests`;
  run.emit({ type: "note", message: `${reason}; ${groups.length} groups` });
  return {
    index: winner.index,
    answer: winner.answer?.text ?? null,
    support: best.score / (programs.length * tests),
    tally: groups.map((group) => ({
      answer: represent(group)?.answer?.text ?? "",
      votes: group.programs.length,
      weight: group.score,
    })),
    tied: second !== undefined && second.score === best.score,
    reason,
  };
}

const scoreOf = ({ score }: ScoredCandidate): number => score?.value ?? -1;

/** Programs that pass exactly the same tests, with what CodeT calls a consensus set's score. */
interface ConsensusGroup {
  /** Indices of the programs, in order. */
  readonly programs: readonly number[];
  /** Indices of the tests that each of them passes. */
  readonly tests: readonly number[];
  /** Programs in the group, or the root of their number, × tests passed. */
  readonly score: number;
}

/**
 * Dual execution agreement (section 3): programs are grouped by the set of tests they pass, and a group scores its
 * number of programs (the paper's formula), or the root of it (their released code), times its number of tests.
 * `passes[i][j]`: does program i pass test j? Groups best first; ties: more programs, then the earliest program.
 */
export function dualAgreement(
  passes: readonly (readonly boolean[])[],
  programs: Options["programs"] = "root",
): ConsensusGroup[] {
  const groups = new Map<string, { programs: number[]; tests: number[] }>();
  for (const [i, row] of passes.entries()) {
    const tests = row.flatMap((passed, j) => (passed ? [j] : []));
    const key = tests.join(" ");
    const group = groups.get(key) ?? { programs: [], tests };
    group.programs.push(i);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map((group) => {
      const weight = programs === "root" ? Math.sqrt(group.programs.length) : group.programs.length;
      return { ...group, score: weight * group.tests.length };
    })
    .sort(
      (a, b) =>
        b.score - a.score || b.programs.length - a.programs.length || (a.programs[0] ?? 0) - (b.programs[0] ?? 0),
    );
}

import { programOf } from "../../../src/code/assembly.ts";
import { runShownTests, type TestResult } from "../../../src/code/shown-tests.ts";
import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { CodeTask } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Pick, Selection } from "../../../src/core/strategy.ts";
import { assertionsIn, type ConsensusGroup, dualAgreement } from "../kit/assertions.ts";
import { scoreOf } from "../kit/selecting.ts";

const TEST_SYSTEM = "You write tests for Python functions.";

/** Asks for the tests without showing a program, so that they follow the task and not somebody's mistake. */
const testRequest = (name: string, count: number): string =>
  `Write ${count} different tests for the function ${name}, ordinary and edge cases. Do not write the function. Every test is one line of the form \`assert ${name}(...) == ...\`. Give the assertions in one \`\`\`python block and nothing else.`;

export interface ConsensusOptions {
  /** Samples of tests. */
  readonly testCalls: number;
  /** Tests asked for in each. */
  readonly testsEach: number;
  readonly testTemperature: number;
  /** Tests kept at most. */
  readonly mostTests: number;
  /** Do programs that pass more of the shown tests come first? */
  readonly shownFirst: boolean;
  readonly timeoutMs: number;
  /** Picks while programs come in, and where there are no tests to agree with. */
  readonly interim: Selection;
}

/** Picks by dual agreement of the programs and of tests that the policy writes once the programs are there. */
export function consensus(options: ConsensusOptions): Selection {
  const { interim } = options;
  return {
    name: "dual-agreement",
    usesScores: interim.usesScores,
    interim,
    pick: async (candidates, run) => {
      const { code } = run.question;
      const programs = candidates.filter(({ answer }) => answer !== null);
      if (code === undefined || !/python/i.test(code.language) || programs.length === 0)
        return await interim.pick(candidates, run);
      const tests = await writeTests(run, code, options);
      const found = await agree(run, code, programs, tests, options);
      if (found !== null) return found;
      run.emit({ type: "note", message: "the policy wrote no test that can be run: the interim rule picks" });
      return await interim.pick(candidates, run);
    },
  };
}

/** Distinct assertions that are none of the shown ones, in the order in which they were written. */
async function writeTests(run: Run, task: CodeTask, options: ConsensusOptions): Promise<string[]> {
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
  { shownFirst, timeoutMs }: ConsensusOptions,
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
  const groups = dualAgreement(passes).map((group) => ({
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

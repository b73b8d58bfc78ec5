import { satisfies } from "../answer/arithmetic-puzzle.ts";
import { groupAnswers } from "../answer/classes.ts";
import { type Grade, grade } from "../answer/grade.ts";
import { checkOf } from "../code/checks/of-reference.ts";
import { checkedTaskOf, type RunCommand, runCheck } from "../code/checks/run-check.ts";
import { judgeTests, type PartJudgement, unsupported } from "../code/hidden-tests.ts";
import type { Judgement } from "../code/judge.ts";
import type { Check } from "../core/check.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Problem } from "../core/problem.ts";
import { asksForValue } from "../core/question.ts";
import type { CostCounter } from "./efficiency.ts";
import type { Grader } from "./graders/open-grader.ts";
import type { CandidateRecord } from "./records/record.ts";
import type { WrittenCandidate } from "./written.ts";

/**
 * Of the rules that say which answer is right, judges of programs included: raised where a verdict may change. Trials
 * that were graded by another version are graded again before a run goes on; their samples stay.
 */
export const graderVersion = 4;

export interface Graded {
  readonly verdict: Grade["verdict"];
  readonly rule: string;
  readonly candidates: readonly CandidateRecord[];
}

/**
 * Grades a solution and each of its candidates against the reference, which only this file and its callers hold. Each
 * class of equal answers is graded once. With a counter, right programs have their steps counted. With a grader, that
 * one decides.
 */
export async function gradeSolution(
  { picked, candidates }: { readonly picked: number | null; readonly candidates: readonly WrittenCandidate[] },
  problem: Problem,
  sandbox: Sandbox | null,
  counter: CostCounter | null = null,
  grader: Grader | null = null,
): Promise<Graded> {
  const answers = candidates.map(({ answer }) => answer);
  const { verdict, rule, classes, correct, undecided, partsOf } = await gradeAnswers(
    answers,
    picked,
    problem,
    sandbox,
    grader,
  );
  const steps = (await counter?.scores(answers, decided(correct, undecided), problem)) ?? null;
  return {
    verdict,
    rule,
    candidates: candidates.map(({ answer, score, complete, tokens, revision }, i) => ({
      answer,
      class: classes[i] ?? -1,
      correct: correct[i] ?? false,
      undecided: undecided[i] === true ? true : undefined,
      parts: partsOf[i],
      score,
      complete,
      tokens,
      ...steps?.[i],
      revision,
    })),
  };
}

/** Whether each answer is right; null where that is undecided. */
export const decided = (correct: readonly boolean[], undecided: readonly boolean[]): (boolean | null)[] =>
  correct.map((right, i) => (undecided[i] === true ? null : right));

/** Longer ones, which are programs, are cut in results. */
const longestReference = 1_000;

/** What an answer is expected to be, as results show it. It is read when all is graded; no strategy has it. */
export function shownReference({ answer, expression }: Problem["reference"]): string {
  if (expression !== undefined) {
    const { numbers, target } = expression;
    return `an expression of ${numbers.join(", ")} that is ${target}`;
  }
  return answer.length > longestReference ? `${answer.slice(0, longestReference)} …` : answer;
}

/** The picked answer's grade; of each answer its class, whether it is right, and whether the grader could not tell. */
export interface GradedAnswers extends Grade {
  readonly classes: readonly number[];
  readonly correct: readonly boolean[];
  readonly undecided: readonly boolean[];
  /** Of each answer. */
  readonly partsOf: readonly Grade["parts"][];
}

/**
 * Answers of one trial with the one that was picked, graded. A grader decides about each distinct text: it may tell
 * apart what the rules call equal.
 */
export async function gradeAnswers(
  answers: readonly (string | null)[],
  picked: number | null,
  problem: Problem,
  sandbox: Sandbox | null,
  grader: Grader | null = null,
): Promise<GradedAnswers> {
  const { kind } = problem.question;
  const classes = kind === "code" ? byText(answers) : groupAnswers(answers, kind, problem.question.choices);
  const grades = new Map<number, Grade>();
  const alike = grader === null ? classes : byText(answers);
  for (const [i, answer] of answers.entries()) {
    const index = alike[i] ?? -1;
    if (index < 0 || grades.has(index)) continue;
    const byGrader = grader !== null && answer !== null;
    grades.set(
      index,
      byGrader ? await grader.grade(problem, answer, sandbox) : await gradeAnswer(answer, problem, sandbox),
    );
  }
  const gradeOf = (i: number): Grade => grades.get(alike[i] ?? -1) ?? { verdict: "unparsed", rule: "none" };
  const grade: Grade = picked === null ? { verdict: "unparsed", rule: "none" } : gradeOf(picked);
  const verdicts = answers.map((_, i) => gradeOf(i).verdict);
  return {
    ...grade,
    classes,
    correct: verdicts.map((verdict) => verdict === "correct"),
    undecided: verdicts.map((verdict) => verdict === "undecided"),
    partsOf: answers.map((_, i) => gradeOf(i).parts),
  };
}

async function gradeAnswer(
  answer: string | null,
  { question, reference }: Problem,
  sandbox: Sandbox | null,
): Promise<Grade> {
  const { tests, expression } = reference;
  const check = checkOf(reference);
  if (expression !== undefined && answer !== null) {
    return satisfies(answer, expression)
      ? { verdict: "correct", rule: "expression" }
      : { verdict: "incorrect", rule: "expression" };
  }
  if (check !== null && answer !== null) return await gradeByCheck(answer, check, { question, reference }, sandbox);
  if (tests === undefined || question.kind !== "code") return grade(answer, reference, question);
  if (answer === null) return { verdict: "unparsed", rule: "none" };
  if (asksForValue(question.code) && withoutBlanks(answer) === withoutBlanks(reference.answer))
    return { verdict: "correct", rule: "identical" };
  if (sandbox === null) return { verdict: "undecided", rule: `no runtime for ${tests.language}` };
  return gradeOfParts(await judgeTests(sandbox, question.code, tests, answer, { reference: reference.answer }));
}

/** Where the tests have parts that are programs, each is checked by itself. */
async function gradeByCheck(
  answer: string,
  check: Check,
  problem: Pick<Problem, "question" | "reference">,
  sandbox: Sandbox | null,
): Promise<Grade> {
  if (sandbox === null) return { verdict: "undecided", rule: `no runtime for the check ${check.name}` };
  const { tests } = problem.reference;
  const programs = (tests?.parts ?? []).flatMap((part) => ("program" in part ? [part] : []));
  if (programs.length < 2) return await gradeByTests(answer, check, problem, tests?.program ?? "", sandbox);
  const named: (readonly [string, Grade])[] = [];
  for (const { name, program } of programs)
    named.push([name, await gradeByTests(answer, check, problem, program, sandbox)]);
  return together(named);
}

async function gradeByTests(
  answer: string,
  check: Check,
  { question, reference }: Pick<Problem, "question" | "reference">,
  tests: string,
  sandbox: Sandbox,
): Promise<Grade> {
  const prefix = reference.tests?.prefix ?? question.code?.prefix ?? "";
  const task = checkedTaskOf(question, { answer, prefix, tests, reference: reference.answer });
  const run: RunCommand = (program, limits) => sandbox.run(program, { limits });
  const { verdict, reason, environment } = await runCheck(run, check, task);
  if (environment === true) return { verdict: "undecided", rule: `environment: ${reason}` };
  if (verdict === "right") return { verdict: "correct", rule: `check ${check.name}` };
  const said = verdict === "time-limit" ? verdict : reason;
  return { verdict: verdict === "undecided" ? "undecided" : "incorrect", rule: `check ${check.name}: ${said}` };
}

const withoutBlanks = (text: string): string => text.trim().replace(/,\s+/g, ",");

const gradeOfParts = (judged: readonly PartJudgement[]): Grade =>
  together(judged.map(({ name, judgement }) => [name, asGrade(judgement)]));

/** All parts must pass. One that is wrong decides, whatever could not be judged beside it. */
function together(named: readonly (readonly [string, Grade])[]): Grade {
  const grades = named.map(([, grade]) => grade);
  const decisive = (["incorrect", "undecided", "correct"] as const).flatMap(
    (verdict) => grades.find((one) => one.verdict === verdict) ?? [],
  );
  const [grade = { verdict: "undecided", rule: "no tests" }] = decisive;
  if (named.length < 2) return grade;
  const parts = Object.fromEntries(named.map(([name, one]) => [name, passesOf(one)]));
  const failed = Object.entries(parts).flatMap(([name, passes]) => (passes === true ? [] : [name]));
  return { ...grade, rule: failed.length === 0 ? grade.rule : `${grade.rule}, not: ${failed.join(", ")}`, parts };
}

const passesOf = (grade: Grade): boolean | null => (grade.verdict === "undecided" ? null : grade.verdict === "correct");

/** Tests or a sandbox that are broken, and what is missing here, say nothing about the answer. */
function asGrade({ verdict, tests, detail }: Judgement): Grade {
  if (verdict === "accepted") return { verdict: "correct", rule: "tests" };
  if (verdict === "environment" || (verdict === "sandbox-error" && detail.startsWith(unsupported)))
    return { verdict: "undecided", rule: `environment: ${detail}` };
  if (verdict === "broken-tests" || verdict === "sandbox-error")
    return { verdict: "undecided", rule: `tests: ${verdict}` };
  const passed = [...tests].filter((mark) => mark === "P").length;
  return {
    verdict: "incorrect",
    rule: `tests: ${verdict}${tests === "" ? "" : ` (${passed} of ${tests.length} pass)`}`,
  };
}

function byText(answers: readonly (string | null)[]): number[] {
  const seen = new Map<string, number>();
  return answers.map((answer) => {
    if (answer === null) return -1;
    const index = seen.get(answer) ?? seen.size;
    seen.set(answer, index);
    return index;
  });
}

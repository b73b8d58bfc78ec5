import { grade } from "../../../src/answer/grade.ts";
import type { ProblemRow } from "../../../src/core/problem.ts";
import type { Finding, LintSetup, Look } from "./finding.ts";
import { error, warning } from "./prompts.ts";
import { candidatePairs, containment, jaccard, shinglesOf, wordsOf } from "./shingles.ts";

/** A text as it is compared: letter case, blanks, quotation marks and final marks make no difference. */
const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[‘’`]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\s+/g, "")
    .replace(/[.?!:]+$/, "");

const keyOf = ({ text, choices = [] }: ProblemRow): string => [text, ...choices].map(plain).join("\n");
const withoutNumbers = (text: string): string => wordsOf(text.replace(/\d[\d.,]*/g, " 0 ")).join(" ");

/** Runs of words that texts are compared by. */
const size = 3;
/** Texts of fewer runs are too short to be nearly anything. */
const fewest = 6;

/** Equal questions: a duplicate, or a conflict where the references are not equal. */
export const equalQuestions: Look = (problems) => {
  const first = new Map<string, ProblemRow>();
  return problems.flatMap((problem): Finding[] => {
    const key = keyOf(problem);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, problem);
      return [];
    }
    if (problem.kind !== "code" && problem.reference.answer.trim() !== "") {
      const { verdict } = grade(problem.reference.answer, earlier.reference, earlier);
      if (verdict === "incorrect") {
        const both = `"${problem.reference.answer}" here, "${earlier.reference.answer}" there`;
        return [error("conflict", problem, `asks what ${earlier.id} asks, and expects ${both}`, earlier.id)];
      }
    }
    return [error("duplicate", problem, `is ${earlier.id} again`, earlier.id)];
  });
};

/** From this share of problems on, near duplicates are how the file was made, and are told once. */
const templated = 0.2;

/** Nearly equal questions of different groups. Equal ones are told by {@link equalQuestions}. */
export const nearQuestions: Look = (problems, { near }) => {
  const sets = problems.map(({ text }) => shinglesOf(wordsOf(text), size));
  const keys = problems.map(keyOf);
  const forms = problems.map(({ text }) => withoutNumbers(text));
  const found = candidatePairs(sets).flatMap((earlier, index): Finding[] => {
    const problem = problems[index] as ProblemRow;
    const own = sets[index] as ReadonlySet<string>;
    if (own.size < fewest || earlier.some((other) => keys[other] === keys[index])) return [];
    let best = -1;
    let most = 0;
    for (const other of earlier) {
      const group = problems[other]?.group;
      if (group !== undefined && group === problem.group) continue;
      const common = jaccard(own, sets[other] as ReadonlySet<string>);
      if (common > most) [best, most] = [other, common];
    }
    if (best < 0 || most < near) return [];
    const { id } = problems[best] as ProblemRow;
    const how = forms[best] === forms[index] ? "with other numbers" : `but for ${Math.round(100 * (1 - most))} %`;
    return [warning("near", problem, `is ${id} ${how}`, id)];
  });
  if (problems.length < 20 || found.length < templated * problems.length) return found;
  const message = `${found.length} of ${problems.length} questions are near an earlier one: made from templates`;
  return [{ check: "near", level: "warning", problem: null, message }];
};

/** Of a question's trigrams, the share that a shown example holds where it gives the question away. */
const leaked = 0.8;

/** Shown examples that hold a question that is measured on. */
export const leaks: Look = (problems, { shown = [] }: LintSetup) => {
  const examples = shown.map(({ place, text }) => ({
    place,
    key: plain(text),
    runs: shinglesOf(wordsOf(text), size),
    form: withoutNumbers(text),
  }));
  const holders = new Map<string, number[]>();
  for (const [index, { runs }] of examples.entries()) {
    for (const run of runs) holders.set(run, [...(holders.get(run) ?? []), index]);
  }
  return problems.flatMap((problem): Finding[] => {
    const [key, own, form] = [
      plain(problem.text),
      shinglesOf(wordsOf(problem.text), size),
      withoutNumbers(problem.text),
    ];
    const near = new Set([...own].flatMap((run) => holders.get(run) ?? []));
    for (const index of near) {
      const example = examples[index] as (typeof examples)[number];
      if (key !== "" && example.key.includes(key))
        return [error("leak", problem, `is shown in ${example.place}`, example.place)];
      const share = containment(own, example.runs);
      if (own.size >= fewest && example.form.includes(form))
        return [warning("leak", problem, `is shown with other numbers in ${example.place}`, example.place)];
      if (own.size >= fewest && share >= leaked)
        return [error("leak", problem, `is shown to ${Math.round(100 * share)} % in ${example.place}`, example.place)];
    }
    return [];
  });
};

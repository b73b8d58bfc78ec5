import type { LintCheck } from "../../../experiments/datasets/lint/index.ts";
import type { ProblemRow } from "../../../src/core/problem.ts";
import { Random } from "../../../src/core/random.ts";

/** A change that makes a row faulty; null where the row has nothing to change. */
type Fault = (row: ProblemRow, random: Random) => ProblemRow | null;

const withText = (row: ProblemRow, text: string): ProblemRow => ({ ...row, text });
const withAnswer = (row: ProblemRow, answer: string): ProblemRow => ({
  ...row,
  reference: { ...row.reference, answer },
});

/** Slips of the hand: two letters swapped, one left out, one doubled or one changed, in a word of five or more. */
const misspelt: Fault = (row, random) => {
  const words = [...row.text.matchAll(/(?<= )[a-z]{5,}(?=[ .,?])/g)];
  if (words.length === 0) return null;
  const { 0: word, index } = random.choice(words);
  const at = 1 + random.integer(word.length - 2);
  const [head, letter, tail] = [word.slice(0, at), word[at] ?? "", word.slice(at + 1)];
  const slips = [`${head}${tail[0]}${letter}${tail.slice(1)}`, `${head}${tail}`, `${head}${letter}${letter}${tail}`];
  const slip = random.choice([...slips, `${head}${letter === "x" ? "q" : "x"}${tail}`]);
  return slip === word ? null : withText(row, row.text.slice(0, index) + slip + row.text.slice(index + word.length));
};

const cut: Fault = (row, random) => {
  const words = row.text.split(" ");
  return words.length < 12 ? null : withText(row, words.slice(0, 6 + random.integer(words.length - 8)).join(" "));
};

const unasked: Fault = (row) => {
  const sentences = row.text.match(/[^.?!]+[.?!]+\s*/g) ?? [];
  const kept = sentences.filter((sentence) => !/\?|^(?:find|calculate|how|what)/i.test(sentence.trim()));
  return kept.length === 0 || kept.length === sentences.length ? null : withText(row, kept.join("").trim());
};

const unclosed: Fault = (row) => {
  const at = row.text.lastIndexOf("$");
  return at < 0 || !/\\/.test(row.text) ? null : withText(row, row.text.slice(0, at) + row.text.slice(at + 1));
};

const wrongOption: Fault = (row, random) => {
  const { choices = [] } = row;
  const other = [...choices];
  other[0] = random.integer(2) === 0 ? (choices[1] ?? "") : "";
  return { ...row, choices: other };
};

/** Faults that change one row. */
export const faults: Partial<Record<LintCheck, Fault>> = {
  spelling: misspelt,
  cut,
  question: unasked,
  formula: unclosed,
  options: wrongOption,
  reference: (row, random) => {
    const { kind, choices } = row;
    if (choices !== undefined) return withAnswer(row, "Q");
    return withAnswer(row, random.choice(kind === "number" ? ["n/a?", "see above"] : ["\\frac{1", "\\left( 3,"]));
  },
  solution: (row) => withAnswer(row, `${row.reference.answer}7`),
};

/** Faults that add a row after another. */
export const copies: Partial<Record<LintCheck, Fault>> = {
  duplicate: (row) => withText(row, `${row.text.replace(/ /g, "  ")} `),
  conflict: (row) => withAnswer(row, `${row.reference.answer}7`),
  near: (row, random) => {
    const words = row.text.split(" ");
    if (words.length < 25) return null;
    words[random.integer(words.length)] = "another";
    return withText(row, words.join(" "));
  },
};

export interface Planted {
  readonly rows: readonly ProblemRow[];
  readonly ids: ReadonlySet<string>;
}

/** A set with `count` faults of a kind at drawn places; the rows that have one are in `ids`. */
export function plant(rows: readonly ProblemRow[], check: LintCheck, count: number, seed = check as string): Planted {
  const random = new Random(`plant/${seed}`);
  const ids = new Set<string>();
  const order = rows.map((_, index) => ({ index, key: random.uniform() })).sort((a, b) => a.key - b.key);
  const changed = new Map<number, readonly ProblemRow[]>();
  for (const { index } of order) {
    if (ids.size === count) break;
    const row = rows[index] as ProblemRow;
    const [one, copy] = [faults[check]?.(row, random), copies[check]?.(row, random)];
    if (one !== undefined && one !== null) {
      ids.add(row.id);
      changed.set(index, [one]);
    } else if (copy !== undefined && copy !== null) {
      ids.add(`${row.id}-copy`);
      changed.set(index, [row, { ...copy, id: `${row.id}-copy` }]);
    }
  }
  return { rows: rows.flatMap((row, index) => changed.get(index) ?? [row]), ids };
}

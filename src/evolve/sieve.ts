import { jaccard, NearIndex, shinglesOf, wordsOf } from "../../experiments/datasets/lint/shingles.ts";
import { normalText } from "../export/training/problem-clusters.ts";

const runLength = 3;
/** A text of fewer words is leaked only as a whole. */
const shortest = 8;

interface Known {
  readonly runs: ReadonlySet<string>;
  readonly group: string;
  readonly numbers: string;
}

const numbersOf = (text: string): string => (text.match(/\d[\d.,]*/g) ?? []).join(" ");
const withoutNumbers = (text: string): string => wordsOf(text.replace(/\d[\d.,]*/g, " 0 ")).join(" ");

/** The same text: letter case, blanks and final marks make no difference. */
const plain = (text: string): string => normalText(text).replace(/[.?!:\s]+$/, "");

/**
 * Lets a question through that is new. Near duplicates share word trigrams (Jaccard of `near` or more, found by
 * MinHash); within a group a question with other numbers is another one, since most operations keep the seed's words.
 * Leaked is what is a test question, is one with other numbers, or has `overlap` words in a row with one (GPT-3's rule,
 * Brown et al. 2020, arXiv:2005.14165, appendix C); a test question of 8 words or more that is shorter than that is one
 * run itself.
 */
export class Sieve {
  readonly #near: number;
  readonly #texts = new Set<string>();
  readonly #known: Known[] = [];
  readonly #index = new NearIndex();
  readonly #test = new Set<string>();
  readonly #testForms = new Set<string>();
  readonly #testRuns = new Map<number, Set<string>>();

  constructor({ near, overlap }: { readonly near: number; readonly overlap: number }, test: readonly string[]) {
    this.#near = near;
    for (const text of test) {
      this.#test.add(plain(text));
      const words = wordsOf(text);
      if (words.length >= shortest) this.#testForms.add(withoutNumbers(text));
      const length = Math.min(overlap, words.length);
      if (length < Math.min(shortest, overlap)) continue;
      const runs = this.#testRuns.get(length) ?? new Set<string>();
      this.#testRuns.set(length, runs);
      for (const run of shinglesOf(words, length)) runs.add(run);
    }
  }

  /** Takes a question as known, without asking. */
  add(question: string, group: string): void {
    this.#texts.add(plain(question));
    const runs = shinglesOf(wordsOf(question), runLength);
    this.#index.add(runs);
    this.#known.push({ runs, group, numbers: numbersOf(question) });
  }

  /** Is the question one of a test set, or of its words? */
  isLeaked(question: string): boolean {
    const words = wordsOf(question);
    if (this.#test.has(plain(question)) || this.#testForms.has(withoutNumbers(question))) return true;
    return [...this.#testRuns].some(([length, runs]) => {
      for (let at = 0; at + length <= words.length; at++)
        if (runs.has(words.slice(at, at + length).join(" "))) return true;
      return false;
    });
  }

  /** Is it one that is known already, or nearly? */
  isKnown(question: string, group: string): boolean {
    if (this.#texts.has(plain(question))) return true;
    const runs = shinglesOf(wordsOf(question), runLength);
    const numbers = numbersOf(question);
    return this.#index.near(runs).some((index) => {
      const known = this.#known[index] as Known;
      if (known.group === group && known.numbers !== numbers) return false;
      return jaccard(runs, known.runs) >= this.#near;
    });
  }
}

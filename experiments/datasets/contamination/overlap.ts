import type { ProblemRow } from "../../../src/core/problem.ts";
import { wordsOf } from "../lint/shingles.ts";

/** How much of a question a corpus holds. */
export interface QuestionOverlap {
  readonly problem: string;
  /** Words of the question. */
  readonly words: number;
  /** Share of its words that lie in a run that the corpus has; null where the question is too short for a run. */
  readonly share: number | null;
}

export interface Overlap {
  readonly runLength: number;
  /** Words of the corpus. */
  readonly corpusWords: number;
  /** Questions long enough for a run. */
  readonly measured: number;
  /** With at least one run (GPT-3's rule). */
  readonly hit: number;
  /** With a fifth of their words or more in runs, and with four fifths or more (Llama 2's "not clean" and "dirty"). */
  readonly notClean: number;
  readonly dirty: number;
  readonly questions: readonly QuestionOverlap[];
}

/** A question of fewer words is in no corpus by chance only if all of it is; below this it is not measured. */
const shortest = 8;

/**
 * Overlap of questions with a corpus by runs of words. A run of 13 words in common is GPT-3's rule (Brown et al. 2020,
 * arXiv:2005.14165, appendix C); the share of words in runs is Llama's (Touvron et al. 2023, arXiv:2307.09288, section
 * A.6, runs of more than 10 tokens; Grattafiori et al. 2024, arXiv:2407.21783, section 5.1.4, runs of 8). Words here
 * are letters or digits in lower case, not tokens of a model. A question of 8 words or more that is shorter than a run
 * is one run itself, as GPT-3's runs are as short as 8 words for short sets.
 */
export class CorpusOverlap {
  readonly #runLength: number;
  readonly #questions: readonly {
    readonly id: string;
    readonly words: readonly string[];
    readonly covered: boolean[];
  }[];
  /** Where each run stands: question and place. By the run's length, as short questions have shorter ones. */
  readonly #runs = new Map<number, Map<string, (readonly [question: number, at: number])[]>>();
  #corpusWords = 0;

  constructor(problems: readonly ProblemRow[], runLength: number) {
    this.#runLength = runLength;
    this.#questions = problems.map(({ id, text }) => {
      const words = wordsOf(text);
      return { id, words, covered: words.map(() => false) };
    });
    for (const [index, { words }] of this.#questions.entries()) {
      const length = Math.min(runLength, words.length);
      if (length < Math.min(shortest, runLength)) continue;
      const runs = this.#runs.get(length) ?? new Map<string, [number, number][]>();
      this.#runs.set(length, runs);
      for (let at = 0; at + length <= words.length; at++) {
        const run = words.slice(at, at + length).join(" ");
        const places = runs.get(run);
        if (places === undefined) runs.set(run, [[index, at]]);
        else places.push([index, at]);
      }
    }
  }

  /**
   * Reads a document, in whole or in parts that follow each other: give each part the words that this one ends with.
   */
  read(text: string, before: readonly string[] = []): readonly string[] {
    const own = wordsOf(text);
    const words = [...before, ...own];
    this.#corpusWords += own.length;
    for (const [length, runs] of this.#runs) {
      for (let at = Math.max(0, before.length - length + 1); at + length <= words.length; at++) {
        const places = runs.get(words.slice(at, at + length).join(" "));
        if (places === undefined) continue;
        for (const [question, start] of places) this.#questions[question]?.covered.fill(true, start, start + length);
      }
    }
    return words.slice(-this.#runLength + 1);
  }

  result(): Overlap {
    const questions = this.#questions.map(({ id, words, covered }): QuestionOverlap => {
      const isShort = words.length < Math.min(shortest, this.#runLength);
      const share = isShort ? null : covered.filter(Boolean).length / words.length;
      return { problem: id, words: words.length, share };
    });
    const shares = questions.flatMap(({ share }) => share ?? []);
    return {
      runLength: this.#runLength,
      corpusWords: this.#corpusWords,
      measured: shares.length,
      hit: shares.filter((share) => share > 0).length,
      notClean: shares.filter((share) => share >= 0.2).length,
      dirty: shares.filter((share) => share >= 0.8).length,
      questions,
    };
  }
}

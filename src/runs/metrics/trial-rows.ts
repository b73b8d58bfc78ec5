import { groupAnswers } from "../../answer/classes.ts";
import type { CandidateRow, PickRow, TrialRow } from "../../core/metric.ts";
import type { AnswerKind } from "../../core/question.ts";
import { totalCalls, totalDollars, totalTokens, type Usage } from "../../core/usage.ts";
import { verdictOfPick } from "../at-budget.ts";
import { secondsOf, type TrialRecord } from "../records/record.ts";
import { variantOf } from "./parts.ts";

export interface RowFacts {
  /** Kind of a problem's answers, for telling whether answers of two seeds are equal; undefined where not known. */
  readonly kindOf: (dataset: string, problem: string) => AnswerKind | undefined;
  /** Are the prices of this arm's model known? Without, its dollars are not 0 but unknown. */
  readonly priced: (arm: string) => boolean;
}

/**
 * Trial records of one arm as the rows that metrics read. What a record does not know is null: the cost of a trial that
 * failed, the correctness of a candidate that could not be judged, the dollars of a model without prices.
 */
export class ArmRows {
  readonly rows: TrialRow[] = [];
  readonly #facts: RowFacts;
  /** By problem: of each class of each trial the place of its row, its own number, and an answer. */
  readonly #classes = new Map<string, ClassOfTrial[]>();
  readonly #tags = new Map<string, readonly string[]>();
  readonly #kinds = new Map<string, AnswerKind | undefined>();

  constructor(facts: RowFacts) {
    this.#facts = facts;
  }

  add(record: TrialRecord): void {
    const row = rowOf(record, this.#facts.priced(record.arm), (tags = []) => this.#shared(tags));
    const classes = this.#classes.get(row.problem) ?? [];
    const own = new Set<number>();
    for (const { class: number, answer } of record.candidates) {
      if (number < 0 || answer === null || own.has(number)) continue;
      own.add(number);
      classes.push({ row: this.rows.length, number: String(number), answer });
    }
    this.#classes.set(row.problem, classes);
    this.#kinds.set(row.problem, this.#facts.kindOf(record.dataset, record.problem));
    this.rows.push(row);
  }

  /** One list for all problems with the same tags. */
  #shared(tags: readonly string[]): readonly string[] {
    const key = tags.join("\n");
    const known = this.#tags.get(key) ?? tags;
    this.#tags.set(key, known);
    return known;
  }

  /**
   * The rows, with classes of equal answers that hold for all trials of a problem: records number them within a trial.
   * Programs are equal where their texts are.
   */
  finish(): readonly TrialRow[] {
    for (const [problem, classes] of this.#classes) {
      if (new Set(classes.map(({ row }) => row)).size < 2) continue;
      const answers = classes.map(({ answer }) => answer);
      const kind = this.#kinds.get(problem);
      const shared = kind === "code" ? answers : groupAnswers(answers, kind).map(String);
      const names = new Map(classes.map(({ row, number }, i) => [`${row}/${number}`, shared[i] ?? null]));
      for (const place of new Set(classes.map(({ row }) => row))) {
        const row = this.rows[place] as TrialRow;
        const candidates = row.candidates.map(
          (candidate): CandidateRow => ({
            ...candidate,
            answerClass: names.get(`${place}/${candidate.answerClass}`) ?? null,
          }),
        );
        this.rows[place] = { ...row, candidates };
      }
    }
    return this.rows;
  }
}

interface ClassOfTrial {
  readonly row: number;
  readonly number: string;
  readonly answer: string;
}

function rowOf(
  record: TrialRecord,
  priced: boolean,
  shared: (tags?: readonly string[]) => readonly string[],
): TrialRow {
  const { dataset, verdict, usage } = record;
  const failed = verdict === "error";
  const dollars = totalDollars(usage);
  return {
    problem: `${dataset}/${record.problem}`,
    dataset,
    tags: shared(record.tags),
    difficulty: record.difficulty ?? null,
    group: record.group ?? null,
    variant: variantOf(record.problem, record.tags),
    strategy: record.strategy,
    seed: record.seed,
    verdict,
    // What a failed trial had spent is not on record.
    tokens: failed ? null : totalTokens(usage),
    policyTokens: failed ? null : tokensOf(usage.policy),
    verifierTokens: failed ? null : tokensOf(usage.verifier),
    reference: record.reference ?? null,
    answer: record.answer,
    judged: judgedRow(record),
    calls: failed ? null : totalCalls(usage),
    seconds: failed ? null : secondsOf(record),
    dollars: failed || (dollars === 0 && !priced) ? null : dollars,
    candidates: record.candidates.map((candidate) => candidateOf(candidate)),
    picks: record.picks.map(
      ([, picked, tokens]): PickRow => ({ tokens, correct: verdictOfPick(record, picked) === "correct" }),
    ),
  };
}

function judgedRow({ judged }: TrialRecord): TrialRow["judged"] {
  if (judged === undefined) return undefined;
  const { score, codes, matches, label } = judged;
  return { score, codes, matches, label };
}

const tokensOf = ({ promptTokens, completionTokens }: Usage): number => promptTokens + completionTokens;

function candidateOf(candidate: TrialRecord["candidates"][number]): CandidateRow {
  return {
    answerClass: candidate.class < 0 ? null : String(candidate.class),
    correct: candidate.undecided === true ? null : candidate.correct,
    score: candidate.score,
    complete: candidate.complete,
    tokens: candidate.tokens,
    efficiency: candidate.efficiency ?? null,
    costRatio: candidate.costRatio,
    dps: candidate.dps,
    dpsNorm: candidate.dpsNorm,
    parts: candidate.parts,
  };
}

import { totalDollars, totalTokens } from "../../core/usage.ts";
import { Column } from "../../runs/column.ts";
import type { ProblemIndex } from "../../runs/problem-index.ts";
import { type CandidateRecord, secondsOf, type TrialRecord } from "../../runs/records/record.ts";
import { ArmTally } from "../../runs/summary.ts";
import { AnytimeTally } from "./anytime-tally.ts";
import { blockCount, blockOf } from "./blocks.ts";
import { EfficiencyTally } from "./efficiency-tally.ts";
import { FirstRightTally } from "./first-right-tally.ts";
import { PoolTally } from "./pool-tally.ts";
import { ScoreTally } from "./score-tally.ts";

/** Why a trial is not right, and how it ended. */
export interface Failures {
  right: number;
  /** A right candidate was there, another was picked. */
  pickedWrong: number;
  noneRight: number;
  unparsed: number;
  undecided: number;
  error: number;
  /** Refused by the model's provider for what was asked. */
  refused: number;
}

/** All that a report keeps of one arm: fixed arrays and a few numbers for each problem, filled record by record. */
export class ArmColumns {
  readonly tally: ArmTally;
  readonly anytime = new AnytimeTally();
  readonly firstRight = new FirstRightTally();
  readonly pool = new PoolTally();
  readonly scores = new ScoreTally();
  readonly efficiency = new EfficiencyTally();
  readonly failures: Failures = {
    right: 0,
    pickedWrong: 0,
    noneRight: 0,
    unparsed: 0,
    undecided: 0,
    error: 0,
    refused: 0,
  };
  readonly stops = new Map<string, number>();
  readonly errors = new Map<string, number>();
  incomplete = 0;
  /** Tokens of each trial in record order. */
  readonly tokens = new Column();
  /** Candidates of each problem over all seeds, and the right ones among them. */
  readonly drawn = new Column();
  readonly drawnRight = new Column();
  readonly block = {
    trials: new Float64Array(blockCount),
    right: new Float64Array(blockCount),
    covered: new Float64Array(blockCount),
    tokens: new Float64Array(blockCount),
    seconds: new Float64Array(blockCount),
    dollars: new Float64Array(blockCount),
  };

  constructor(arm: string, strategy: string, index: ProblemIndex) {
    this.tally = new ArmTally(arm, strategy, index);
  }

  add(record: TrialRecord): void {
    this.tally.add(record);
    this.stops.set(record.stopped, (this.stops.get(record.stopped) ?? 0) + 1);
    if (record.verdict === "error") {
      this.failures[record.failure === "content" ? "refused" : "error"]++;
      if (this.errors.size < 20 || this.errors.has(record.rule)) {
        this.errors.set(record.rule, (this.errors.get(record.rule) ?? 0) + 1);
      }
      return;
    }
    const { candidates } = record;
    const right = candidates.filter(({ correct }) => correct).length;
    const number = this.tally.index.numberOf(record);
    const block = blockOf(this.tally.index.clusters[number] ?? 0);
    this.#blocks(block, record, right > 0);
    this.tokens.push(totalTokens(record.usage));
    this.drawn.add(number, candidates.length);
    this.drawnRight.add(number, right);
    this.incomplete += candidates.filter(({ complete }) => !complete).length;
    this.anytime.add(block, record);
    this.firstRight.add(block, record);
    this.pool.add(block, candidates);
    this.efficiency.add(block, record);
    if (isScored(candidates)) this.scores.add(block, candidates);
    this.failures[kindOf(record, right > 0)]++;
  }

  #blocks(block: number, record: TrialRecord, covered: boolean): void {
    const put = (row: Float64Array, by: number) => {
      row[block] = (row[block] ?? 0) + by;
    };
    put(this.block.trials, 1);
    put(this.block.right, record.verdict === "correct" ? 1 : 0);
    put(this.block.covered, covered ? 1 : 0);
    put(this.block.tokens, totalTokens(record.usage));
    put(this.block.seconds, secondsOf(record));
    put(this.block.dollars, totalDollars(record.usage));
  }
}

const isScored = (candidates: readonly CandidateRecord[]): boolean => candidates.some(({ score }) => score !== null);

function kindOf({ verdict }: TrialRecord, covered: boolean): keyof Failures {
  if (verdict === "correct") return "right";
  if (verdict !== "incorrect") return verdict;
  return covered ? "pickedWrong" : "noneRight";
}

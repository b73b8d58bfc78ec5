import { totalTokens } from "../../core/usage.ts";
import { Column } from "../../runs/column.ts";
import type { TrialRecord } from "../../runs/records/record.ts";

/** When each trial first had a right pick: what an oracle would have stopped at. */
export class FirstRightTally {
  /** Tokens spent until then, in record order; Infinity for trials that never had one. */
  readonly tokens = new Column();
  readonly blocks = new Column();
  /** Trials that picked more than once. */
  several = 0;

  add(block: number, record: TrialRecord): void {
    this.tokens.push(firstRight(record));
    this.blocks.push(block);
    if (record.picks.length > 1) this.several++;
  }
}

function firstRight({ picks, candidates, verdict, usage }: TrialRecord): number {
  const pick = picks.find(([, picked]) => picked !== null && candidates[picked]?.correct === true);
  if (pick !== undefined) return pick[2];
  return verdict === "correct" ? totalTokens(usage) : Number.POSITIVE_INFINITY;
}

import { totalDollars, totalTokens } from "../core/usage.ts";
import { compact } from "../report/table.ts";
import type { Progress } from "../runs/run-experiment.ts";
import { midP } from "../statistics/intervals/binomial.ts";
import { duration } from "./terminal.ts";

interface ArmCount {
  n: number;
  right: number;
}

/**
 * The progress of a run in one line: how far, how long, how fast, what it costs, what failed, and how the arm of the
 * last trial does (of the trials since the start, with a 95 % interval). What is less needed comes later and is left
 * out where the line is too narrow.
 */
export class RunProgress {
  readonly #arms = new Map<string, ArmCount>();
  readonly #failures = new Map<string, number>();
  #tokens = 0;
  #dollars = 0;

  /** @param seconds since the start. */
  line({ done, total, resumed, last }: Omit<Progress, "lastTrace">, seconds: number, columns: number): string {
    if (last !== null) this.#take(last);
    const fresh = done - resumed;
    const share = total === 0 ? 1 : done / total;
    const bar = "█".repeat(Math.round(share * 10)).padEnd(10, "░");
    const left = fresh > 0 ? ((total - done) * seconds) / fresh : Number.NaN;
    const parts = [
      `${bar} ${done}/${total}`,
      done === total ? `done in ${duration(seconds)}` : `about ${duration(left)} left`,
      ...(this.#failures.size > 0 ? [this.#failed()] : []),
      ...(this.#tokens > 0 ? [`${compact(this.#tokens / seconds)} tokens/s`] : []),
      ...(this.#dollars > 0 ? [`$${compact(this.#dollars)}`] : []),
      ...(last === null ? (resumed > 0 ? [`${resumed} were there`] : []) : [this.#accuracy(last.arm)]),
    ];
    return fitted(parts, columns - 1);
  }

  #take(last: NonNullable<Progress["last"]>): void {
    this.#tokens += totalTokens(last.moment.spent);
    this.#dollars += totalDollars(last.moment.spent);
    if (last.verdict === "error") {
      const kind = last.failure ?? "other";
      this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
      return;
    }
    const count = this.#arms.get(last.arm) ?? { n: 0, right: 0 };
    this.#arms.set(last.arm, { n: count.n + 1, right: count.right + (last.verdict === "correct" ? 1 : 0) });
  }

  #failed(): string {
    const all = [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
    return `${all} failed (${[...this.#failures].map(([kind, count]) => `${kind} ${count}`).join(", ")})`;
  }

  #accuracy(arm: string): string {
    const { n, right } = this.#arms.get(arm) ?? { n: 0, right: 0 };
    if (n === 0) return arm;
    const { low, high } = midP(right / n, n);
    const percent = (value: number) => (100 * value).toFixed(0);
    return `${percent(right / n)} % (${percent(low)}–${percent(high)}) ${arm}`;
  }
}

/** The parts that the columns hold; the last of them is cut where that leaves something to read. */
function fitted(parts: readonly string[], columns: number): string {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`;
    if (longer.length > columns) {
      const room = columns - line.length - 3;
      return room > 16 ? `${line}  ${part.slice(0, room)}…` : line;
    }
    line = longer;
  }
  return line;
}

import { groupAnswers } from "../src/answer/classes.ts";
import { compareAnswers } from "../src/answer/equal.ts";
import { dataSets, missingData, variants } from "../test/answer/data.ts";
import { hostile } from "../test/answer/hostile.ts";
import { pairs } from "../test/answer/pairs/index.ts";

export interface AnswersBench {
  /**
   * Comparisons timed: the table of pairs, the data sets' variants (where the data is there), hostile answers against
   * each other.
   */
  readonly comparisons: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The slowest pair, shortened. */
  readonly slowest: string;
  readonly tableRight: number;
  readonly tableRows: number;
  /** Milliseconds to group 1,000 samples of 40 spellings. */
  readonly groupMs: number;
  readonly passed: boolean;
}

/** Above this a comparison is timed again: what the machine did meanwhile is not its cost. */
const doubtfulMs = 20;
const repeats = 3;

/** No comparison may take longer. */
const worstMs = 50;

/** Time per comparison (bar: none above 50 ms) and rows of the table decided as expected (bar: 99 %). */
export function answersBench(): AnswersBench {
  const times: { ms: number; what: string }[] = [];
  const timed = (a: string, b: string, kind: "number" | "math" | "choice" | "text"): string => {
    let ms = Number.POSITIVE_INFINITY;
    let verdict = "";
    for (let round = 0; round < repeats && ms > doubtfulMs; round++) {
      const start = performance.now();
      const before = process.cpuUsage();
      verdict = compareAnswers(a, b, { kind }).verdict;
      const { user, system } = process.cpuUsage(before);
      // What other processes take of the machine is not the comparison's cost.
      ms = Math.min(ms, performance.now() - start, (user + system) / 1_000);
    }
    times.push({ ms, what: `${a.slice(0, 40)} ~~ ${b.slice(0, 40)}` });
    return verdict;
  };
  const rows = Object.values(pairs).flat();
  const right = rows.filter(({ a, b, kind, expected }) => kind !== "code" && timed(a, b, kind) === expected).length;
  for (const [i, a] of hostile.entries()) for (const b of [...hostile.slice(i + 1), "5", "x+1"]) timed(a, b, "math");
  for (const { kind, answers } of missingData === null ? dataSets() : []) {
    if (kind === "code") continue;
    for (const answer of new Set(answers)) for (const variant of variants(answer, kind)) timed(variant, answer, kind);
  }
  times.sort((a, b) => b.ms - a.ms);
  const at = (share: number) => times[Math.floor(times.length * share)]?.ms ?? 0;
  const groupMs = timeGrouping(rows.flatMap(({ a, b, kind }) => (kind === "math" ? [a, b] : [])).slice(0, 40));
  const maxMs = at(0);
  return {
    comparisons: times.length,
    medianMs: at(0.5),
    p99Ms: at(0.01),
    maxMs,
    slowest: times[0]?.what ?? "",
    tableRight: right,
    tableRows: rows.length,
    groupMs,
    passed: maxMs <= worstMs && right >= 0.99 * rows.length,
  };
}

function timeGrouping(spellings: readonly string[]): number {
  const start = performance.now();
  groupAnswers(
    Array.from({ length: 1_000 }, (_, i) => spellings[i % spellings.length] ?? ""),
    "math",
  );
  return performance.now() - start;
}

if (import.meta.main) console.log(answersBench());

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PoolTally, poolSizes } from "../../src/report/tally/pool-tally.ts";
import type { CandidateRecord } from "../../src/runs/records/record.ts";

const candidates = fc.array(
  fc.record({ class: fc.integer({ min: -1, max: 2 }), complete: fc.boolean(), score: fc.constantFrom(null, 0.2, 0.5) }),
  { minLength: 1, maxLength: 6 },
);

const recordOf = (one: { class: number; complete: boolean; score: number | null }): CandidateRecord => ({
  ...one,
  answer: one.class < 0 ? null : String(one.class),
  correct: one.class === 1,
  tokens: 1,
});

/** All subsets of that size. */
function* subsets<T>(all: readonly T[], size: number, from = 0): Generator<readonly T[]> {
  if (size === 0) yield [];
  for (let i = from; size > 0 && i < all.length; i++) {
    for (const rest of subsets(all, size - 1, i + 1)) yield [all[i] as T, ...rest];
  }
}

const offered = (drawn: readonly CandidateRecord[]) =>
  drawn.some(({ complete }) => complete) ? drawn.filter(({ complete }) => complete) : drawn;

/** The share of right ones among those that come first. */
function first(pool: readonly CandidateRecord[], value: (one: CandidateRecord) => number): number {
  const top = Math.max(...pool.map(value));
  const winners = pool.filter((one) => value(one) === top);
  return winners.filter(({ correct }) => correct).length / winners.length;
}

function vote(drawn: readonly CandidateRecord[]): number {
  const counts = new Map<number, number>();
  for (const { class: name } of offered(drawn)) if (name >= 0) counts.set(name, (counts.get(name) ?? 0) + 1);
  const top = Math.max(0, ...counts.values());
  const winners = [...counts].filter(([, count]) => count === top);
  return winners.length === 0 ? 0 : winners.filter(([name]) => name === 1).length / winners.length;
}

function bestScored(drawn: readonly CandidateRecord[]): number {
  const pool = offered(drawn);
  const answered = pool.filter(({ answer }) => answer !== null);
  return first(answered.length > 0 ? answered : pool, ({ score }) => score ?? -1);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("curves over k candidates", () => {
  it("are what picking from every subset gives, cut candidates counting only where nothing was finished", () => {
    fc.assert(
      fc.property(candidates, (drafts) => {
        const records = drafts.map(recordOf);
        const tally = new PoolTally();
        tally.add(0, records);
        const scored = records.some(({ score }) => score !== null);
        poolSizes.forEach((k, i) => {
          if (k > records.length) return;
          const all = [...subsets(records, k)];
          expect(tally.sums.vote[i]?.[0]).toBeCloseTo(mean(all.map(vote)), 9);
          if (scored) expect(tally.sums.best[i]?.[0]).toBeCloseTo(mean(all.map(bestScored)), 9);
          const found = all.map((drawn) => Number(drawn.some(({ correct }) => correct)));
          expect(tally.sums.coverage[i]?.[0]).toBeCloseTo(mean(found), 9);
        });
      }),
      { numRuns: 300 },
    );
  });
});

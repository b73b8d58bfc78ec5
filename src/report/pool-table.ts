import type { PoolSection } from "./data.ts";
import { percent, range, type Table } from "./table.ts";
import type { Banded } from "./tally/blocks.ts";

/** pass@k, maj@k and the verifier's pick over k, with their intervals; null without pools. */
export function poolTable(pools: readonly PoolSection[]): Table | null {
  if (pools.length === 0) return null;
  const scored = pools.some(({ best }) => best.some((point) => point !== null));
  const head = ["strategy", "k", "pass@k %", "95 %", "maj@k %", "95 %", ...(scored ? ["best@k %", "95 %"] : [])];
  const rows = pools.flatMap(({ arm, sizes, coverage, vote, best }) =>
    sizes.map((k, i) => [
      ...[arm, k.toLocaleString("en-US"), ...cells(coverage[i]), ...cells(vote[i])],
      ...(scored ? cells(best[i]) : []),
    ]),
  );
  const note =
    "Expected over random subsets of k of each trial's candidates: an oracle, a vote (ties split) and the verifier pick.";
  return { title: "pass@k and maj@k", head, rows, note };
}

const cells = (point: Banded | null | undefined): [string, string] =>
  point == null ? ["–", "–"] : [percent(point.value), range(point)];

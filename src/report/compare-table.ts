import type { RunComparison } from "./compare-runs.ts";
import { familyWords } from "./reading-table.ts";
import type { Table } from "./table.ts";
import { compact, percent, range, transitionCells } from "./table.ts";
import { differenceCells } from "./tables.ts";

/** Arms of several runs in one table: accuracy, cost, what correction changed, the paired difference. */
export function compareTable(comparison: RunComparison): Table {
  const { arms, baseline, datasets, tokens } = comparison;
  const compared = new Map(comparison.comparisons.map((one) => [one.a, one]));
  const several = datasets.length > 1;
  const corrects = arms.some(({ transitions }) => transitions !== null);
  const head = [
    ...["strategy", "accuracy %", "95 % interval", ...(several ? datasets : [])],
    ...["coverage %", "tokens", "calls", ...(corrects ? ["right→wrong", "wrong→right", "revisions accepted"] : [])],
    ...["Δ points", "95 % of Δ", "p (Holm)", "verdict"],
  ];
  return {
    title: tokens === null ? "As the runs ended" : `At ${tokens.toLocaleString("en-US")} tokens a problem`,
    head,
    rows: arms.map((arm) => [
      ...[arm.arm, percent(arm.accuracy), range(arm.interval), ...(several ? arm.accuracies.map(percent) : [])],
      ...[percent(arm.coverage), compact(arm.tokensPerTrial), compact(arm.callsPerTrial)],
      ...(corrects ? [...transitionCells(arm), revisionCell(arm)] : []),
      ...differenceCells(compared.get(arm.arm)),
      arm.arm === baseline ? "baseline" : (compared.get(arm.arm)?.verdict ?? "too few problems"),
    ]),
    words: [head.length - 1],
    note: `Δ: paired difference to ${baseline} on the same problems, in percentage points. p: paired permutation test, ${familyWords(comparison.comparisons)}. Tokens count prompt and answer of policy and verifiers, as if nothing had been stored.`,
  };
}

const revisionCell = ({ transitions }: RunComparison["arms"][number]): string =>
  transitions === null ? "–" : `${transitions.revisions.accepted} of ${transitions.revisions.proposed}`;

/** What a reader must not overlook. */
export function compareWarnings({ runs, arms, tokens, leftOut }: RunComparison): string[] {
  const simulated = new Set(
    runs.flatMap(({ policies }) => policies.filter((one) => one.simulated).map(({ id }) => id)),
  );
  const budgets = new Set(arms.map(({ budget }) => budget));
  const short = arms.filter(({ cutShort }) => cutShort > 0);
  return [
    ...[...simulated].map((id) => `Simulated policy (${id}): these figures say nothing about a language model.`),
    ...runs.filter(({ complete }) => !complete).map(({ name }) => `The run ${name} is not finished.`),
    ...(leftOut > 0
      ? [`${leftOut.toLocaleString("en-US")} problems that some arm has no answer to are left out for all.`]
      : []),
    ...(tokens === null && budgets.size > 1
      ? ["The arms had different budgets: this is no comparison at equal compute. Give --tokens for one."]
      : []),
    ...short.map(
      ({ arm, cutShort }) =>
        `${arm}: ${cutShort} trials were ended by a limit other than tokens and might have gone on.`,
    ),
  ];
}

import type { ReportArm, ReportData } from "./data.ts";

/** Lines that a reader tells apart in one drawing: there are as many colours. */
const most = 8;

/** Arms that are drawn together: of one policy and one budget, eight at most. */
export interface Panel {
  /** What its arms share and the others have not: "qwen7b · 3,000 tokens". Empty where there is one panel. */
  readonly title: string;
  /** Label of each arm, and its name here: the label without what all of them share. Its place gives its colour. */
  readonly arms: ReadonlyMap<string, string>;
  /** Arms that stand in the tables alone. */
  readonly folded: number;
}

const partsOf = (arm: string): string[] => arm.split(" · ");

/**
 * The panels of a report, in the order of its arms. Of more than eight arms of one policy and budget, those with the
 * highest accuracy are drawn (ties: the earlier), and the baseline.
 */
export function panelsOf({ arms }: Pick<ReportData, "arms">): Panel[] {
  if (arms.length <= most) return [{ title: "", arms: new Map(arms.map(({ arm }) => [arm, arm])), folded: 0 }];
  const groups = new Map<string, ReportArm[]>();
  for (const arm of arms) {
    const { policy, budget } = arm.setup as { readonly policy?: unknown; readonly budget?: unknown };
    const key = JSON.stringify([policy, budget]);
    groups.set(key, [...(groups.get(key) ?? []), arm]);
  }
  return [...groups.values()].map((group) => {
    const shown = drawn(group);
    const labels = shown.map(({ arm }) => arm);
    const shared = groups.size === 1 ? 0 : sharedEnd(group.map(({ arm }) => arm));
    const name = (arm: string) =>
      partsOf(arm)
        .slice(0, partsOf(arm).length - shared)
        .join(" · ");
    const title =
      shared === 0
        ? ""
        : partsOf(labels[0] ?? "")
            .slice(-shared)
            .map(thousands)
            .join(" · ");
    return { title, arms: new Map(labels.map((arm) => [arm, name(arm)])), folded: group.length - shown.length };
  });
}

function drawn(group: readonly ReportArm[]): readonly ReportArm[] {
  if (group.length <= most) return group;
  const value = ({ accuracy }: ReportArm) => accuracy ?? -1;
  const order = [...group].sort(
    (a, b) => Number(b.baseline === null) - Number(a.baseline === null) || value(b) - value(a),
  );
  const kept = new Set(order.slice(0, most));
  return group.filter((arm) => kept.has(arm));
}

/** Parts at the end of the labels that are the same in all of them; one part of each is left. */
function sharedEnd(labels: readonly string[]): number {
  const all = labels.map(partsOf);
  const least = Math.min(...all.map(({ length }) => length)) - 1;
  let shared = 0;
  while (shared < least && new Set(all.map((parts) => parts.at(-1 - shared))).size === 1) shared++;
  return shared;
}

const thousands = (part: string): string =>
  part.replace(/^\d{4,}(?= )/, (number) => Number(number).toLocaleString("en-US"));

/** The data with one panel's arms alone, by their names there. What is no drawing's matter stays as it is. */
export function dataOfPanel(data: ReportData, { arms }: Panel): ReportData {
  const own = <Row extends { readonly arm: string }>(rows: readonly Row[]): Row[] =>
    rows.flatMap((row) => {
      const name = arms.get(row.arm);
      return name === undefined ? [] : [{ ...row, arm: name }];
    });
  const { anytime, law } = data;
  return {
    ...data,
    arms: own(data.arms),
    comparisons: data.comparisons.flatMap((comparison) => {
      const [a, b] = [arms.get(comparison.a), arms.get(comparison.b)];
      return a === undefined ? [] : [{ ...comparison, a, b: b ?? comparison.b }];
    }),
    anytime: anytime === null ? null : { ...anytime, curves: own(anytime.curves) },
    pools: own(data.pools),
    law: law === null || !arms.has(law.arm) ? null : { ...law, arm: arms.get(law.arm) ?? law.arm },
    frontiers: data.frontiers.map((section) => ({ ...section, points: own(section.points) })),
    verifiers: own(data.verifiers),
    failures: own(data.failures),
  };
}

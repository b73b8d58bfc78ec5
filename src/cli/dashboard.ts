import type { EnoughArm } from "../runs/experiment-summary.ts";
import type { ArmStatus, RunStatus, Spent } from "../runs/status/run-status.ts";
import { duration } from "./terminal.ts";
import { cutToWidth, padEnd, padStart, textWidth } from "./text-width.ts";

/** What the lines may take. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
  /** Can the run be ended by a key? */
  readonly keys?: boolean;
}

/**
 * A run at work as lines: how far, how fast, what it costs, what failed, each arm, and the stopping rule. No line is
 * wider than the room; columns that are needed least are left out first, and arms that find no row are counted.
 */
export function dashboardLines(status: RunStatus, { columns, rows, keys = false }: Room): string[] {
  const wide = Math.max(1, columns - 1);
  const enough = enoughLines(status, wide);
  const head = [progressLine(status, wide), ...fold(paceParts(status), wide), ...fold(costParts(status), wide)];
  const failures = failureLine(status);
  const foot = keys ? ["", "q ends the run well: trials in work are finished"] : [];
  const rest = rows - 1 - head.length - enough.length - foot.length - (failures === null ? 0 : 1) - 2;
  const lines = [
    ...head,
    ...(failures === null ? [] : [failures]),
    "",
    ...armTable(status.arms, wide, Math.max(1, rest)),
    ...enough,
    ...foot,
  ];
  return lines.slice(0, Math.max(1, rows - 1)).map((line) => cutToWidth(line, wide));
}

function progressLine({ name, done, total, leftSeconds, enough }: RunStatus, wide: number): string {
  const share = total === 0 ? 1 : done / total;
  const left =
    done >= total ? "done" : leftSeconds === null ? "" : `${enough ? "at most " : ""}${duration(leftSeconds)} left`;
  const facts = [
    `${Math.floor(100 * share)} %`,
    `${count(done)}/${count(total)} trials`,
    ...(left === "" ? [] : [left]),
  ];
  const size = wide >= 100 ? 30 : wide >= 60 ? 16 : 8;
  const bar = "█".repeat(Math.floor(share * size)).padEnd(size, "░");
  const line = [bar, ...facts].join("  ");
  const room = wide - textWidth(line) - 2;
  return room < 6 ? line : `${cutToWidth(name, room)}  ${line}`;
}

function paceParts({ pace, elapsedSeconds, resumed }: RunStatus): string[] {
  return [
    `${duration(elapsedSeconds)} so far`,
    ...(pace === null
      ? []
      : [
          `${short(pace.trialsPerMinute)} trials/min`,
          `${short(pace.tokensPerSecond)} tokens/s`,
          `${short(pace.callsPerSecond)} calls/s`,
        ]),
    ...(resumed > 0 ? [`${count(resumed)} were there`] : []),
  ];
}

const units = ["tokens", "calls", "dollars"] as const;
const amount = (unit: keyof Spent, value: number): string => (unit === "dollars" ? `$${short(value)}` : short(value));

/** What is spent of what budgets allow, all arms together, and what was really paid for where that differs. */
function costParts({ spent, allowed, paid }: RunStatus): string[] {
  return units.flatMap((unit) => {
    const [has, limit] = [spent[unit], allowed[unit]];
    if (has === 0 && limit === null) return [];
    const share = limit === null || limit === 0 ? "" : ` of ${amount(unit, limit)} (${percent(has / limit)} %)`;
    const really = Math.abs(paid[unit] - has) > 0.005 * has ? `, ${amount(unit, paid[unit])} paid` : "";
    const words = unit === "dollars" ? "" : ` ${unit}`;
    return [`${amount(unit, has)}${words}${share}${really}`];
  });
}

function failureLine({ failures, arms }: RunStatus): string | null {
  const kinds = Object.entries(failures);
  const undecided = arms.reduce((sum, arm) => sum + arm.undecided, 0);
  const parts = [
    ...(kinds.length === 0
      ? []
      : [
          `${count(kinds.reduce((sum, [, n]) => sum + n, 0))} failed: ${kinds.map(([kind, n]) => `${kind} ${count(n)}`).join(", ")}`,
        ]),
    ...(undecided === 0 ? [] : [`${count(undecided)} undecided`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Columns of the highest rank are left out first. */
  readonly rank: number;
}

const spentOf =
  (unit: keyof Spent) =>
  ({ spent, allowed }: ArmStatus): string => {
    const limit = allowed[unit];
    return limit === null ? amount(unit, spent[unit]) : `${amount(unit, spent[unit])}/${amount(unit, limit)}`;
  };

const failed = ({ failures }: ArmStatus): number => Object.values(failures).reduce((sum, n) => sum + n, 0);

function accuracyWords({ accuracy, interval }: ArmStatus): string {
  if (accuracy === null) return "–";
  const between = interval === null ? "" : ` (${percent(interval.low)}–${percent(interval.high)})`;
  return `${(100 * accuracy).toFixed(1)}${between}`;
}

function leftWords({ state, leftSeconds }: ArmStatus): string {
  if (state === "done" || state === "decided") return state;
  return leftSeconds === null ? "–" : duration(leftSeconds);
}

const armColumns: readonly Column<ArmStatus>[] = [
  { head: "done", rank: 0, cell: ({ done, total }) => `${count(done)}/${count(total)}` },
  { head: "accuracy %", rank: 0, cell: accuracyWords },
  { head: "tokens", rank: 2, cell: spentOf("tokens") },
  { head: "calls", rank: 4, cell: spentOf("calls") },
  { head: "dollars", rank: 3, cell: spentOf("dollars") },
  { head: "failed", rank: 2, cell: (arm) => count(failed(arm)) },
  { head: "left", rank: 1, cell: leftWords },
];

function armTable(arms: readonly ArmStatus[], wide: number, most: number): string[] {
  const columns = armColumns.filter(({ head }) => {
    if (head === "dollars") return arms.some(({ spent, allowed }) => spent.dollars > 0 || allowed.dollars !== null);
    return head !== "failed" || arms.some((arm) => failed(arm) > 0);
  });
  const shown = arms.length <= most ? arms : arms.slice(0, Math.max(0, most - 1));
  const lines = table(shown, ({ arm }) => arm, { label: "arm", columns, wide });
  return shown.length < arms.length ? [...lines, `… ${arms.length - shown.length} more arms`] : lines;
}

const shortestLabel = 14;

/** A row each; the labels take what the figures leave. */
function table<Row>(
  rows: readonly Row[],
  labelOf: (row: Row) => string,
  { label, columns, wide }: { readonly label: string; readonly columns: readonly Column<Row>[]; readonly wide: number },
): string[] {
  const longest = Math.max(textWidth(label), ...rows.map((one) => textWidth(labelOf(one))));
  let kept = columns.map((column) => ({
    ...column,
    width: Math.max(textWidth(column.head), ...rows.map((one) => textWidth(column.cell(one)))),
  }));
  const labelRoom = () => wide - kept.reduce((sum, { width }) => sum + width + 2, 0);
  while (labelRoom() < Math.min(longest, shortestLabel) && kept.length > 1) {
    const worst = Math.max(...kept.map(({ rank }) => rank));
    const at = kept.findLastIndex(({ rank }) => rank === worst);
    kept = kept.filter((_, i) => i !== at);
  }
  const size = Math.max(3, Math.min(longest, labelRoom()));
  const line = (name: string, cells: readonly string[]) =>
    [padEnd(cutToWidth(name, size), size), ...cells.map((cell, i) => padStart(cell, kept[i]?.width ?? 0))].join("  ");
  const cellsOf = (row: Row) => kept.map(({ cell }) => cell(row));
  return [
    line(
      label,
      kept.map(({ head }) => head),
    ),
    ...rows.map((row) => line(labelOf(row), cellsOf(row))),
  ];
}

/** The stopping rule: how many comparisons are decided, and how near the others are. */
function enoughLines({ enough }: RunStatus, wide: number): string[] {
  if (enough === null) return [];
  const { alpha, arms } = enough;
  const decided = arms.filter(({ decidedAt }) => decidedAt !== null);
  const least = (alpha / Math.max(1, arms.length)).toPrecision(2);
  const head = `Enough to tell: ${decided.length} of ${arms.length} comparisons decided; one is at p ≤ ${least}`;
  const columns: readonly Column<EnoughArm>[] = [
    { head: "problems", rank: 1, cell: ({ problems }) => count(problems) },
    { head: "Δ points", rank: 0, cell: ({ difference }) => signed(100 * difference) },
    { head: "p", rank: 0, cell: ({ p }) => (p < 0.001 ? "< 0.001" : p.toFixed(3)) },
    { head: "state", rank: 0, cell: stateWords },
  ];
  const against = new Set(arms.map(({ baseline }) => baseline));
  const [only] = against;
  const label = against.size === 1 ? `against ${only}` : "comparison";
  const labelOf = ({ arm, baseline }: EnoughArm) => (against.size === 1 ? arm : `${arm} against ${baseline}`);
  return ["", head, ...table(arms, labelOf, { label, columns, wide })];
}

const stateWords = ({ decidedAt, difference }: EnoughArm): string =>
  decidedAt === null ? "open" : difference > 0 ? "better" : "worse";

const signed = (points: number): string => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;

/** Parts in as few lines as hold them. */
function fold(parts: readonly string[], wide: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined || textWidth(last) + 3 + textWidth(part) > wide) lines.push(part);
    else lines[lines.length - 1] = `${last}   ${part}`;
  }
  return lines;
}

const steps = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** Three digits at most, so that columns keep their width: "8.1", "12.3k", "4M". */
function short(value: number): string {
  const [by, unit] = steps.find(([size]) => value >= 0.9995 * size) ?? [1, ""];
  return `${Number((value / by).toPrecision(3))}${unit}`;
}

const count = (n: number): string => n.toLocaleString("en-US");
const percent = (share: number): string => (100 * share).toFixed(0);

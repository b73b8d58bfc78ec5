import type { Comparison, ComparisonOptions } from "./comparison.ts";

/** p to two significant digits, never "0.00". */
export function formatP(p: number): string {
  if (p < 1e-4) return "p < 0.0001";
  return `p = ${Number(p.toPrecision(2))}`;
}

/** A difference with its sign: percentage points to 0.1 for shares, three significant digits otherwise. */
export function formatDifference(value: number, scale: "share" | "number"): string {
  const sign = value < 0 ? "−" : "+";
  const size = Math.abs(value);
  if (scale === "share") return `${sign}${(100 * size).toFixed(1)}`;
  return `${sign}${Number(size.toPrecision(3)).toLocaleString("en-US", { maximumSignificantDigits: 3 })}`;
}

const count = (n: number): string => n.toLocaleString("en-US");

/** "`a` is better than `b`: +3.2 points (95 % interval +0.5 to +5.9, p = 0.021) on 200 problems." */
export function describe(one: Omit<Comparison, "words">, { scale = "share" }: ComparisonOptions): string {
  if (one.difference === null || one.adjustedP === null) {
    return `${one.a} and ${one.b} cannot be compared: ${count(one.n)} problems in ${count(one.clusters)} clusters have both${leftOut(one)}.`;
  }
  const unit = scale === "share" ? " points" : "";
  const interval =
    one.interval === null
      ? ""
      : `${Math.round(100 * one.interval.level)} % interval${one.family > 1 ? " of this pair alone" : ""} ${formatDifference(one.interval.low, scale)} to ${formatDifference(one.interval.high, scale)}, `;
  const scope = one.scope === undefined ? "" : ` of ${one.scope}`;
  const adjusted = one.family > 1 ? ` after Holm over ${one.family} pairs${scope}` : "";
  const numbers = `${formatDifference(one.difference, scale)}${unit} (${interval}${formatP(one.adjustedP)}${adjusted}) on ${problems(one)}${leftOut(one)}`;
  if (one.verdict !== "no significant difference") return `${one.a} is ${one.verdict} than ${one.b}: ${numbers}.`;
  return `No significant difference between ${one.a} and ${one.b} at this size: ${numbers}. ${reachOf(one, scale)}`;
}

const problems = ({ n, clusters }: Pick<Comparison, "n" | "clusters">): string =>
  clusters === n ? `${count(n)} problems` : `${count(n)} problems in ${count(clusters)} groups`;

function leftOut({ a, b, onlyA, onlyB }: Pick<Comparison, "a" | "b" | "onlyA" | "onlyB">): string {
  const parts = [onlyA > 0 ? `${count(onlyA)} only for ${a}` : "", onlyB > 0 ? `${count(onlyB)} only for ${b}` : ""];
  const known = parts.filter((part) => part !== "");
  return known.length === 0 ? "" : ` (left out: ${known.join(", ")})`;
}

/** What this size could have found, and what size would find the difference seen. */
function reachOf(one: Omit<Comparison, "words">, scale: "share" | "number"): string {
  const unit = scale === "share" ? " points" : "";
  if (one.minimumDetectable === null) return "Nothing varied.";
  const least = formatDifference(one.minimumDetectable, scale).slice(1);
  const settle =
    one.problemsToSettle === null
      ? ""
      : ` About ${count(one.problemsToSettle)} problems would settle a difference as small as this one.`;
  return `This many problems find a true difference of ${least}${unit} or more.${settle}`;
}

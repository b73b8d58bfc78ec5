/**
 * Table and figure of experiments/search-simulated.yaml: `node bench/search-study.ts runs/search-simulated/summary.json
 * docs/search-simulated.svg` prints the table and writes the figure.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface Arm {
  readonly arm: string;
  readonly strategy: string;
  readonly n: number;
  readonly accuracy: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly tokensPerTrial: number;
}

interface Point {
  readonly strategy: string;
  /** Area under the verifiers' curve; null for arms that have no verifier. */
  readonly auc: string | null;
  readonly budget: string;
  readonly tokens: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

const aucs = ["0.75", "0.9"] as const;
const budgets = ["2k", "4k", "8k", "16k", "32k"] as const;

const pointOf = ({ arm, strategy, accuracy, interval, tokensPerTrial }: Arm): Point => {
  const [, auc = null, budget = ""] = /(?: \(([\d.]+)\))?, (\w+)$/.exec(arm) ?? [];
  return { strategy, auc, budget, tokens: tokensPerTrial, accuracy, low: interval.low, high: interval.high };
};

/**
 * Accuracy ± half of the 95 % interval, and the tokens really spent, by strategy and budget; the best of a column is
 * bold.
 */
export function studyTable(points: readonly Point[], auc: string): string {
  const panel = points.filter((point) => point.auc === auc || point.auc === null);
  const strategies = [...new Set(panel.map(({ strategy }) => strategy))];
  const at = (strategy: string, budget: string) =>
    panel.find((point) => point.strategy === strategy && point.budget === budget);
  const best = new Map(
    budgets.map((budget) => [budget, Math.max(...panel.filter((p) => p.budget === budget).map((p) => p.accuracy))]),
  );
  const cell = (point: Point | undefined): string => {
    if (point === undefined) return "–";
    const accuracy = (100 * point.accuracy).toFixed(1);
    const margin = (50 * (point.high - point.low)).toFixed(1);
    const bold = point.accuracy === best.get(point.budget as (typeof budgets)[number]) ? "**" : "";
    return `${bold}${accuracy}${bold} ± ${margin} (${(point.tokens / 1000).toFixed(1)}k)`;
  };
  const head = `| strategy | ${budgets.join(" | ")} |\n|---|${budgets.map(() => "---").join("|")}|`;
  const rows = strategies.map((name) => `| ${name} | ${budgets.map((budget) => cell(at(name, budget))).join(" | ")} |`);
  return [head, ...rows].join("\n");
}

const size = { width: 480, height: 360, left: 48, right: 12, top: 34, bottom: 44 };
const scale = { from: 1500, to: 40_000 };
const colours = ["#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#b6992d", "#b07aa1", "#d37295", "#9c755f"];

const x = (tokens: number): number =>
  size.left + (Math.log(tokens / scale.from) / Math.log(scale.to / scale.from)) * (size.width - size.left - size.right);
const y = (accuracy: number): number => size.height - size.bottom - accuracy * (size.height - size.top - size.bottom);
const text = (left: number, top: number, content: string, rest = "") =>
  `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" ${rest}>${content}</text>`;

function panel(points: readonly Point[], auc: string, strategies: readonly string[], shift: number): string {
  const parts = [text(size.width / 2, 20, `process and outcome verifier of AUC ${auc}`, 'text-anchor="middle"')];
  for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    const line = `x1="${size.left}" x2="${size.width - size.right}" y1="${y(share)}" y2="${y(share)}"`;
    parts.push(
      `<line ${line} stroke="#ddd"/>`,
      text(size.left - 6, y(share) + 4, `${100 * share} %`, 'text-anchor="end"'),
    );
  }
  for (const tokens of [2000, 4000, 8000, 16_000, 32_000]) {
    parts.push(text(x(tokens), size.height - size.bottom + 18, `${tokens / 1000}k`, 'text-anchor="middle"'));
  }
  parts.push(text(size.width / 2, size.height - 8, "tokens a problem, verifiers included", 'text-anchor="middle"'));
  for (const [i, strategy] of strategies.entries()) {
    const own = points.filter((point) => point.strategy === strategy && (point.auc === auc || point.auc === null));
    const colour = colours[i % colours.length] ?? "#000";
    const dashes = i >= colours.length ? ' stroke-dasharray="5 3"' : "";
    const path = own.map(({ tokens, accuracy }) => `${x(tokens).toFixed(1)},${y(accuracy).toFixed(1)}`).join(" ");
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`);
    for (const { tokens, accuracy } of own) {
      parts.push(`<circle cx="${x(tokens).toFixed(1)}" cy="${y(accuracy).toFixed(1)}" r="2.5" fill="${colour}"/>`);
    }
  }
  return `<g transform="translate(${shift} 0)">${parts.join("")}</g>`;
}

/** Accuracy against tokens really spent, one panel for each quality of the verifiers. */
export function studyFigure(points: readonly Point[]): string {
  const strategies = [...new Set(points.map(({ strategy }) => strategy))];
  const legend = strategies.map((strategy, i) => {
    const top = 40 + 20 * i;
    const dashes = i >= colours.length ? ' stroke-dasharray="5 3"' : "";
    return `<line x1="0" x2="22" y1="${top}" y2="${top}" stroke="${colours[i % colours.length]}" stroke-width="2"${dashes}/>${text(28, top + 4, strategy)}`;
  });
  const panels = aucs.map((auc, i) => panel(points, auc, strategies, i * size.width));
  const width = aucs.length * size.width + 160;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${size.height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${panels.join("")}<g transform="translate(${aucs.length * size.width + 10} 0)">${legend.join("")}</g></svg>\n`;
}

if (import.meta.main) {
  const [summary = "runs/search-simulated/summary.json", figure] = process.argv.slice(2);
  const { arms } = JSON.parse(readFileSync(summary, "utf8")) as { arms: readonly Arm[] };
  const points = arms.map(pointOf);
  process.stdout.write(`n = ${arms[0]?.n} problems\n`);
  for (const auc of aucs) process.stdout.write(`\nAUC ${auc}\n\n${studyTable(points, auc)}\n`);
  if (figure !== undefined) writeFileSync(figure, studyFigure(points));
}

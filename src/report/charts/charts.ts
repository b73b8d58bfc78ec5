import type { LawSection, PoolSection, ReportData } from "../data.ts";
import { dataOfPanel, type Panel, panelsOf } from "../panels.ts";
import { type Curve, curveChart } from "./curves.ts";
import { failureChart } from "./failure-chart.ts";
import type { Figure } from "./figure.ts";
import { forestChart } from "./forest-chart.ts";
import { frontierChart } from "./frontier-chart.ts";
import { partFigures } from "./part-curves.ts";
import { reliabilityChart } from "./reliability-chart.ts";

/** Every figure that the data have something for, panel after panel, in the report's order. */
export function figures(data: ReportData): Figure[] {
  const panels = panelsOf(data);
  const places = new Map(panels.flatMap(({ arms }) => [...arms.keys()].map((arm, place) => [arm, place] as const)));
  const drawn = panels.flatMap((panel, p) => {
    const own = panelFigures(dataOfPanel(data, panel));
    return panels.length === 1
      ? own.map((figure) => folded(figure, panel))
      : own.map((figure) => inPanel(figure, panel, p));
  });
  return [...drawn, ...partFigures(data.metrics, (arm) => places.get(arm) ?? 0)];
}

const inPanel = (figure: Figure, panel: Panel, p: number): Figure =>
  folded({ ...figure, id: `${figure.id}-${p + 1}`, title: `${figure.title}: ${panel.title}` }, panel);

/** Says how many arms are not drawn. */
const folded = (figure: Figure, { folded: left }: Panel): Figure =>
  left === 0
    ? figure
    : { ...figure, caption: `${figure.caption} Drawn: the most accurate and the baseline; ${left} more in the table.` };

function panelFigures(data: ReportData): Figure[] {
  const places = new Map(data.arms.map(({ arm }, place) => [arm, place]));
  const placeOf = (arm: string) => places.get(arm) ?? 0;
  return [
    ...differences(data, placeOf),
    ...anytime(data, placeOf),
    ...data.frontiers.map((section) => ({
      id: `frontier-${section.unit}`,
      section: "frontier" as const,
      title: `What accuracy costs in ${section.unit}`,
      caption: `Mean ${section.unit} a problem${section.unit === "seconds" ? " as measured in this run (samples from the store take none)" : ", verifiers included"}. Filled: no other strategy is at least as good in both and better in one. The line is the frontier.`,
      svg: frontierChart(section),
    })),
    ...poolGroups(data.pools).map((group, i) => poolFigure(group, i, placeOf)),
    ...(data.law === null || data.law.a === null ? [] : [lawFigure(data.law)]),
    ...data.verifiers.map((section, i) => ({
      id: `reliability-${i}`,
      section: "verifiers" as const,
      title: section.arm,
      caption: `${section.verifier}: ${section.scored.toLocaleString("en-US")} scored candidates in ten bins; larger dots hold more. On the dashed line a score is the chance of being right.`,
      svg: reliabilityChart(section, placeOf(section.arm)),
      small: true,
    })),
    {
      id: "failures",
      section: "failures" as const,
      title: "Where trials end",
      caption: "Shares of all trials. Only picking better can win the second part; only better candidates the third.",
      svg: failureChart(data.failures),
    },
  ];
}

function differences({ comparisons }: ReportData, placeOf: (arm: string) => number): Figure[] {
  if (!comparisons.some(({ difference }) => difference !== null)) return [];
  return [
    {
      id: "differences",
      section: "differences",
      title: "Paired differences to the baseline",
      caption:
        "Same problems on both sides, 95 % intervals of each pair alone. Filled: significant after Holm over all pairs.",
      svg: forestChart(comparisons, placeOf),
    },
  ];
}

function anytime({ anytime: section }: ReportData, placeOf: (arm: string) => number): Figure[] {
  if (section === null) return [];
  const { budgets, curves } = section;
  const points = (values: readonly { value: number; low: number; high: number }[]) =>
    values.map(({ value, low, high }, i) => ({ x: budgets[i] ?? 1, y: value, low, high }));
  return [
    {
      id: "anytime",
      section: "anytime",
      title: "Accuracy at every budget",
      caption:
        "The pick in force when so many tokens were spent on a problem, verifiers included; nothing picked yet is wrong. Bands: 95 %, over problems.",
      svg: curveChart({
        label: "Accuracy of the pick in force against tokens spent on a problem, one line a strategy.",
        xLabel: "tokens spent on a problem",
        yLabel: "accuracy",
        step: true,
        curves: curves.map((curve) => ({ name: curve.arm, place: placeOf(curve.arm), points: points(curve.points) })),
      }),
    },
    {
      id: "regret",
      section: "anytime",
      title: "Regret",
      caption:
        "1 − mean accuracy over all budgets up to this one: what is lost by finding the answer late. Lower is better.",
      svg: curveChart({
        label: "Normalised regret against the token budget, one line a strategy; lower is better.",
        xLabel: "token budget of a problem",
        yLabel: "regret",
        step: false,
        height: 280,
        curves: curves.map(({ arm, regret }) => ({
          name: arm,
          place: placeOf(arm),
          points: regret.map((y, i) => ({ x: budgets[i] ?? 1, y })),
        })),
      }),
    },
  ];
}

/** Arms that drew the same samples share coverage and vote: one figure for them. */
function poolGroups(pools: readonly PoolSection[]): PoolSection[][] {
  const groups = new Map<string, PoolSection[]>();
  for (const pool of pools) {
    const key = JSON.stringify([pool.sizes, pool.coverage.map(({ value }) => value.toFixed(9))]);
    groups.set(key, [...(groups.get(key) ?? []), pool]);
  }
  return [...groups.values()];
}

function poolFigure(group: readonly PoolSection[], i: number, placeOf: (arm: string) => number): Figure {
  const names = group.map(({ arm }) => arm).join(", ");
  const [first] = group;
  const curve = (
    name: string,
    place: number,
    dash: string,
    sizes: readonly number[],
    values: PoolSection["vote"],
  ): Curve => ({
    name,
    place,
    dash,
    points: values.flatMap((value, k) =>
      value === null ? [] : [{ x: sizes[k] ?? 1, y: value.value, low: value.low, high: value.high }],
    ),
  });
  const picks = group.slice(0, 6);
  const used = new Set(picks.map(({ arm }) => placeOf(arm)));
  const [coverage = 6, vote = 7] = [0, 1, 2, 3, 4, 5, 6, 7].filter((place) => !used.has(place));
  const sizes = first?.sizes ?? [];
  return {
    id: `pool-${i}`,
    section: "pools",
    title: names,
    caption:
      "Expected over random subsets of each trial's candidates. The gap between coverage and a pick is what a better verifier could still win.",
    svg: curveChart({
      label: `Coverage, vote and verifier pick against the number of candidates for ${names}.`,
      xLabel: "candidates k",
      yLabel: "share of problems right",
      step: false,
      dots: true,
      height: 300,
      ticks: sizes,
      curves: [
        curve("coverage (an oracle picks)", coverage, "", sizes, first?.coverage ?? []),
        curve("vote", vote, "6 3", sizes, first?.vote ?? []),
        ...picks.map(({ arm, best }) => curve(`best: ${arm}`, placeOf(arm), "2 3", sizes, best)),
      ],
    }),
  };
}

function lawFigure(law: LawSection): Figure {
  return {
    id: "law",
    section: "pools",
    title: "Coverage law",
    caption: `coverage ≈ exp(${law.a?.toPrecision(3)} · k^${law.b?.toPrecision(3)}), fitted to ${law.arm} (root mean square error ${law.rmse?.toPrecision(2)}); beyond the measured dots it is a forecast, with a band from refits on resampled problems.`,
    svg: curveChart({
      label: "Coverage against the number of samples: measured, and the fitted power law beyond.",
      xLabel: "samples k",
      yLabel: "coverage",
      step: false,
      height: 280,
      dots: true,
      curves: [
        {
          name: "law",
          place: 0,
          dash: "6 3",
          points: law.predictions.map(({ k, coverage, band }) => ({
            x: k,
            y: coverage,
            low: band.low,
            high: band.high,
          })),
        },
        { name: "measured", place: 1, dash: "", points: law.points.map(({ k, coverage }) => ({ x: k, y: coverage })) },
      ],
    }),
  };
}

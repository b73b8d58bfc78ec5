import { promptPriceWords } from "../core/usage.ts";
import { figures } from "./charts/charts.ts";
import { armColour } from "./charts/draw.ts";
import { failureKinds } from "./charts/failure-chart.ts";
import type { Figure } from "./charts/figure.ts";
import type { ReportData } from "./data.ts";
import { graderWords } from "./grader-words.ts";
import { escapeHtml, tableHtml } from "./html-parts.ts";
import { panelsOf } from "./panels.ts";
import { reportStyles } from "./styles.ts";
import type { Table } from "./table.ts";
import { tablesOf, verdictWords, warnings } from "./tables.ts";

/**
 * The report as one HTML file: no script, no request, every figure an inline drawing. The same data give the same
 * bytes.
 */
export const reportHtml = (data: ReportData): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="ruminate">
<link rel="icon" href="data:,">
<title>${escapeHtml(data.name)} · ruminate</title>
<style>${reportStyles}</style>
</head>
<body>
<main>
${reportBody(data)}</main>
</body>
</html>
`;

/** What stands in the page: the viewer shows the same. Every text in it is escaped. */
export function reportBody(data: ReportData): string {
  const drawn = figures(data);
  const tables = tablesOf(data);
  const of = (section: Figure["section"]) => drawn.filter((figure) => figure.section === section);
  const places = new Map(
    panelsOf(data).flatMap(({ arms }) => [...arms.keys()].map((arm, place) => [arm, armColour(place)] as const)),
  );
  const table = (one: Table | null) => (one === null ? "" : tableHtml(one, places));
  const parts: readonly (readonly [string, string, string])[] = [
    [
      "verdict",
      "Verdict",
      `${table(tables.verdict)}${table(tables.readings)}${wordsHtml(data)}${of("differences").map(figureHtml).join("")}`,
    ],
    [
      "budgets",
      "Accuracy against budget",
      `${of("anytime").map(figureHtml).join("")}${table(tables.budgets)}${table(tables.allocation)}`,
    ],
    [
      "frontier",
      "Cost and frontier",
      `${of("frontier").map(figureHtml).join("")}${tables.frontiers.map(table).join("")}${table(tables.cost)}`,
    ],
    [
      "selection",
      "Coverage and selection",
      `${table(tables.selection)}${of("pools").map(figureHtml).join("")}${table(tables.pools)}`,
    ],
    [
      "verifiers",
      "Verifiers",
      data.verifiers.length === 0
        ? ""
        : `${table(tables.verifiers)}<div class="row">${of("verifiers").map(figureHtml).join("")}</div>`,
    ],
    ["corrections", "Corrections", table(tables.transitions)],
    ["efficiency", "Efficiency of programs", table(tables.efficiency)],
    ["judge", "The judge that graded", table(tables.judging)],
    ["contamination", "Contamination", tables.contamination.map(table).join("")],
    ["metrics", "Metrics", `${of("metrics").map(figureHtml).join("")}${tables.metrics.map(table).join("")}`],
    ["groups", "Where they differ", tables.groups.map(table).join("")],
    [
      "failures",
      "Failures",
      `${of("failures").map(figureHtml).join("")}${legendHtml()}${table(tables.failures)}${errorsHtml(data)}`,
    ],
    ["reproduce", "To reproduce", reproduceHtml(data)],
  ];
  const shown = parts.filter(([, , body]) => body !== "");
  return `<header>
<h1>${escapeHtml(data.name)}</h1>
${data.description === null ? "" : `<p>${escapeHtml(data.description)}</p>`}
<p class="quiet">${escapeHtml(subtitle(data))}</p>
${warnings(data)
  .map((warning) => `<p class="warning" role="note">${escapeHtml(warning)}</p>`)
  .join("\n")}
<nav class="contents" aria-label="Contents">${shown.map(([id, title]) => `<a href="#${id}">${escapeHtml(title)}</a>`).join(" ")}</nav>
</header>
${shown.map(([id, title, body]) => `<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${escapeHtml(title)}</h2>\n${body}\n</section>`).join("\n")}
`;
}

export function subtitle({ run, problems, clusters, trials }: ReportData): string {
  const count = (n: number, noun: string) => `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
  return [
    run.policies.map(({ label }) => label).join(", "),
    run.datasets.map(({ name }) => name).join(", "),
    clusters === problems ? count(problems, "problem") : `${count(problems, "problem")} in ${count(clusters, "group")}`,
    count(trials, "trial"),
    `${run.seeds.length === 1 ? "seed" : "seeds"} ${run.seeds.join(", ")}`,
  ].join(" · ");
}

export const figureHtml = ({ id, title, caption, svg, small }: Figure): string =>
  `<figure id="figure-${id}"${small === true ? ' class="small"' : ""}><div class="title">${escapeHtml(title)}</div><div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(title)}">${svg}</div><figcaption>${escapeHtml(caption)}</figcaption></figure>`;

const wordsHtml = (data: ReportData): string => {
  const words = verdictWords(data);
  if (words.length === 0) return "";
  return `<details open><summary>In words</summary><ul>${words.map((word) => `<li>${escapeHtml(word)}</li>`).join("")}</ul></details>`;
};

export const legendHtml = (): string =>
  `<ul class="legend">${failureKinds.map(({ name, colour }) => `<li><span class="swatch" style="background:${colour}"></span>${name}</li>`).join("")}</ul>`;

function errorsHtml({ failures }: ReportData): string {
  const rows = failures.flatMap(({ arm, errors }) =>
    errors.map(({ message, count }) => `${arm}: ${count} × ${message}`),
  );
  if (rows.length === 0) return "";
  return `<h3>Failed trials</h3><ul>${rows.map((row) => `<li>${escapeHtml(row)}</li>`).join("")}</ul>`;
}

function reproduceHtml({ run, experiment }: ReportData): string {
  const facts: readonly (readonly [string, string])[] = [
    ...(run.command === null ? [] : [["Command", run.command] as const]),
    ...run.policies.map(({ label, id }) => [`Policy ${label}`, id] as const),
    ...run.policies.flatMap(({ label, prompts }) =>
      prompts === undefined ? [] : [[`Cost of ${label}`, promptPriceWords[prompts]] as const],
    ),
    ...run.policies.flatMap(({ label, prices }) =>
      prices === undefined ? [] : [[`Prices of ${label}`, prices] as const],
    ),
    ...run.datasets.map(
      ({ name, problems, fingerprint }) =>
        [`Dataset ${name}`, `${problems} problems, fingerprint ${fingerprint}`] as const,
    ),
    ["Seeds", run.seeds.join(", ")],
    ["Longest answer", `${run.maxTokens} tokens`],
    ...graderWords(run).map((words) => ["Grader", words] as const),
    ...Object.entries(run.versions).map(([name, version]) => [`Version: ${name}`, version] as const),
    ["Resampling", "1,000 resamples of problems, keyed: the same results give the same report, byte for byte"],
  ];
  return `<dl class="facts">${facts.map(([term, value]) => `<dt>${escapeHtml(term)}</dt><dd><code>${escapeHtml(value)}</code></dd>`).join("")}</dl>
<details><summary>The experiment as it was run</summary><pre tabindex="0">${escapeHtml(JSON.stringify(experiment, null, 2))}</pre></details>
<p class="note">Every figure stands in report.json beside this file; every trial in results.jsonl.</p>`;
}

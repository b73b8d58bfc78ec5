/// <reference lib="dom" />
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { count, fetchJson, html, percent } from "./html.ts";
import { RunNowPanel } from "./now.ts";
import { address, go, useLoaded } from "./route.ts";

export interface RunHead {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly complete: boolean;
  readonly simulated: boolean;
  readonly policies: readonly string[];
  readonly datasets: readonly string[];
  readonly trials: number;
  readonly best: { readonly arm: string; readonly accuracy: number } | null;
  readonly arms: readonly string[];
}

export function RunsPage(): VNode {
  const { value, error } = useLoaded(
    "runs",
    () => fetchJson<{ readonly folder: string; readonly runs: readonly RunHead[] }>("/api/runs"),
    ({ runs }) => runs.some(({ complete }) => !complete),
  );
  if (error !== null) return html`<p class="warning" role="alert">${error}</p>`;
  if (value === null) return html`<p>Loading …</p>`;
  return html`<div>
    <h1>Runs</h1>
    <p class="quiet">${value.folder}</p>
    ${value.runs.length === 0 ? html`<p>No run is in this folder. <code>ruminate experiment run FILE</code> makes one.</p>` : ""}
    <ul class="cards">${value.runs.map(
      (run) => html`<li key=${run.id}>
      <h2><a href=${address(["run", run.id])}>${run.name}</a></h2>
      ${run.description === null ? "" : html`<p>${run.description}</p>`}
      <p class="note">${run.policies.join(", ")}${run.simulated ? " (simulated)" : ""} · ${run.datasets.join(", ")} · ${count(run.trials)} trials${run.complete ? "" : " · not finished"}</p>
      ${run.best === null ? "" : html`<p class="note">Best: ${run.best.arm}, ${percent(run.best.accuracy)}</p>`}
    </li>`,
    )}</ul>
  </div>`;
}

/** The report of a run: the same drawing as in report.html, made and escaped by the server. */
export function ComparisonPage({ run }: { readonly run: string }): VNode {
  const { value, error } = useLoaded(
    run,
    () =>
      fetchJson<{ readonly head: RunHead | null; readonly body: string; readonly current: boolean }>(
        `/api/runs/${encodeURIComponent(run)}/report`,
      ),
    ({ head, current }) => head?.complete === false || !current,
  );
  if (error !== null) return html`<p class="warning" role="alert">${error}</p>`;
  if (value === null) return html`<p>Loading …</p>`;
  return html`<div>
    ${value.head?.complete === false ? html`<${RunNowPanel} run=${run} />` : ""}
    <${ReportBody} body=${value.body} />
  </div>`;
}

/**
 * The report's own markup. When a run at work changes it, what was unfolded stays so, and what was scrolled sideways
 * stays there.
 */
function ReportBody({ body }: { readonly body: string }): VNode {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const page = place.current;
    if (page === null) return;
    const folds = () => [...page.querySelectorAll("details")];
    const strips = () => [...page.querySelectorAll(".scroll")];
    const before = {
      open: folds().map(({ open }) => open),
      left: strips().map(({ scrollLeft }) => scrollLeft),
      y: scrollY,
    };
    const first = page.childElementCount === 0;
    page.innerHTML = body;
    if (first) return;
    for (const [i, fold] of folds().entries()) fold.open = before.open[i] ?? fold.open;
    for (const [i, strip] of strips().entries()) strip.scrollLeft = before.left[i] ?? 0;
    scrollTo(scrollX, before.y);
  }, [body]);
  // Contents links would leave the viewer's address: they scroll instead.
  const onClick = (event: MouseEvent) => {
    const target = (event.target as Element).closest("nav.contents a")?.getAttribute("href");
    if (!target) return;
    event.preventDefault();
    document.getElementById(target.slice(1))?.scrollIntoView();
  };
  return html`<div ref=${place} onClick=${onClick}></div>`;
}

const filters: readonly (readonly [string, string])[] = [
  ["all", "all problems"],
  ["picked-wrong", "picked wrong though a right one was there"],
  ["disagree", "strategies disagree"],
  ["wrong", "never right"],
  ["undecided", "undecided or without a readable answer"],
  ["budget", "ended by the budget or the time"],
  ["error", "failed"],
];

interface ProblemRows {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly indexed: number;
  readonly complete: boolean;
  readonly rows: readonly {
    readonly dataset: string;
    readonly problem: string;
    readonly cells: readonly { readonly arm: string; readonly right: number; readonly trials: number }[];
  }[];
}

export function ProblemsPage({
  run,
  query,
}: {
  readonly run: string;
  readonly query: Readonly<Record<string, string>>;
}): VNode {
  const here = ["run", run, "problems"];
  const { value: runs } = useLoaded("heads", () => fetchJson<{ readonly runs: readonly RunHead[] }>("/api/runs"));
  const { value, error } = useLoaded(
    `${run}?${JSON.stringify(query)}`,
    () => fetchJson<ProblemRows>(`/api/runs/${encodeURIComponent(run)}/problems`, query),
    ({ indexed, complete }) => indexed < 1 || !complete,
  );
  const arms = runs?.runs.find(({ id }) => id === run)?.arms ?? [];
  const change = (name: string) => (event: Event) =>
    go(address(here, { ...query, page: "", [name]: (event.target as HTMLInputElement).value }));
  return html`<div>
    <h1>Problems</h1>
    <form class="filters" onSubmit=${(event: Event) => event.preventDefault()}>
      <label>Show <select value=${query.filter ?? "all"} onChange=${change("filter")}>${filters.map(([id, name]) => html`<option value=${id}>${name}</option>`)}</select></label>
      <label>Looking at <select value=${query.arm ?? ""} onChange=${change("arm")}><option value="">every strategy</option>${arms.map((arm) => html`<option value=${arm}>${arm}</option>`)}</select></label>
      <label>Name contains <input type="search" value=${query.search ?? ""} onChange=${change("search")} /></label>
    </form>
    ${error === null ? "" : html`<p class="warning" role="alert">${error}</p>`}
    ${value === null ? html`<p>Loading …</p>` : html`<${ProblemTable} run=${run} rows=${value} arms=${arms} query=${query} />`}
  </div>`;
}

function ProblemTable({
  run,
  rows,
  arms,
  query,
}: {
  readonly run: string;
  readonly rows: ProblemRows;
  readonly arms: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}): VNode {
  const turn = (page: number) => go(address(["run", run, "problems"], { ...query, page: String(page) }));
  return html`<div>
    <div class="pager">
      <span aria-live="polite">${count(rows.total)} problems${rows.indexed < 1 ? ` so far, ${Math.round(100 * rows.indexed)} % of the results read` : rows.complete ? "" : " so far"}</span>
      <button disabled=${rows.page <= 1} onClick=${() => turn(rows.page - 1)}>Previous</button>
      <span>page ${rows.page} of ${count(rows.pages)}</span>
      <button disabled=${rows.page >= rows.pages} onClick=${() => turn(rows.page + 1)}>Next</button>
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label="Problems"><table>
      <thead><tr><th scope="col">problem</th>${arms.map((arm, i) => html`<th scope="col"><span class="swatch" style=${`background:var(--arm-${i % 8})`}></span>${arm}</th>`)}</tr></thead>
      <tbody>${rows.rows.map(
        (row) => html`<tr key=${`${row.dataset}/${row.problem}`}>
        <th scope="row"><a href=${address(["run", run, "problem", row.dataset, row.problem])}>${row.problem}</a></th>
        ${arms.map((arm) => {
          const cell = row.cells.find((one) => one.arm === arm);
          if (cell === undefined) return html`<td>–</td>`;
          const all = cell.right === cell.trials;
          return html`<td class=${all ? "right" : cell.right === 0 ? "wrong" : ""}>${all ? "✓" : cell.right === 0 ? "✗" : "±"} ${cell.right}/${cell.trials}</td>`;
        })}
      </tr>`,
      )}</tbody>
    </table></div>
  </div>`;
}

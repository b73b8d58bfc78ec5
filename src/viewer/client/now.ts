/// <reference lib="dom" />
import type { VNode } from "preact";
import type { Allowed, ArmStatus, RunStatus, Spent } from "../../runs/status/run-status.ts";
import { count, duration, fetchJson, html, percent, rounded } from "./html.ts";
import { useLoaded } from "./route.ts";

type Unit = keyof Spent;

interface RunNow {
  readonly atWork: boolean;
  readonly status: RunStatus | null;
  readonly ageSeconds: number;
}

/**
 * How a run stands that is not finished, asked for every two seconds. Nothing where nobody is at work and the last run
 * ended in order: the report says that trials are missing.
 */
export function RunNowPanel({ run }: { readonly run: string }): VNode | null {
  const { value } = useLoaded(
    `now/${run}`,
    () => fetchJson<RunNow>(`/api/runs/${encodeURIComponent(run)}/now`),
    () => true,
  );
  if (value === null || (!value.atWork && value.status === null)) return null;
  const { atWork, status, ageSeconds } = value;
  const heading = atWork ? "At work" : "Not finished";
  return html`<section class="now" aria-label="The run at work">
    <h2>${heading}</h2>
    ${atWork ? "" : html`<p>Nobody is at work in this folder. The command that made it goes on where it stopped.</p>`}
    ${atWork && status !== null && ageSeconds > 30 ? html`<p class="note">As of ${duration(ageSeconds)} ago: no trial has ended since.</p>` : ""}
    ${status === null ? "" : html`<${Figures} status=${status} />`}
  </section>`;
}

const amount = (unit: Unit, value: number): string => (unit === "dollars" ? `$${rounded(value)}` : rounded(value));

/** "3k of 750k". */
function spending(unit: Unit, spent: Spent, allowed: Allowed): string {
  const limit = allowed[unit];
  return `${amount(unit, spent[unit])}${limit === null ? "" : ` of ${amount(unit, limit)}`}`;
}

/** Of all arms: the share of the budget, and what was really paid for where that differs. */
function spendingNote(unit: Unit, { spent, paid, allowed }: RunStatus): string | undefined {
  const limit = allowed[unit];
  const parts = [
    ...(limit === null || limit === 0 ? [] : [`${Math.round((100 * spent[unit]) / limit)}\u00a0%`]),
    ...(Math.abs(paid[unit] - spent[unit]) > 0.005 * spent[unit] ? [`${amount(unit, paid[unit])}\u00a0paid`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function Figures({ status }: { readonly status: RunStatus }): VNode {
  const { done, total, resumed, pace, elapsedSeconds, leftSeconds, failures, enough, spent, allowed } = status;
  const units = (["tokens", "calls", "dollars"] as const).filter((unit) => spent[unit] > 0 || allowed[unit] !== null);
  const failed = Object.entries(failures);
  const facts: readonly (readonly [string, string, string?])[] = [
    ["trials", `${count(done)} of ${count(total)}`, resumed > 0 ? `${count(resumed)} were there` : undefined],
    [
      "left",
      leftSeconds === null ? "–" : `${enough === null ? "" : "at most "}${duration(leftSeconds)}`,
      `${duration(elapsedSeconds)} so far`,
    ],
    ...(pace === null
      ? []
      : [
          [
            "pace",
            `${rounded(pace.trialsPerMinute)} trials/min`,
            `${rounded(pace.tokensPerSecond)}\u00a0tokens/s, ${rounded(pace.callsPerSecond)}\u00a0calls/s`,
          ] as const,
        ]),
    ...units.map((unit) => [unit, spending(unit, spent, allowed), spendingNote(unit, status)] as const),
    [
      "failed",
      count(failed.reduce((sum, [, n]) => sum + n, 0)),
      failed.map(([kind, n]) => `${kind} ${count(n)}`).join(", ") || undefined,
    ],
  ];
  return html`<div>
    <progress max=${Math.max(1, total)} value=${done} aria-label="Trials done"></progress>
    <dl>${facts.map(([term, value, more]) => html`<div key=${term}><dt>${term}</dt><dd>${value}${more === undefined ? "" : html`<small>${more}</small>`}</dd></div>`)}</dl>
    <${ArmsNow} status=${status} />
    ${enough === null ? "" : html`<${EnoughNow} enough=${enough} />`}
  </div>`;
}

const failedOf = ({ failures }: ArmStatus): number => Object.values(failures).reduce((sum, n) => sum + n, 0);

function ArmsNow({ status: { arms } }: { readonly status: RunStatus }): VNode {
  const dollars = arms.some(({ spent, allowed }) => spent.dollars > 0 || allowed.dollars !== null);
  const failures = arms.some((arm) => failedOf(arm) > 0);
  const heads = [
    "arm",
    "done",
    "accuracy",
    "tokens",
    "calls",
    ...(dollars ? ["dollars"] : []),
    ...(failures ? ["failed"] : []),
    "left",
  ];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Arms at work"><table>
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${arms.map(
      (one) => html`<tr key=${one.arm}>
      <th scope="row">${one.arm}</th>
      <td>${count(one.done)}/${count(one.total)}</td>
      <td>${accuracyWords(one)}</td>
      <td>${spending("tokens", one.spent, one.allowed)}</td>
      <td>${spending("calls", one.spent, one.allowed)}</td>
      ${dollars ? html`<td>${spending("dollars", one.spent, one.allowed)}</td>` : ""}
      ${failures ? html`<td>${count(failedOf(one))}</td>` : ""}
      <td>${one.state === "done" || one.state === "decided" ? one.state : one.leftSeconds === null ? "–" : duration(one.leftSeconds)}</td>
    </tr>`,
    )}</tbody>
  </table></div>`;
}

function accuracyWords({ accuracy, interval }: ArmStatus): string {
  if (accuracy === null) return "–";
  return `${percent(accuracy)}${interval === null ? "" : ` (${Math.round(100 * interval.low)}–${Math.round(100 * interval.high)})`}`;
}

function EnoughNow({ enough: { alpha, arms } }: { readonly enough: NonNullable<RunStatus["enough"]> }): VNode {
  const decided = arms.filter(({ decidedAt }) => decidedAt !== null).length;
  const least = (alpha / Math.max(1, arms.length)).toPrecision(2);
  const [first, ...others] = new Set(arms.map(({ baseline }) => baseline));
  const one = others.length === 0;
  const heads = [one ? `against ${first}` : "comparison", "problems", "Δ points", "p", "state"];
  return html`<div>
    <h3>Enough to tell: ${decided} of ${arms.length} comparisons decided; one is at p ≤ ${least}</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="Comparisons"><table>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${arms.map(
        ({ arm, baseline, problems, difference, p, decidedAt }) => html`<tr key=${`${arm}/${baseline}`}>
        <th scope="row">${one ? arm : `${arm} against ${baseline}`}</th>
        <td>${count(problems)}</td>
        <td>${difference < 0 ? "−" : "+"}${Math.abs(100 * difference).toFixed(1)}</td>
        <td>${p < 0.001 ? "< 0.001" : p.toFixed(3)}</td>
        <td>${decidedAt === null ? "open" : difference > 0 ? "better" : "worse"}</td>
      </tr>`,
      )}</tbody>
    </table></div>
  </div>`;
}

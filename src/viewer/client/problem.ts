/// <reference lib="dom" />
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import {
  type ArmVerifiers,
  nodesScoredBy,
  OtherPrompts,
  type PromptSource,
  PromptView,
  ScoreFacts,
  scoredBy,
} from "./evidence.ts";
import { count, fetchJson, html, short } from "./html.ts";
import { address, go, useLoaded } from "./route.ts";
import { ModelText } from "./text.ts";
import { SearchTree, type ShownNode } from "./tree.ts";

interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly calls: number;
}

interface Trial {
  readonly key: string;
  readonly arm: string;
  readonly seed: number;
  /** Absent in earlier results. */
  readonly reference?: string;
  readonly answer: string | null;
  readonly verdict: string;
  readonly rule: string;
  readonly reason: string;
  readonly stopped: string;
  readonly candidates: readonly {
    readonly answer: string | null;
    /** Equal answers have equal numbers, candidates without one −1. */
    readonly class: number;
    readonly correct: boolean;
    readonly score: number | null;
    readonly complete: boolean;
    readonly tokens: number;
  }[];
  readonly picks: readonly (readonly [number, number | null, number, number])[];
  readonly usage: { readonly policy: Usage; readonly verifier: Usage };
}

interface Trace extends PromptSource {
  readonly candidates: readonly {
    readonly text: string;
    readonly judgement?: string;
    readonly raw?: number;
    readonly steps?: readonly (number | null)[];
    readonly rawSteps?: readonly (number | null)[];
    readonly prompt?: number;
    readonly notes?: Readonly<Record<string, unknown>>;
  }[];
  readonly nodes?: readonly ShownNode[];
  readonly calls?: readonly {
    readonly role: string;
    readonly purpose: string;
    readonly samples: number;
    readonly promptTokens: number;
    readonly completionTokens: number;
  }[];
}

/** What an arm was: its options and verifiers. */
interface Setup {
  readonly arm: string;
  readonly verifiers: ArmVerifiers | null;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Trials {
  readonly trials: readonly Trial[];
  readonly setups: readonly Setup[];
  readonly indexed: number;
  readonly complete: boolean;
}

interface Props {
  readonly run: string;
  readonly dataset: string;
  readonly problem: string;
  readonly query: Readonly<Record<string, string>>;
}

/** One problem under two trials side by side. Which two stands in the address. */
export function ProblemPage({ run, dataset, problem, query }: Props): VNode {
  const base = `/api/runs/${encodeURIComponent(run)}`;
  const { value, error } = useLoaded(
    `${run}/${dataset}/${problem}`,
    () => fetchJson<Trials>(`${base}/problem`, { dataset, problem }),
    ({ complete, indexed }) => !complete || indexed < 1,
  );
  // The sides that were shown first stay when more trials arrive, or when the run ends and its results are put in
  // order.
  const first = useRef<{ readonly of: string; readonly keys: readonly (string | undefined)[] } | null>(null);
  if (error !== null) return html`<p class="warning" role="alert">${error}</p>`;
  if (value === null) return html`<p>Loading …</p>`;
  const { trials, setups } = value;
  if (trials.length === 0)
    return html`<p>No trial of this problem is there${value.indexed < 1 ? " yet; the results are being read" : value.complete ? "" : " yet"}.</p>`;
  const other = trials.find(({ arm }) => arm !== trials[0]?.arm);
  if (first.current?.of !== problem && trials.length > 1) {
    first.current = { of: problem, keys: [trials[0]?.key, (other ?? trials.at(-1))?.key] };
  }
  const keys = first.current?.of === problem ? first.current.keys : [trials[0]?.key, trials.at(-1)?.key];
  const find = (key: string | undefined) => trials.find((one) => one.key === key);
  const sides = [find(query.left) ?? find(keys[0]) ?? trials[0], find(query.right) ?? find(keys[1]) ?? trials.at(-1)];
  const choose = (side: "left" | "right", key: string) =>
    go(
      address(["run", run, "problem", dataset, problem], {
        left: sides[0]?.key ?? "",
        right: sides[1]?.key ?? "",
        [side]: key,
      }),
    );
  return html`<div>
    <h1>${problem}</h1>
    <p class="quiet">${dataset} · ${count(trials.length)} ${trials.length === 1 ? "trial" : "trials"}</p>
    <${Question} key=${problem} base=${base} trial=${sides[0]} />
    <div class="sides">
      ${(trials.length > 1 ? (["left", "right"] as const) : (["left"] as const)).map(
        (side, i) => html`<section class="side" key=${side} aria-label=${`${side} trial`}>
          <div class="choose">
            <label>${trials.length === 1 ? "Trial" : side === "left" ? "Left" : "Right"}
              <select value=${sides[i]?.key} onChange=${(event: Event) => choose(side, (event.target as HTMLSelectElement).value)}>
                ${trials.map((one) => html`<option value=${one.key}>${one.arm} · seed ${one.seed} · ${one.verdict}</option>`)}
              </select>
            </label>
          </div>
          <${TrialView} key=${sides[i]?.key} base=${base} trial=${sides[i]} setup=${setups.find(({ arm }) => arm === sides[i]?.arm)} />
        </section>`,
      )}
    </div>
  </div>`;
}

const useTrace = (base: string, key: string) =>
  useLoaded(
    `${base}/${key}`,
    () => fetchJson<{ readonly trace: Trace | null; readonly indexed: number }>(`${base}/trace`, { key }),
    ({ trace, indexed }) => trace === null && indexed < 1,
  );

function Question({ base, trial }: { readonly base: string; readonly trial: Trial }): VNode {
  const { value } = useTrace(base, trial.key);
  const question = value?.trace?.question;
  return question === undefined
    ? html`<div></div>`
    : html`<div class="question"><${ModelText} text=${question} /></div>`;
}

/** What the arm was. A long list of options is folded. */
function SetupWords({ setup: { options, verifiers } }: { readonly setup: Setup }): VNode {
  const all = Object.entries(options).filter(([, value]) => typeof value !== "object");
  const words = all.map(([name, value]) => `${name} ${String(value)}`).join(" · ");
  const scored = verifiers === null ? "no verifier" : `scored by ${scoredBy(verifiers)}`;
  if (all.length <= 5) return html`<p class="note">${[words, scored].filter(Boolean).join(" · ")}</p>`;
  return html`<details class="note"><summary>${scored} · ${all.length} options</summary>${words}</details>`;
}

function TrialView({
  base,
  trial,
  setup,
}: {
  readonly base: string;
  readonly trial: Trial;
  readonly setup: Setup | undefined;
}): VNode {
  const { value } = useTrace(base, trial.key);
  const trace = value?.trace ?? null;
  const picked = trial.picks.at(-1)?.[1] ?? null;
  const { policy, verifier } = trial.usage;
  const right = trial.verdict === "correct";
  const nodes = trace?.nodes ?? [];
  const verifiers = setup?.verifiers ?? {};
  const shown = new Set(
    [...(trace?.candidates ?? []), ...nodes].flatMap(({ prompt }) => (prompt === undefined ? [] : [prompt])),
  );
  return html`<div>
    <h2>${trial.arm}</h2>
    ${setup === undefined ? "" : html`<${SetupWords} setup=${setup} />`}
    <p><strong class=${right ? "right" : "wrong"}>${right ? "✓ " : "✗ "}${trial.answer ?? "no answer"}</strong> <span class="quiet">${trial.verdict} (${trial.rule}) · ${trial.reason} · ended: ${trial.stopped}</span></p>
    ${trial.reference === undefined ? "" : html`<${Expected} reference=${trial.reference} got=${right ? null : (trial.answer ?? "no answer")} />`}
    <p class="note">Policy: ${count(policy.calls)} calls, ${count(policy.promptTokens)} + ${count(policy.completionTokens)} tokens. Verifier: ${count(verifier.calls)} calls, ${count(verifier.promptTokens + verifier.completionTokens)} tokens.</p>
    ${nodes.length > 0 ? html`<h3>Search tree</h3><${SearchTree} nodes=${nodes} source=${trace} scoredBy=${nodesScoredBy(verifiers)} />` : ""}
    <h3>${count(trial.candidates.length)} ${trial.candidates.length === 1 ? "candidate" : "candidates"}</h3>
    ${value !== null && trace === null ? html`<p class="note">${value.indexed < 1 ? "Texts are being read …" : "The run kept no texts (traces: false)."}</p>` : ""}
    <${CandidateList} trial=${trial} trace=${trace} picked=${picked} by=${scoredBy(verifiers)} />
    ${trace === null ? "" : html`<${OtherPrompts} source=${trace} shown=${shown} />`}
    ${
      (trace?.calls ?? []).length > 0
        ? html`<h3>Calls</h3><div class="scroll" tabindex="0" role="region" aria-label="Calls"><table><thead><tr><th scope="col">role</th><th scope="col">purpose</th><th scope="col">samples</th><th scope="col">prompt tokens</th><th scope="col">new tokens</th></tr></thead>
          <tbody>${trace?.calls?.map((call) => html`<tr><th scope="row">${call.role}</th><td>${call.purpose}</td><td>${count(call.samples)}</td><td>${count(call.promptTokens)}</td><td>${count(call.completionTokens)}</td></tr>`)}</tbody></table></div>`
        : ""
    }
  </div>`;
}

/** The reference; beside what was answered where that is not right. */
function Expected({ reference, got }: { readonly reference: string; readonly got: string | null }): VNode {
  if (got === null) return html`<p class="note">Reference: <${ModelText} text=${reference} /></p>`;
  return html`<dl class="facts expected"><dt>expected</dt><dd><${ModelText} text=${reference} /></dd><dt>got</dt><dd><${ModelText} text=${got} /></dd></dl>`;
}

/** Places of candidates with one answer, the commonest answer first; those without one last. */
function byAnswer(places: readonly number[], { candidates }: Pick<Trial, "candidates">): (readonly number[])[] {
  const groups = Map.groupBy(places, (i) => candidates[i]?.class ?? -1);
  return [...groups]
    .sort(([a, p], [b, q]) => Number(a < 0) - Number(b < 0) || q.length - p.length || (p[0] ?? 0) - (q[0] ?? 0))
    .map(([, members]) => members);
}

function AnswerHead({
  trial,
  members,
  picked,
}: {
  readonly trial: Trial;
  readonly members: readonly number[];
  readonly picked: boolean;
}): VNode {
  const first = trial.candidates[members[0] ?? 0];
  const of = trial.candidates.filter((one) => one.class === first?.class).length;
  const right = first?.correct === true;
  return html`<h4 class="answer"><span class=${right ? "right" : "wrong"}>${right ? "✓" : "✗"} ${first?.answer ?? "no answer"}</span> <span class="quiet">${count(of)} of ${count(trial.candidates.length)}${picked ? " · picked" : ""}</span></h4>`;
}

/** So many candidates are listed at first, the picked one always. */
const listedAtFirst = 100;

function CandidateList({
  trial,
  trace,
  picked,
  by,
}: {
  readonly trial: Trial;
  readonly trace: Trace | null;
  readonly picked: number | null;
  readonly by: string;
}): VNode {
  const [all, showAll] = useState(false);
  const places = trial.candidates.map((_, i) => i).filter((i) => all || i < listedAtFirst || i === picked);
  const hidden = trial.candidates.length - places.length;
  return html`<div>
    ${byAnswer(places, trial).map(
      (members) => html`<div key=${members[0]}>
      ${places.length > 1 ? html`<${AnswerHead} trial=${trial} members=${members} picked=${picked !== null && members.includes(picked)} />` : ""}
      ${members.map((i) => html`<${CandidateView} key=${i} index=${i} candidate=${trial.candidates[i]} text=${trace?.candidates[i]} picked=${i === picked} source=${trace} by=${by} />`)}
    </div>`,
    )}
    ${hidden > 0 ? html`<p><button type="button" onClick=${() => showAll(true)}>Show the other ${count(hidden)}</button></p>` : ""}
  </div>`;
}

function CandidateView({
  index,
  candidate,
  text,
  picked,
  source,
  by,
}: {
  readonly index: number;
  readonly candidate: Trial["candidates"][number];
  readonly text: Trace["candidates"][number] | undefined;
  readonly picked: boolean;
  readonly source: PromptSource | null;
  readonly by: string;
}): VNode {
  const notes = Object.entries(text?.notes ?? {});
  // What is folded is not drawn: a search may have thousands of candidates.
  const [open, setOpen] = useState(picked);
  const onToggle = (event: Event) => setOpen((event.target as HTMLDetailsElement).open);
  return html`<details class=${`candidate${picked ? " picked" : ""}`} open=${open} onToggle=${onToggle}>
    <summary>
      <span>#${index + 1}${picked ? " · picked" : ""}</span>
      <span class=${candidate.correct ? "right" : "wrong"}>${candidate.correct ? "✓" : "✗"} ${candidate.answer ?? "no answer"}</span>
      <span class="quiet">${candidate.score === null ? "" : `score ${short(candidate.score)} · `}${count(candidate.tokens)} tokens${candidate.complete ? "" : " · unfinished"}</span>
    </summary>
    ${text === undefined || !open ? "" : html`<${ModelText} text=${text.text} />`}
    ${
      open
        ? html`<div class="evidence">
    <${ScoreFacts} judged=${{ score: candidate.score, raw: text?.raw, steps: text?.steps, rawSteps: text?.rawSteps, said: text?.judgement }} by=${by} />
    ${notes.length === 0 ? "" : html`<p class="note">${notes.map(([name, note]) => `${name}: ${String(note)}`).join(" · ")}</p>`}
    ${source === null || text?.prompt === undefined ? "" : html`<${PromptView} source=${source} place=${text.prompt} />`}
    </div>`
        : ""
    }
  </details>`;
}

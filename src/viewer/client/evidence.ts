/// <reference lib="dom" />
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { count, html, short } from "./html.ts";
import { ModelText } from "./text.ts";

export interface Prompt {
  readonly purpose: string;
  readonly samples: number;
  readonly messages: readonly { readonly role: string; readonly text: readonly (string | number)[] }[];
}

/** Texts of a trace that its prompts refer to. */
export interface PromptSource {
  readonly question: string;
  readonly candidates: readonly { readonly text: string }[];
  readonly prompts?: readonly Prompt[];
  readonly promptTexts?: readonly string[];
  readonly promptsLeftOut?: number;
}

/** What an arm's verifiers are. */
export interface ArmVerifiers {
  readonly outcome?: string | { readonly name: string };
  readonly process?: string | { readonly name: string };
  readonly aggregation?: string;
}

const nameOf = (verifier: string | { readonly name: string }): string =>
  typeof verifier === "string" ? verifier : verifier.name;

/** Where the scores of whole candidates come from. */
export function scoredBy({ outcome, process, aggregation = "last" }: ArmVerifiers): string {
  if (outcome !== undefined) return `outcome verifier ${nameOf(outcome)}`;
  return process === undefined ? "no verifier" : `${aggregation} of the step scores by ${nameOf(process)}`;
}

/** Where the scores of nodes come from. */
export function nodesScoredBy({ outcome, process }: ArmVerifiers): string {
  if (process === undefined) {
    return outcome === undefined
      ? "the search's own judgement"
      : `outcome verifier ${nameOf(outcome)}, on the path so far`;
  }
  return `process verifier ${nameOf(process)}${outcome === undefined ? "" : `; ended ones by outcome verifier ${nameOf(outcome)}`}`;
}

const written = ({ question, candidates, promptTexts = [] }: PromptSource, piece: string | number): string => {
  if (typeof piece === "string") return piece;
  if (piece === -1) return question;
  return (piece < 0 ? promptTexts[-2 - piece] : candidates[piece]?.text) ?? "";
};

/** A prompt letter by letter as it was put, message by message; what is inside is drawn when it is opened. */
export function PromptView({
  source,
  place,
  beginning = 0,
}: {
  readonly source: PromptSource;
  readonly place: number;
  /** Characters of the assistant's own text that it went on from. */
  readonly beginning?: number;
}): VNode {
  const [open, setOpen] = useState(false);
  const prompt = source.prompts?.[place];
  if (prompt === undefined) return html`<span></span>`;
  return html`<details class="prompt" onToggle=${(event: Event) => setOpen((event.target as HTMLDetailsElement).open)}>
    <summary>Prompt <span class="quiet">${prompt.purpose} · ${count(prompt.samples)} ${prompt.samples === 1 ? "sample" : "samples"}</span></summary>
    ${
      open
        ? html`<div class="messages" tabindex="0" role="region" aria-label="Messages of the prompt"><dl>${prompt.messages.map(
            ({ role, text }) =>
              html`<dt>${role}</dt><dd class="text">${text.map((piece) => written(source, piece)).join("")}</dd>`,
          )}
          ${beginning > 0 ? html`<dt>assistant</dt><dd class="quiet">begins with the ${count(beginning)} characters of the path above, and goes on</dd>` : ""}</dl></div>`
        : ""
    }
  </details>`;
}

/** Prompts that no candidate and no node came from: those of judges, of feedback, of proposals. */
export function OtherPrompts({
  source,
  shown,
}: {
  readonly source: PromptSource;
  readonly shown: ReadonlySet<number>;
}): VNode {
  const others = (source.prompts ?? []).map((_, place) => place).filter((place) => !shown.has(place));
  const left = source.promptsLeftOut ?? 0;
  if (others.length + left === 0) return html`<span></span>`;
  const sum = others.length + left;
  return html`<details class="others">
    <summary>${count(sum)} other ${sum === 1 ? "prompt" : "prompts"} <span class="quiet">of judges, feedback, proposals</span></summary>
    ${others.map((place) => html`<${PromptView} key=${place} source=${source} place=${place} />`)}
    ${left > 0 ? html`<p class="note">${count(left)} more were not kept: a trace keeps the first.</p>` : ""}
  </details>`;
}

export interface Judged {
  readonly score: number | null;
  readonly raw?: number | undefined;
  readonly steps?: readonly (number | null)[] | undefined;
  readonly rawSteps?: readonly (number | null)[] | undefined;
  readonly said?: string | undefined;
}

/** What the verifiers said, number by number. */
export function ScoreFacts({ judged, by }: { readonly judged: Judged; readonly by: string }): VNode {
  const { score, raw, steps = [], rawSteps = [], said } = judged;
  if (score === null && raw === undefined && steps.length === 0 && said === undefined) return html`<span></span>`;
  const row = (numbers: readonly (number | null)[]) =>
    html`<ol class="numbers">${numbers.map((number) => html`<li>${short(number)}</li>`)}</ol>`;
  return html`<dl class="facts score">
    ${score === null && said === undefined ? "" : html`<dt>score</dt><dd>${short(score)} <span class="quiet">${by}</span></dd>`}
    ${raw === undefined ? "" : html`<dt>raw number</dt><dd>${short(raw)}</dd>`}
    ${steps.length === 0 ? "" : html`<dt>step scores</dt><dd>${row(steps)}</dd>`}
    ${rawSteps.length === 0 ? "" : html`<dt>raw, by step</dt><dd>${row(rawSteps)}</dd>`}
    ${said === undefined ? "" : html`<dt>it said</dt><dd class="said"><${ModelText} text=${said} /></dd>`}
  </dl>`;
}

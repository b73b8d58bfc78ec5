/// <reference lib="dom" />
import katex from "katex";
import type { VNode } from "preact";
import { html } from "./html.ts";

const mathematics = /\\\[([\s\S]+?)\\\]|\$\$([\s\S]+?)\$\$|\\\(([\s\S]+?)\\\)|(\\boxed\{[^{}]*\})/g;

/**
 * A model's text: shown as text, with mathematics typeset as MathML. What stands between marks is read by KaTeX, which
 * trusts no command that could make a link or markup, and shows what it cannot read as it is.
 */
export function ModelText({ text }: { readonly text: string }): VNode {
  const parts: unknown[] = [];
  let last = 0;
  for (const match of text.matchAll(mathematics)) {
    parts.push(text.slice(last, match.index));
    const [whole, block, dollars, inline, boxed] = match;
    parts.push(
      typeset(block ?? dollars ?? inline ?? boxed ?? whole, block !== undefined || dollars !== undefined, whole),
    );
    last = match.index + whole.length;
  }
  parts.push(text.slice(last));
  return html`<div class="text">${parts}</div>`;
}

function typeset(source: string, display: boolean, whole: string): unknown {
  try {
    const __html = katex.renderToString(source, {
      output: "mathml",
      displayMode: display,
      trust: false,
      strict: "ignore",
      maxExpand: 200,
    });
    return html`<span dangerouslySetInnerHTML=${{ __html }}></span>`;
  } catch {
    return whole;
  }
}

/// <reference lib="dom" />
import { type HierarchyPointNode, stratify, tree } from "d3-hierarchy";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { html, short } from "./html.ts";
import { ModelText } from "./text.ts";

export interface ShownNode {
  readonly node: number;
  readonly parent: number | null;
  readonly depth: number;
  readonly text: string;
  readonly kind?: string;
  readonly score: number | null;
  readonly logprob: number | null;
  readonly tokens: number;
  readonly terminal: boolean;
  readonly answer: string | null;
  readonly visits?: number;
  readonly value?: number | null;
}

const root: ShownNode = {
  node: 0,
  parent: null,
  depth: 0,
  text: "",
  score: null,
  logprob: null,
  tokens: 0,
  terminal: false,
  answer: null,
};

type Placed = HierarchyPointNode<ShownNode>;

/** Positions of all nodes: depth downwards, siblings side by side. */
function layout(nodes: readonly ShownNode[]): Placed {
  const known = new Set(nodes.map(({ node }) => node));
  const whole = known.has(0) ? [...nodes] : [root, ...nodes];
  const parents = new Set(whole.map(({ node }) => node));
  const hierarchy = stratify<ShownNode>()
    .id(({ node }) => String(node))
    .parentId(({ node, parent }) => (node === 0 ? null : String(parent !== null && parents.has(parent) ? parent : 0)))(
    whole,
  );
  return tree<ShownNode>().nodeSize([nodes.length > 600 ? 9 : 20, nodes.length > 600 ? 34 : 46])(hierarchy);
}

/** From bad to good over a scale that people without red or green tell apart, too: orange over grey to blue. */
function colourOf({ score, value }: ShownNode): string {
  const worth = value ?? score;
  if (worth === null || worth === undefined) return "var(--kind-none)";
  const [from, to] = worth < 0.5 ? ["var(--arm-1)", "var(--kind-none)"] : ["var(--kind-none)", "var(--arm-0)"];
  const share = worth < 0.5 ? 2 * worth : 2 * worth - 1;
  return `color-mix(in oklab, ${to} ${Math.round(100 * share)}%, ${from})`;
}

const radius = ({ visits }: ShownNode, most: number): number =>
  Math.min(most, visits === undefined ? 5 : 3 + Math.sqrt(visits));

/** The walked tree; the chosen node is shown in full below it. Arrow keys move the choice. */
export function SearchTree({ nodes }: { readonly nodes: readonly ShownNode[] }): VNode {
  const placed = useMemo(() => layout(nodes), [nodes]);
  const all = useMemo(() => placed.descendants(), [placed]);
  const [chosen, choose] = useState<Placed>(placed);
  const current = all.includes(chosen) ? chosen : placed;
  const xs = all.map(({ x }) => x);
  const [left, right] = [Math.min(...xs) - 16, Math.max(...xs) + 16];
  const bottom = Math.max(...all.map(({ y }) => y)) + 32;
  const drawing = useMemo(
    () => html`<g>${all.slice(1).map((one) => html`<path key=${one.id} d=${link(one)} />`)}</g>`,
    [all],
  );
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = frame.current;
    place?.scrollTo({ left: current.x - left - place.clientWidth / 2, top: current.y - place.clientHeight / 2 });
  }, [current]);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = neighbour(current, event.key);
    if (next === null) return;
    event.preventDefault();
    choose(next);
  };
  return html`<div>
    <div class="tree" ref=${frame} tabindex="0" role="group" aria-label=${`Search tree of ${all.length} nodes. Arrow keys move between nodes.`} onKeyDown=${onKeyDown}>
      <svg width=${right - left} height=${bottom} viewBox=${`${left} -16 ${right - left} ${bottom}`} aria-hidden="true">
        ${drawing}
        ${all.map(
          (one) => html`<circle
            key=${one.id}
            cx=${one.x}
            cy=${one.y}
            r=${radius(one.data, all.length > 600 ? 4 : 10)}
            fill=${colourOf(one.data)}
            class=${one === current ? "chosen" : ""}
            stroke-dasharray=${one.data.terminal ? "none" : "2 1"}
            onClick=${() => choose(one)}
          />`,
        )}
      </svg>
    </div>
    <p class="note">Orange: little worth, blue: much (value, else score). Size: visits. ${all.length - 1} nodes.</p>
    <div aria-live="polite"><${NodeDetails} node=${current.data} children=${current.children?.length ?? 0} /></div>
  </div>`;
}

const link = (node: Placed): string => {
  const above = node.parent ?? node;
  const middle = (above.y + node.y) / 2;
  return `M${above.x},${above.y}C${above.x},${middle} ${node.x},${middle} ${node.x},${node.y}`;
};

function neighbour(node: Placed, key: string): Placed | null {
  const siblings = node.parent?.children ?? [node];
  const place = siblings.indexOf(node);
  if (key === "ArrowUp") return node.parent;
  if (key === "ArrowDown") return node.children?.[0] ?? null;
  if (key === "ArrowLeft") return siblings[place - 1] ?? null;
  if (key === "ArrowRight") return siblings[place + 1] ?? null;
  return null;
}

function NodeDetails({ node, children }: { readonly node: ShownNode; readonly children: number }): VNode {
  if (node.node === 0)
    return html`<p class="quiet">Node 0, the question itself: ${children} children. Choose a node to read it.</p>`;
  const facts: readonly (readonly [string, string])[] = [
    ["depth", String(node.depth)],
    ["score", short(node.score)],
    ["value", short(node.value)],
    ["visits", short(node.visits)],
    ["log-probability", short(node.logprob)],
    ["tokens", String(node.tokens)],
    ["children", String(children)],
    ["answer", node.answer ?? "–"],
  ];
  return html`<div>
    <p><strong>Node ${node.node}</strong>${node.kind === undefined ? "" : ` · ${node.kind}`}${node.terminal ? " · ends here" : ""}
      <span class="quiet"> ${facts.map(([name, value]) => `${name} ${value}`).join(" · ")}</span></p>
    <${ModelText} text=${node.text} />
  </div>`;
}

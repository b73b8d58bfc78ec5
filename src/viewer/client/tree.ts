/// <reference lib="dom" />
import { type HierarchyPointNode, stratify, tree } from "d3-hierarchy";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type PromptSource, PromptView, ScoreFacts } from "./evidence.ts";
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
  readonly raw?: number;
  readonly reason?: string;
  readonly prompt?: number;
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
  const shown = value ?? score;
  if (shown === null || shown === undefined) return "var(--kind-none)";
  const [from, to] = shown < 0.5 ? ["var(--arm-1)", "var(--kind-none)"] : ["var(--kind-none)", "var(--arm-0)"];
  const share = shown < 0.5 ? 2 * shown : 2 * shown - 1;
  return `color-mix(in oklab, ${to} ${Math.round(100 * share)}%, ${from})`;
}

const radius = ({ visits }: ShownNode, nodes: number): number =>
  Math.min(nodes > 600 ? 4 : 10, visits === undefined ? 5 : 3 + Math.sqrt(visits));

/** The walked tree; the chosen node is shown in full below it. Arrow keys move the choice. */
export function SearchTree({
  nodes,
  source,
  scoredBy,
}: {
  readonly nodes: readonly ShownNode[];
  readonly source: PromptSource;
  readonly scoredBy: string;
}): VNode {
  const placed = useMemo(() => layout(nodes), [nodes]);
  const all = useMemo(() => placed.descendants(), [placed]);
  const [chosen, choose] = useState<Placed>(placed);
  const current = all.includes(chosen) ? chosen : placed;
  const xs = all.map(({ x }) => x);
  const [left, right] = [Math.min(...xs) - 16, Math.max(...xs) + 16];
  const bottom = Math.max(...all.map(({ y }) => y)) + 32;
  // Thousands of nodes are drawn once; the choice is a ring of its own above them.
  const drawing = useMemo(() => drawingOf(all), [all]);
  const onClick = (event: MouseEvent) => {
    const place = (event.target as Element).getAttribute("data-place");
    const node = place === null ? undefined : all[Number(place)];
    if (node !== undefined) choose(node);
  };
  const above = current.ancestors().reduce((sum, { data }) => sum + data.text.length, -current.data.text.length);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = frame.current;
    place?.scrollTo({ left: current.x - left - place.clientWidth / 2, top: current.y - place.clientHeight / 2 });
  }, [current]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault(); // also where there is no neighbour: the frame would scroll away from the choice
    const next = neighbour(current, event.key);
    if (next !== null) choose(next);
  };
  return html`<div>
    <div class="tree" ref=${frame} tabindex="0" role="group" aria-label=${`Search tree of ${all.length} nodes. Arrow keys move between nodes.`} onKeyDown=${onKeyDown}>
      <svg width=${right - left} height=${bottom} viewBox=${`${left} -16 ${right - left} ${bottom}`} aria-hidden="true" onClick=${onClick}>
        ${drawing}
        <circle class="chosen" cx=${current.x} cy=${current.y} r=${radius(current.data, all.length) + 2} />
      </svg>
    </div>
    <p class="note">Orange: low value, blue: high (score where there is no value). Size: visits. ${all.length - 1} nodes.</p>
    <div aria-live="polite"><${NodeDetails} key=${current.id} node=${current.data} children=${current.children?.length ?? 0} above=${above} source=${source} by=${scoredBy} /></div>
  </div>`;
}

/** All edges and nodes. */
const drawingOf = (all: readonly Placed[]): VNode =>
  html`<g>
      ${all.slice(1).map((one) => html`<path key=${one.id} d=${link(one)} />`)}
      ${all.map(
        (one, i) => html`<circle
          key=${one.id}
          data-place=${i}
          cx=${one.x}
          cy=${one.y}
          r=${radius(one.data, all.length)}
          fill=${colourOf(one.data)}
          stroke-dasharray=${one.data.terminal ? "none" : "2 1"}
        />`,
      )}
    </g>`;

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

function NodeDetails({
  node,
  children,
  above,
  source,
  by,
}: {
  readonly node: ShownNode;
  readonly children: number;
  /** Characters of the path above it. */
  readonly above: number;
  readonly source: PromptSource;
  readonly by: string;
}): VNode {
  if (node.node === 0)
    return html`<p class="quiet">Node 0, the question itself: ${children} children. Choose a node to read it.</p>`;
  const facts: readonly (readonly [string, string])[] = [
    ["depth", String(node.depth)],
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
    <${ScoreFacts} judged=${{ score: node.score, raw: node.raw, said: node.reason }} by=${by} />
    ${node.prompt === undefined ? "" : html`<${PromptView} source=${source} place=${node.prompt} beginning=${above} />`}
  </div>`;
}

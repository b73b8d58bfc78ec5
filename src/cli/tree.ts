import { readFileSync } from "node:fs";
import { InvalidFileError } from "../core/errors.ts";
import type { NodeRecord, RunEvent } from "../core/events.ts";
import { paint, type Terminal } from "./terminal.ts";

export interface TreeFlags {
  /** Children shown of a node; the others are folded into one line. Default 4. */
  readonly width?: number;
  /** Steps shown below the root. Default: all. */
  readonly depth?: number;
}

interface TreeNode extends NodeRecord {
  readonly children: TreeNode[];
  visits: number | null;
  value: number | null;
  wins: boolean;
}

/** One tree of a trace: a combinator's trace has one for each search inside it. */
interface TracedTree {
  readonly label: string;
  readonly nodes: Map<number, TreeNode>;
}

/**
 * `ruminate tree FILE`: draws the search trees of a trace that `solve --trace FILE` wrote, with each node's score,
 * visits and value, and the tokens that sampling it took; the path to the picked answer is marked with ★ (its
 * completion, where it was completed by a rollout). Plain text where the output is no terminal.
 *
 * @returns 0; 1 when the trace holds no tree (the strategy was no search).
 * @throws InvalidFileError for a file that cannot be read or is no trace.
 */
export function treeCommand(terminal: Terminal, file: string, flags: TreeFlags = {}): number {
  const events = readTrace(file);
  const trees = treesOf(events);
  const end = events.findLast((event) => event.type === "run-end");
  if (trees.length === 0) {
    terminal.out("This trace holds no tree: its strategy does not search over steps.\n");
    return 1;
  }
  const winner = winningText(events);
  for (const tree of trees) {
    if (winner !== null) markWinner(tree, winner);
    const lines = drawTree(terminal, tree, flags);
    terminal.out(`${lines.join("\n")}\n\n`);
  }
  if (end?.type === "run-end") terminal.out(`Answer  ${end.answer ?? "none"}\nWhy     ${end.reason}\n`);
  return 0;
}

function readTrace(file: string): RunEvent[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new InvalidFileError(file, null, "cannot be read. Write a trace with `ruminate solve … --trace FILE`.", {
      cause,
    });
  }
  return text.split("\n").flatMap((line, i): RunEvent[] => {
    if (line.trim() === "") return [];
    try {
      const event = JSON.parse(line) as RunEvent;
      if (typeof event.type === "string") return [event];
    } catch {
      // refused below, with the line
    }
    throw new InvalidFileError(file, i + 1, "is no line of a trace. Write one with `ruminate solve … --trace FILE`.");
  });
}

function treesOf(events: readonly RunEvent[]): TracedTree[] {
  const trees = new Map<string, TracedTree>();
  for (const event of events) {
    const label = event.label ?? "";
    if (event.type === "node-expanded") {
      const tree = trees.get(label) ?? { label, nodes: new Map() };
      trees.set(label, tree);
      for (const record of event.children) add(tree, record);
    } else if (event.type === "node-visited") {
      const node = trees.get(label)?.nodes.get(event.node);
      if (node !== undefined) [node.visits, node.value] = [event.visits, event.value];
    }
  }
  return [...trees.values()].filter(({ nodes }) => nodes.size > 1);
}

function add({ nodes }: TracedTree, record: NodeRecord): void {
  const node: TreeNode = { ...record, children: [], visits: null, value: null, wins: false };
  nodes.set(record.node, node);
  if (record.parent !== null) nodes.get(record.parent)?.children.push(node);
}

/** Text of the candidate that was picked in the end. */
function winningText(events: readonly RunEvent[]): string | null {
  const outer = events.filter(({ label }) => (label ?? "") === "");
  const candidates = outer.flatMap((event) => (event.type === "candidate" ? [event] : []));
  const end = outer.findLast((event) => event.type === "run-end");
  const pick = outer.findLast((event) => event.type === "pick");
  const picked = candidates.find(({ index }) => pick?.type === "pick" && index === pick.picked);
  if (end?.type !== "run-end" || picked?.answer === end.answer) return picked?.text ?? null;
  return candidates.find(({ answer }) => answer === end.answer)?.text ?? null;
}

/** The node that says all of the text by itself, else the deepest whose path begins it; it and all above it win. */
function markWinner({ nodes }: TracedTree, text: string): void {
  const paths = new Map<number, string>();
  let best: TreeNode | undefined;
  for (const node of nodes.values()) {
    const path = (node.parent === null ? "" : (paths.get(node.parent) ?? "")) + node.text;
    paths.set(node.node, path);
    if (node.text !== "" && node.text === text) {
      best = node;
      break;
    }
    if (node.text !== "" && text.startsWith(path) && node.depth > (best?.depth ?? 0)) best = node;
  }
  for (let node = best; node !== undefined; node = node.parent === null ? undefined : nodes.get(node.parent)) {
    node.wins = true;
  }
}

function drawTree(terminal: Terminal, tree: TracedTree, flags: TreeFlags): string[] {
  const root = tree.nodes.get(0);
  if (root === undefined) return [];
  const tokens = [...tree.nodes.values()].reduce((sum, node) => sum + node.tokens, 0);
  const visits = root.visits === null ? "" : `, ${root.visits} visits of the root`;
  const title = `${tree.label === "" ? "" : `${tree.label}: `}${tree.nodes.size - 1} nodes, ${tokens} tokens${visits}`;
  const draw = (node: TreeNode, indent: string): string[] =>
    shownChildren(node, flags).flatMap((child, i, shown) => {
      const last = i === shown.length - 1;
      const branch = `${indent}${last ? "└─" : "├─"}`;
      if (typeof child === "string") return [paint(terminal, "dim", `${branch} ${child}`)];
      return [lineOf(terminal, child, branch), ...draw(child, `${indent}${last ? "  " : "│ "}`)];
    });
  return [paint(terminal, "bold", title), ...draw(root, "")];
}

/**
 * Children in the order in which they were made; of more than the width those that win, then the most visited, then the
 * best scored; the rest as a line.
 */
function shownChildren(
  node: TreeNode,
  { width = 4, depth = Number.POSITIVE_INFINITY }: TreeFlags,
): (TreeNode | string)[] {
  const { children } = node;
  if (children.length === 0) return [];
  if (node.depth >= depth) return [`… ${below(node)} below`];
  const rank = [...children].sort(
    (a, b) =>
      Number(b.wins) - Number(a.wins) ||
      (b.visits ?? 0) - (a.visits ?? 0) ||
      (b.score ?? -1) - (a.score ?? -1) ||
      a.node - b.node,
  );
  const kept = new Set(rank.slice(0, Math.max(1, width)));
  const folded = children.filter((child) => !kept.has(child));
  const shown = children.filter((child) => kept.has(child));
  if (folded.length === 0) return shown;
  const scores = folded.flatMap(({ score }) => score ?? []);
  const best = scores.length === 0 ? "" : `, the best ${Math.max(...scores).toFixed(2)}`;
  return [...shown, `… ${folded.length} more${best}`];
}

const below = (node: TreeNode): number => node.children.reduce((sum, child) => sum + 1 + below(child), 0);

function lineOf(terminal: Terminal, node: TreeNode, branch: string): string {
  const facts = [
    node.score === null ? null : `score ${node.score.toFixed(2)}`,
    node.visits === null || node.visits === 0 ? null : `${node.visits} ×`,
    node.value === null ? null : `value ${node.value.toFixed(2)}`,
    `${node.tokens} tokens`,
    node.terminal ? `→ ${node.answer ?? "no answer"}` : null,
  ].filter((fact) => fact !== null);
  const columns = terminal.isTty ? terminal.columns : 120;
  const head = `${branch}${node.wins ? "★" : " "}${node.kind === undefined ? "" : `[${node.kind}] `}`;
  const all = facts.join(", ");
  const room = Math.max(8, columns - head.length - all.length - 3);
  const text = node.text.trim().replace(/\s+/g, " ");
  const fitted = text.length <= room ? text : `${text.slice(0, room - 1)}…`;
  const tail = all.slice(0, Math.max(0, columns - head.length - fitted.length - 2));
  const line = `${head}${fitted}  ${node.wins ? tail : paint(terminal, "dim", tail)}`;
  return node.wins ? paint(terminal, "green", line) : line;
}

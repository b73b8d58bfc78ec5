import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { treeCommand } from "../../src/cli/tree.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";

const golden = (name: string) => resolve(import.meta.dirname, "../golden", `${name}.jsonl`);

function traceOf(events: readonly unknown[]): string {
  const file = join(temporaryFolder(), "trace.jsonl");
  writeFileSync(file, events.map((event) => JSON.stringify(event)).join("\n"));
  return file;
}

const node = (number: number, parent: number | null, text: string, rest: object = {}) => ({
  ...{ node: number, parent, depth: parent === null ? 0 : 1, text, score: null, logprob: null, tokens: 3 },
  ...{ terminal: false, answer: null, ...rest },
});

/** Six first steps; the last one is a whole answer and wins. */
const sixChildren: readonly unknown[] = [
  { type: "node-expanded", node: -1, children: [node(0, null, "", { tokens: 0 })] },
  {
    type: "node-expanded",
    node: 0,
    children: [
      ...[1, 2, 3, 4, 5].map((i) => node(i, 0, `step ${i}`, { score: i / 10 })),
      node(6, 0, "the answer", { terminal: true, answer: "7", score: 0 }),
    ],
  },
  { type: "candidate", index: 0, text: "the answer", answer: "7", rule: "boxed", complete: true },
  { type: "pick", candidates: 1, picked: 0, answer: "7", support: 1, tally: [], tokens: 9 },
  { type: "node-visited", node: 2, visits: 5, value: 0.25 },
  { type: "run-end", answer: "7", reason: "1 of 1 samples agree", stopped: "finished", usage: {} } satisfies Partial<
    Record<keyof RunEvent | string, unknown>
  >,
];

describe("ruminate tree", () => {
  it("draws every node with its score, visits, value and tokens, and marks the path to the answer", () => {
    const terminal = fakeTerminal();
    expect(treeCommand(terminal, golden("mcts"))).toBe(0);
    const lines = terminal.stdout().split("\n");
    expect(lines[0]).toMatch(/^\d+ nodes, \d+ tokens, \d+ visits of the root$/);
    expect(lines.filter((line) => line.includes("★")).length).toBeGreaterThanOrEqual(1);
    expect(lines.find((line) => line.includes("Step 1"))).toMatch(/score \d\.\d\d, \d+ ×, value \d\.\d\d, \d+ tokens/);
    expect(lines.at(-3)).toMatch(/^Answer {2}\d+$/);
  });

  it("folds children beyond the width, but never the winning one nor the most visited", () => {
    const terminal = fakeTerminal();
    treeCommand(terminal, traceOf(sixChildren), { width: 2 });
    expect(terminal.stdout().split("\n").slice(0, 5)).toEqual([
      "6 nodes, 18 tokens",
      "├─ step 2  score 0.20, 5 ×, value 0.25, 3 tokens",
      "├─★the answer  score 0.00, 3 tokens, → 7",
      "└─ … 4 more, the best 0.50",
      "",
    ]);
  });

  it("stops at the depth asked for and says how much is below", () => {
    const terminal = fakeTerminal();
    treeCommand(terminal, golden("beam-search"), { depth: 1 });
    expect(terminal.stdout()).toMatch(/└─ … \d+ below/);
    expect(terminal.stdout()).not.toContain("Step 2");
  });

  it("keeps every line within a terminal's width, coloured only there", () => {
    let written = "";
    const narrow = fakeTerminal({ isTty: true, columns: 60 });
    treeCommand({ ...narrow, out: (text) => (written += text) }, golden("rebase"));
    treeCommand(narrow, golden("rebase"));
    expect(written).toContain("\u001b[");
    const drawn = narrow
      .stdout()
      .split("\n")
      .filter((line) => /[├└]/.test(line));
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it("draws one tree for each search inside a combinator", () => {
    const inner = sixChildren.map((event) => ({ ...(event as object), label: "2-beam-search" }));
    const terminal = fakeTerminal();
    treeCommand(terminal, traceOf([...sixChildren, ...inner]));
    expect(terminal.stdout()).toContain("2-beam-search: 6 nodes");
  });

  it("says so when the strategy was no search, and names the line that is no event", () => {
    const terminal = fakeTerminal();
    expect(treeCommand(terminal, golden("best-of-n"))).toBe(1);
    expect(terminal.stdout()).toContain("holds no tree");
    const file = traceOf([{ type: "note", message: "" }, 7]);
    expect(() => treeCommand(terminal, file)).toThrow(`${file}:2: is no line of a trace`);
    expect(() => treeCommand(terminal, "missing.jsonl")).toThrow("cannot be read");
  });
});

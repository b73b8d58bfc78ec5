import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { sharesFrom, treeOfThoughts, valueFrom } from "../../strategies/search/tree-of-thoughts.ts";

const boxed = (value: number) => `It is \\boxed{${value}}.`;
const solving = async (replies: readonly string[], options: Readonly<Record<string, unknown>>) => {
  const policy = scriptedPolicy([...replies]);
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => events.push(event);
  const solution = await solve("q", { strategy: treeOfThoughts, options, policy, onEvent });
  const notes = events.flatMap((event) => (event.type === "note" ? event.message : []));
  return { solution, notes, events, requests: policy.requests };
};

describe("a judgement of thoughts", () => {
  it("is the last of the words, and the sum of the votes over the most there could be", () => {
    expect(valueFrom(["It is not impossible.\nsure"]).value).toBe(1);
    expect(valueFrom(["sure", "Sure of nothing: impossible", "likely"]).value).toBeCloseTo(21.001 / 60, 12);
    expect(valueFrom(["likely", "sure", "impossible"]).value).toBe(valueFrom(["impossible", "likely", "sure"]).value);
    expect(valueFrom(["hm", "sure"]).value).toBe(1);
    expect(valueFrom(["hm", ""]).value).toBeNull();
  });

  it("is the number after the last 'best', else the last number", () => {
    const shares = (...replies: string[]) => sharesFrom(replies, 3).map(({ value }) => value);
    expect(shares("1 is short. The best is number 3, as 2 + 2 = 4.", "2", "Number 3")).toEqual([0, 1 / 3, 2 / 3]);
    expect(shares("The best is number 7.")).toEqual([null, null, null]);
  });

  it("has room for a check before the verdict", async () => {
    const { requests } = await solving(["Add.", "sure", boxed(5), "sure"], { width: 1, branching: 1, votes: 1 });
    expect(requests[1]?.maxTokens).toBe(512);
  });

  it("that cannot be read is reported, and the reason says so where none could be", async () => {
    const script = ["Add.\nTake.", "hm", "hm", `${boxed(5)}\n${boxed(6)}`, "hm", "hm"];
    const blind = await solving(script, { width: 1, branching: 2, votes: 1 });
    expect(blind.notes).toContain("4 of 4 states could not be judged");
    expect(blind.solution.reason).toContain("none of 4 states could be judged");
    const seeing = await solving(script.with(4, "sure"), { width: 1, branching: 2, votes: 1 });
    expect(seeing.notes).toContain("3 of 4 states could not be judged");
    expect(seeing.solution.reason).not.toContain("could be judged");
  });
});

describe("votes for thoughts", () => {
  const options = { width: 1, branching: 2, votes: 1, judge: "vote", maxSteps: 3 };

  it("are compared within one ballot: among ends of several, a last one is held", async () => {
    // 5 ends on the first ballot with all votes, 6 and 7 on the second, where 7 has all; the last ballot elects 6.
    const script = [`${boxed(5)}\nAdd.`, "1", `${boxed(6)}\n${boxed(7)}`, "2", "The best is number 2"];
    const { solution, requests } = await solving(script, options);
    expect(solution.answer).toBe("6");
    expect(requests).toHaveLength(5);
    const shown = requests[4]?.messages.at(-1)?.content ?? "";
    expect([...shown.matchAll(/boxed\{(\d)/g)].map(([, answer]) => answer)).toEqual(["5", "6", "7"]);
  });

  it("add up for a thought that was drawn more than once", async () => {
    const thoughts = ["Add 2 and 3.\n\n", "Add 2 and 3.\n\n", "Guess.\n\n"];
    const ballot = ["The best is number 2.", "The best is number 2.", "The best is number 3."];
    const given = { ...options, actions: "reasoning-steps", branching: 3, votes: 3, maxSteps: 2 };
    const { requests, events } = await solving(
      [...thoughts, ...ballot, boxed(5), boxed(5), boxed(6), ...ballot],
      given,
    );
    const scores = events.flatMap((event) => (event.type === "node-expanded" ? event.children : []));
    expect(scores.slice(1, 3).map(({ score }) => score)).toEqual([2 / 3, 1 / 3]);
    expect(requests[2]?.prefix).toBe("Add 2 and 3.\n\n");
  });

  it("elect at once where all ends were on the same ballot", async () => {
    const { solution, requests } = await solving(["Add.\nTake.", "2", `${boxed(5)}\n${boxed(6)}`, "2"], options);
    expect([solution.answer, requests.length]).toEqual(["6", 4]);
  });
});

import { describe, expect, it } from "vitest";
import { groupsOf, readJudgement } from "../../strategies/sampling/gen-select/comparing.ts";
import { genSelect } from "../../strategies/sampling/gen-select.ts";
import { play } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
/** Names the place of this answer among the solutions shown. */
const naming =
  (answer: number) =>
  ({ messages }: { readonly messages: readonly { readonly content: string }[] }): string => {
    const shown = [...(messages[0]?.content ?? "").matchAll(/Solution (\d+):\nSo it is \\boxed\{(\d+)\}/g)];
    return `Judgment: ${shown.find(([, , boxed]) => Number(boxed) === answer)?.[1] ?? 0}`;
  };

describe("gen-select", () => {
  it("lets the best of each group meet until one is left, whatever the majority says", async () => {
    const answers = [1, 1, 1, 1, 2, 3, 4, 5, 7];
    const script = [...answers.map(box), ...Array.from({ length: 4 }, () => naming(7))];
    const played = await play(genSelect, { n: 9, group: 3, scheme: "tournament" }, script);
    expect(played.requests.filter(({ purpose }) => purpose === "choose").length).toBe(4 - played.left);
    expect(played.solution).toMatchObject({ answer: "7", pick: { index: 8, support: null } });
  });

  it("takes no call where all answers agree, and none for a group that does", async () => {
    const played = await play(genSelect, { n: 4, group: 2, scheme: "tournament" }, [1, 1, 1, 1].map(box));
    expect(played.requests).toHaveLength(1);
    expect(played.solution).toMatchObject({ answer: "1", pick: { reason: "all answers agree" } });
  });

  it("counts the answers chosen from random groups", async () => {
    const script = [...[1, 2, 3, 4].map(box), naming(4), naming(4), naming(4)];
    const played = await play(genSelect, { n: 4, group: 4, votes: 3 }, script);
    expect(played.solution).toMatchObject({ answer: "4", pick: { index: 3, support: 1 } });
  });

  it("draws one where the reply names none, and says so", async () => {
    const notes: string[] = [];
    const played = await play(genSelect, { n: 2, votes: 1 }, [box(1), box(2), "Both are fine."], {
      onEvent: (event) => {
        if (event.type === "note") notes.push(event.message);
      },
    });
    expect(["1", "2"]).toContain(played.solution.answer);
    expect(notes).toEqual([expect.stringContaining("one is drawn")]);
  });

  it("keeps the majority where no call is left", async () => {
    const played = await play(genSelect, { n: 3 }, [box(1), box(2), box(2)], { budget: { calls: 3 } });
    expect(played.solution.answer).toBe("2");
  });
});

it("groups are of nearly equal size", () => {
  expect(groupsOf([1, 2, 3, 4, 5, 6, 7, 8, 9], 8).map(({ length }) => length)).toEqual([4, 5]);
  expect(groupsOf([1, 2, 3], 8)).toEqual([[1, 2, 3]]);
});

describe("readJudgement", () => {
  it.each([
    ["Judgment: 2", 2],
    ["Judgement: 0", 0],
    ["Judgment: [1]", 1],
    ["**Judgment: 1**", 1],
    ["Judgment: **1**", 1],
    ["Judgment: 0 … no. Judgment: 2", 2],
    ["Judgment: 3", null],
    ["solution 1", null],
  ])("reads %j as %s of three", (reply, place) => {
    expect(readJudgement(reply, 3)).toBe(place);
  });
});

import { describe, expect, it } from "vitest";
import { leastToMost, readList } from "../../strategies/prompting/least-to-most.ts";
import { lastTurns, play, QUESTION } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
const purposes = (calls: readonly string[]) => calls.map((call) => call.split(" ")[0]);

describe("least-to-most", () => {
  it("answers each sub-question with all earlier answers in view, and last the question itself", async () => {
    const script = ["1. How many are baked?\n2. How many are sold?", "6 * 8 =\n48", "31", box(17)];
    const played = await play(leastToMost, { n: 1 }, script);
    expect(purposes(played.calls)).toEqual(["decompose", "sub-answer", "sub-answer", "solve"]);
    expect(lastTurns(played)).toEqual([
      QUESTION,
      `Problem:\n${QUESTION}\n\nQuestion 1: How many are baked?`,
      `Problem:\n${QUESTION}\n\nQuestion 1: How many are baked?\nAnswer 1: 6 * 8 = 48\n\nQuestion 2: How many are sold?`,
      `${QUESTION}\n\nWhat is known so far:\nQuestion 1: How many are baked?\nAnswer 1: 6 * 8 = 48\nQuestion 2: How many are sold?\nAnswer 2: 31`,
    ]);
    expect(played.solution.answer).toBe("17");
    expect(played.solution.candidates[0]?.notes).toEqual({ run: 0, subquestions: 2 });
  });

  it("asks the plain question where nothing was broken down", async () => {
    const played = await play(leastToMost, { n: 1 }, ["NONE", box(17)]);
    expect(lastTurns(played)).toEqual([QUESTION, QUESTION]);
    expect(played.solution.answer).toBe("17");
  });

  it("leaves a sub-question that is the question itself for the end", async () => {
    const script = ["1. How many are baked?\n2. How many rolls are left?", "48", box(17)];
    const played = await play(leastToMost, { n: 1 }, script);
    expect(purposes(played.calls)).toEqual(["decompose", "sub-answer", "solve"]);
  });

  it("asks no more questions than allowed, the question included", async () => {
    const list = Array.from({ length: 12 }, (_, i) => `${i + 1}. Sub-question number ${i + 1}?`).join("\n");
    const played = await play(leastToMost, { n: 1, most: 3 }, [list, "a", "b", box(17)]);
    expect(purposes(played.calls)).toEqual(["decompose", "sub-answer", "sub-answer", "solve"]);
    const alone = await play(leastToMost, { n: 1, most: 1 }, [box(17)]);
    expect(lastTurns(alone)).toEqual([QUESTION]);
  });

  it("does not show a blank answer to later questions", async () => {
    const played = await play(leastToMost, { n: 1 }, ["1. A?\n2. B?", " ", "b", box(17)]);
    expect(lastTurns(played)[2]).toBe(`Problem:\n${QUESTION}\n\nQuestion 1: B?`);
  });

  it("lets whole runs vote, each with a decomposition of its own", async () => {
    const script = ["NONE", "1. A?", "NONE", box(1), "a", box(2), box(2)];
    const played = await play(leastToMost, { n: 3 }, script);
    expect(played.left).toBe(0);
    expect(played.solution.answer).toBe("2");
    expect(played.solution.candidates.map(({ notes }) => notes?.run).sort()).toEqual([0, 1, 2]);
  });
});

describe("readList", () => {
  it.each([
    ["1. A?\n2) B?\n- C?", ["A?", "B?", "C?"]],
    ["Here:\n**1.** A?\n\nStep 2: B?\nSub-question 3: C?", ["A?", "B?", "C?"]],
    ["3.5 is no item\nNONE", []],
    ["1.\n2. B?", ["B?"]],
    ["1. A\n2. B\n3. C\n4. D", ["A", "B", "C"]],
  ])("reads the items of %j, three at most", (text, items) => {
    expect(readList(text, 3)).toEqual(items);
  });
});

describe("whole runs under a budget", () => {
  it("go one after another, so that it is not spent on the beginnings of all", async () => {
    const script = ["1. A?", "a", box(17), "1. B?", box(18)];
    const played = await play(leastToMost, { n: 3 }, script, { budget: { calls: 5 } });
    expect(purposes(played.calls)).toEqual(["decompose", "sub-answer", "solve", "decompose", "solve"]);
    expect(played.solution).toMatchObject({ answer: "17", stopped: "budget" });
    expect(played.solution.candidates.map(({ notes }) => notes?.landed ?? false)).toEqual([false, true]);
  });
});

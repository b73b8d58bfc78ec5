import { describe, expect, it } from "vitest";
import { parseOptions } from "../../src/core/strategy.ts";
import { selfAsk } from "../../strategies/prompting/self-ask.ts";
import { lastTurns, play, QUESTION } from "./playing.ts";

const purposes = (calls: readonly string[]) => calls.map((call) => call.split(" ")[0]);
const opening = "Are follow up questions needed here: Yes.\n";
const final = (answer: number) => `So the final answer is: \\boxed{${answer}}`;

describe("self-ask", () => {
  it("takes an answer without follow-ups as it is", async () => {
    const text = `Are follow up questions needed here: No.\n${final(17)}`;
    const played = await play(selfAsk, { n: 1 }, [text]);
    expect(purposes(played.calls)).toEqual(["self-ask"]);
    expect(played.solution.answer).toBe("17");
    expect(played.solution.candidates[0]?.text).toBe(text);
  });

  it("stops at each follow-up, has it answered by itself, and goes on from there", async () => {
    const script = [
      `${opening}Follow up: How many are baked?\nIntermediate answer: 50`,
      "48",
      "Follow up: How many are left?\nIntermediate answer: 3",
      "17",
      final(17),
    ];
    const played = await play(selfAsk, { n: 1 }, script);
    expect(purposes(played.calls)).toEqual(["self-ask", "sub-answer", "self-ask", "sub-answer", "self-ask"]);
    const first = `${opening}Follow up: How many are baked?\nIntermediate answer: 48\n`;
    const second = `${first}Follow up: How many are left?\nIntermediate answer: 17\n`;
    expect(played.requests.map(({ prefix }) => prefix)).toEqual([undefined, undefined, first, undefined, second]);
    expect(lastTurns(played)[3]).toContain("Answer 1: 48\n\nQuestion 2: How many are left?");
    expect(played.solution.candidates[0]?.text).toBe(second + final(17));
    expect(played.solution.answer).toBe("17");
  });

  it("asks for the final answer at once when its follow-ups are used up", async () => {
    const played = await play(selfAsk, { n: 1, most: 1 }, ["Follow up: A?\n", "a", " \\boxed{17}"]);
    expect(played.requests.at(-1)).toMatchObject({
      prefix: "Follow up: A?\nIntermediate answer: a\nSo the final answer is:",
    });
    expect(played.requests.at(-1)?.stop).toBeUndefined();
    expect(played.solution.answer).toBe("17");
  });

  it.each([
    ["repeated", ["Follow up: A?\n", "a", "Follow up: A?\n", " \\boxed{17}"]],
    ["blank", ["Follow up: A?\n", "a", "Follow up:\n", " \\boxed{17}"]],
    ["answered with nothing", ["Follow up: A?\n", "a", "Follow up: B?\n", "  ", " \\boxed{17}"]],
  ])("asks for the final answer at once when a follow-up is %s", async (_, script) => {
    const played = await play(selfAsk, { n: 1 }, script);
    expect(played.requests.at(-1)?.prefix).toBe("Follow up: A?\nIntermediate answer: a\nSo the final answer is:");
    expect(played.solution.answer).toBe("17");
    expect(played.left).toBe(0);
  });

  it("never makes more calls than it says", async () => {
    const script = ["Follow up: A?\n", "a", "Follow up: B?\n", "b", "\\boxed{17}"];
    const played = await play(selfAsk, { n: 1, most: 2 }, script);
    expect(played.requests).toHaveLength(5);
    expect(selfAsk.cost(parseOptions(selfAsk, { n: 1, most: 2 })).calls).toBe(5);
  });

  it("lets the same answer ask and answer where the options say so", async () => {
    const text = `${opening}Follow up: A?\nIntermediate answer: 48\n${final(17)}`;
    const played = await play(selfAsk, { n: 1, answers: "own" }, [text]);
    expect(played.requests.map(({ stop }) => stop)).toEqual([undefined]);
    expect(played.solution.answer).toBe("17");
  });

  it("lets whole runs vote", async () => {
    const played = await play(selfAsk, { n: 3 }, [final(1), final(2), final(2)]);
    expect(lastTurns(played)).toEqual([QUESTION, QUESTION, QUESTION]);
    expect(played.solution.answer).toBe("2");
  });
});

import { describe, expect, it } from "vitest";
import { hint } from "../../strategies/prompting/hint.ts";
import { leastToMost } from "../../strategies/prompting/least-to-most.ts";
import { rephraseThenSolve } from "../../strategies/prompting/rephrase-then-solve.ts";
import { selfAsk } from "../../strategies/prompting/self-ask.ts";
import { stepBack } from "../../strategies/prompting/step-back.ts";
import { sticker } from "../../strategies/prompting/sticker.ts";
import { lastTurns, play, QUESTION } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
/** A text of about `tokens` tokens. */
const long = (tokens: number) => "so ".repeat(Math.floor((4 * tokens) / 3)).trim();
const purposes = (calls: readonly string[]) => calls.map((call) => call.split(" ")[0]);

describe("a text before the answer, under a budget", () => {
  it.each([
    ["rephrase-then-solve", rephraseThenSolve, "rephrase", 1_200],
    ["step-back", stepBack, "step-back", 1_300],
    ["hint", hint, "hint", 1_200],
  ] as const)("%s: is followed by its answer before another is written", async (_, strategy, purpose, tokens) => {
    const script = [long(200), box(17), long(200), box(17)];
    const played = await play(strategy as never, { n: 4 }, script, { budget: { tokens } });
    expect(purposes(played.calls)).toEqual([purpose, "solve", purpose, "solve"]);
    expect(played.solution).toMatchObject({ answer: "17", stopped: "budget" });
  });

  it("may only be so long that the answer keeps its full length", async () => {
    const played = await play(rephraseThenSolve, { n: 1 }, ["A", box(17)], { budget: { tokens: 600 } });
    const [first, second] = played.requests;
    expect(first?.maxTokens).toBeLessThan(200);
    expect(first?.maxTokens).toBeGreaterThan(32);
    expect(second?.maxTokens).toBe(256);
  });

  it("is begun again where answers have shown to be short", async () => {
    const script = [long(200), box(17), long(200), box(17)];
    const played = await play(hint, { n: 2, hints: "own" }, script, { budget: { tokens: 1_000 } });
    expect(purposes(played.calls)).toEqual(["hint", "solve"]);
    const more = await play(hint, { n: 2, hints: "own" }, script, { budget: { tokens: 1_150 } });
    expect(purposes(more.calls)).toEqual(["hint", "solve", "hint", "solve"]);
  });

  it("is left out where there is no room for both: the plain question is asked", async () => {
    const played = await play(rephraseThenSolve, { n: 3 }, [box(17)], { budget: { tokens: 250 } });
    expect(lastTurns(played)).toEqual([QUESTION]);
    expect(played.solution).toMatchObject({ answer: "17", stopped: "budget" });
  });

  it("is written once where it is shared, and all answers go together", async () => {
    const script = ["A", box(17), box(17)];
    const played = await play(rephraseThenSolve, { n: 2, prologues: "shared" }, script, { budget: { tokens: 1_500 } });
    expect(purposes(played.calls)).toEqual(["rephrase", "solve"]);
    expect(played.solution.candidates).toHaveLength(2);
  });
});

describe("a loop that runs out of budget", () => {
  it("least-to-most: answers with what is known", async () => {
    const script = ["1. A?\n2. B?\n3. C?", long(150), box(17)];
    const played = await play(leastToMost, { n: 1 }, script, { budget: { tokens: 1_000 } });
    expect(purposes(played.calls)).toEqual(["decompose", "sub-answer", "solve"]);
    expect(lastTurns(played).at(-1)).toContain("Question 1: A?");
    expect(played.solution.candidates[0]?.notes).toEqual({ run: 0, subquestions: 3, landed: true });
    expect(played.solution).toMatchObject({ answer: "17", stopped: "finished" });
  });

  it("self-ask: writes the end of the form itself", async () => {
    const script = ["Are follow up questions needed here: Yes.\nFollow up: A?\n", long(150), " \\boxed{17}"];
    const played = await play(selfAsk, { n: 1 }, script, { budget: { tokens: 1_150 } });
    expect(purposes(played.calls)).toEqual(["self-ask", "sub-answer", "self-ask"]);
    expect(played.requests.at(-1)?.prefix).toMatch(/Intermediate answer: so .*\nSo the final answer is:$/);
    expect(played.requests.at(-1)?.stop).toBeUndefined();
    expect(played.solution.answer).toBe("17");
  });

  it("self-ask: lets the model ask and answer in one breath where there is no room for a follow-up", async () => {
    const played = await play(selfAsk, { n: 2 }, [box(17)], { budget: { tokens: 550 } });
    expect(purposes(played.calls)).toEqual(["self-ask"]);
    expect(played.requests[0]?.stop).toBeUndefined();
    expect(played.solution).toMatchObject({ answer: "17", stopped: "budget" });
  });

  it("sticker: is the plain answer where no sticker has room", async () => {
    const played = await play(sticker, {}, [box(17)], { budget: { tokens: 330 } });
    expect(lastTurns(played)).toEqual([QUESTION]);
    expect(played.solution.candidates[0]?.notes).toMatchObject({ stage: 4, settled: true });
  });
});

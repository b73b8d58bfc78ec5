import { describe, expect, it } from "vitest";
import { planAndSolve } from "../../strategies/prompting/plan-and-solve.ts";
import { rephraseThenSolve } from "../../strategies/prompting/rephrase-then-solve.ts";
import { lastTurns, play, QUESTION } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
const sizes = (calls: readonly string[]) => calls.map((call) => call.split(":")[0]);

describe("plan-and-solve", () => {
  it("asks once for n answers with its trigger behind the question, and they vote", async () => {
    const played = await play(planAndSolve, { n: 3 }, [box(1), box(17), box(17)]);
    expect(sizes(played.calls)).toEqual(["solve ×3"]);
    const [turn = ""] = lastTurns(played);
    expect(turn.startsWith(`${QUESTION}\n\nFirst understand the problem, list the quantities`)).toBe(true);
    expect(played.solution.answer).toBe("17");
  });

  it("has the shorter trigger too", async () => {
    const [turn] = lastTurns(await play(planAndSolve, { n: 1, trigger: "plan" }, [box(17)]));
    expect(turn).toMatch(/First understand the problem and make a plan/);
  });

  it("asks a conversation's last turn, and leaves a turn that is more than text as it is", async () => {
    const image = { role: "user" as const, content: "[image]", raw: { role: "user", content: [] } };
    const question = {
      id: "q",
      text: "what is shown",
      kind: "text" as const,
      conversation: { messages: [image], settings: {} },
    };
    const { requests } = await play(planAndSolve, { n: 1, trigger: "plan" }, ["A cat."], { question });
    expect(requests[0]?.messages).toEqual([
      image,
      { role: "user", content: expect.stringMatching(/^First understand the problem/) },
    ]);
  });
});

describe("rephrase-then-solve", () => {
  it("has every answer follow a wording of its own", async () => {
    const script = ["Wording A", "Wording B", box(17), box(17)];
    const played = await play(rephraseThenSolve, { n: 2 }, script);
    expect(sizes(played.calls)).toEqual(["rephrase ×2", "solve ×1", "solve ×1"]);
    expect(lastTurns(played)).toEqual([
      QUESTION,
      `${QUESTION}\n\nIn other words:\nWording A`,
      `${QUESTION}\n\nIn other words:\nWording B`,
    ]);
  });

  it("asks equal wordings for as many answers in one request", async () => {
    const played = await play(rephraseThenSolve, { n: 3 }, ["A", "B", "A", box(1), box(2), box(3)]);
    expect(sizes(played.calls)).toEqual(["rephrase ×3", "solve ×2", "solve ×1"]);
    expect(played.solution.candidates.map(({ answer }) => answer?.text)).toEqual(["1", "3", "2"]);
  });

  it("shares one greedy wording where the options say so", async () => {
    const played = await play(rephraseThenSolve, { n: 6, prologues: "shared" }, ["A", ...[1, 2, 3, 4, 5, 5].map(box)]);
    expect(sizes(played.calls)).toEqual(["rephrase ×1", "solve ×6"]);
    expect(played.requests[0]?.temperature).toBe(0);
    expect(played.solution.answer).toBe("5");
  });

  it("goes in waves of four where nothing limits it", async () => {
    const script = ["A", "B", "C", "D", box(1), box(1), box(1), box(1), "E", box(2)];
    const played = await play(rephraseThenSolve, { n: 5 }, script);
    expect(sizes(played.calls)).toEqual(["rephrase ×4", ...Array(4).fill("solve ×1"), "rephrase ×1", "solve ×1"]);
    expect(played.solution.answer).toBe("1");
  });

  it("asks the plain question where the wording is blank", async () => {
    const played = await play(rephraseThenSolve, { n: 1 }, ["  \n", box(17)]);
    expect(lastTurns(played)).toEqual([QUESTION, QUESTION]);
  });

  it("offers the answers that were there when the budget ended", async () => {
    const played = await play(rephraseThenSolve, { n: 3 }, ["A", box(17)], { budget: { calls: 3 } });
    expect(sizes(played.calls)).toEqual(["rephrase ×1", "solve ×1"]);
    expect(played.solution).toMatchObject({ answer: "17", stopped: "budget" });
    const cut = await play(rephraseThenSolve, { n: 3 }, ["A", "B"], { budget: { calls: 2 } });
    expect(cut.solution).toMatchObject({ answer: null, stopped: "budget" });
  });
});

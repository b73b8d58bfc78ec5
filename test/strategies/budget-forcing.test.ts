import { describe, expect, it } from "vitest";
import { budgetForcing } from "../../strategies/correction/budget-forcing.ts";
import { play } from "./playing.ts";

const capabilities = { prefix: "native", thinks: true, thoughtFormat: "think" } as const;
const model = { capabilities };
const always = { accept: "always", waits: 1 };

describe("budget forcing of a model that thinks", () => {
  it("puts the cue in place of the thought's end, and closes the thought for each answer", async () => {
    const script = ["2 and 2 is 4", "It is \\boxed{4}.", ", no, 5", "It is \\boxed{5}."];
    const played = await play(budgetForcing, always, script, { model });
    expect(played.requests.map(({ prefix }) => prefix)).toEqual([
      "<think>\n",
      "<think>\n2 and 2 is 4\n</think>\n\n",
      "<think>\n2 and 2 is 4\n\nWait",
      "<think>\n2 and 2 is 4\n\nWait, no, 5\n</think>\n\n",
    ]);
    expect(played.requests.map(({ stop, thoughtInText }) => [stop, thoughtInText ?? false])).toEqual([
      [["</think>"], true],
      [undefined, false],
      [["</think>"], true],
      [undefined, false],
    ]);
    const [first, second] = played.solution.candidates;
    expect([first?.text, second?.text]).toEqual(["It is \\boxed{4}.", "It is \\boxed{5}."]);
    expect(second?.trajectory.steps.map(({ text, kind }) => [kind, text])).toEqual([
      ["thought", "2 and 2 is 4\n\n"],
      ["thought", "Wait, no, 5"],
      [undefined, "It is \\boxed{5}."],
    ]);
    expect(second?.calls).toEqual([0, 1, 2, 3]);
    expect(played.solution.answer).toBe("5");
  });

  it("cuts the thought at the limit, asks for the answer and does not go on", async () => {
    const script = ["2 and 2 is 4 and so on and on", " \\boxed{4}"];
    const played = await play(budgetForcing, { ...always, thinkingTokens: 3 }, script, { model });
    expect(played.requests.map(({ maxTokens }) => maxTokens)).toEqual([3, 256]);
    expect(played.requests[1]?.prefix).toBe("<think>\n2 and 2 is 4\n</think>\n\nFinal Answer:");
    expect(played.solution.candidates).toHaveLength(1);
    expect(played.solution.candidates[0]).toMatchObject({ text: "Final Answer: \\boxed{4}", notes: { forced: true } });
  });

  it("gives all stretches together no more than the limit", async () => {
    const script = ["2 and 2 is 4", "\\boxed{4}", " again, and so on and on", " \\boxed{5}"];
    const played = await play(budgetForcing, { waits: 3, accept: "always", thinkingTokens: 5 }, script, { model });
    expect(played.requests.map(({ maxTokens }) => maxTokens)).toEqual([5, 256, 2, 256]);
    expect(played.left).toBe(0);
  });

  it("uses the marks of the model's own format", async () => {
    const mistral = { capabilities: { ...capabilities, thoughtFormat: "mistral" } };
    const played = await play(budgetForcing, { waits: 0 }, ["Hm[/THINK]", "\\boxed{4}"], { model: mistral });
    expect(played.requests[1]?.prefix).toBe("[THINK]\nHm\n[/THINK]\n\n");
  });

  it("keeps room for the answer under a budget, and answers at once where there is none for a thought", async () => {
    const played = await play(budgetForcing, { waits: 0 }, ["Hm", "\\boxed{4}"], { model, budget: { tokens: 400 } });
    expect(played.requests[0]?.maxTokens).toBeLessThan(100);
    expect(played.solution.answer).toBe("4");
    const once = await play(budgetForcing, always, [" \\boxed{4}"], { model, budget: { calls: 1 } });
    expect(once.requests[0]?.prefix).toBe("<think>\n\n</think>\n\nFinal Answer:");
    expect(once.solution.answer).toBe("4");
  });

  it("says of a model that does not think, or cannot go on from a thought, that its text is gone on with", async () => {
    for (const given of [{ thinks: false }, { prefix: "instructed" as const }]) {
      const notes: string[] = [];
      const played = await play(budgetForcing, { waits: 0 }, ["It is \\boxed{4}."], {
        model: { capabilities: { ...capabilities, ...given } },
        onEvent: (event) => {
          if (event.type === "note") notes.push(event.message);
        },
      });
      expect(played.requests[0]?.prefix).toBeUndefined();
      expect(notes).toEqual([expect.stringContaining("its text is gone on with")]);
    }
  });
});

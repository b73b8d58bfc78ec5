import { describe, expect, it } from "vitest";
import { readPlace, universalSelfConsistency } from "../../strategies/sampling/universal-self-consistency.ts";
import { lastTurns, play } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
const named = (place: number) => `The most consistent response is Response ${place}`;

describe("universal-self-consistency", () => {
  it("shows all responses in the order of sampling where they are not shuffled, and takes the one that is named", async () => {
    const script = [box(1), box(2), box(3), named(2)];
    const played = await play(universalSelfConsistency, { n: 3, shuffle: false }, script);
    expect(played.calls.map((call) => call.split(":")[0])).toEqual(["solve ×3", "select ×1"]);
    expect(lastTurns(played)[1]).toContain(
      `Response 1:\n${box(1)}\n\nResponse 2:\n${box(2)}\n\nResponse 3:\n${box(3)}`,
    );
    expect(played.requests[1]?.temperature).toBe(0);
    expect(played.solution).toMatchObject({ answer: "2", pick: { index: 1, support: null } });
  });

  it("takes the named place of the shuffled order, and says in a note which place it was", async () => {
    const notes: string[] = [];
    const played = await play(universalSelfConsistency, { n: 4 }, [...[1, 2, 3, 4].map(box), named(1)], {
      onEvent: (event) => {
        if (event.type === "note") notes.push(event.message);
      },
    });
    const first = /Response 1:\nSo it is \\boxed\{(\d)\}/.exec(lastTurns(played)[1] ?? "")?.[1];
    expect(played.solution.answer).toBe(first);
    expect(notes).toEqual([expect.stringMatching(/place 1 of 4 was named, sample \d/)]);
  });

  it("takes the first response where the reply names none", async () => {
    const played = await play(universalSelfConsistency, { n: 3 }, [box(1), box(2), box(2), "I cannot say."]);
    expect(played.solution.answer).toBe("1");
  });

  it("shows no response without an answer, and asks nothing where fewer than two have one", async () => {
    const two = await play(universalSelfConsistency, { n: 3, shuffle: false }, ["Hm.", box(2), box(3), named(1)]);
    expect(lastTurns(two)[1]).not.toContain("Hm.");
    expect(two.solution.answer).toBe("2");
    const one = await play(universalSelfConsistency, { n: 2 }, ["Hm.", box(2)]);
    expect(one.solution.answer).toBe("2");
    expect(one.requests).toHaveLength(1);
  });

  it("keeps the majority where no call is left for the choice", async () => {
    const played = await play(universalSelfConsistency, { n: 3 }, [box(1), box(2), box(2)], { budget: { calls: 3 } });
    expect(played.solution.answer).toBe("2");
  });

  it("shows the end of a response that is too long", async () => {
    const long = `${"x".repeat(100)}${box(7)}`;
    const played = await play(universalSelfConsistency, { n: 2, excerpt: 40 }, [long, box(2), named(1)]);
    const shown = lastTurns(played)[1] ?? "";
    expect(shown).toContain(box(7));
    expect(shown).not.toContain("x".repeat(41));
  });
});

describe("readPlace", () => {
  it.each([
    ["The most consistent response is Response 3.", 3],
    ["Response 1 and response 2 agree. The most consistent response is **Response 2**", 2],
    ["The most consistent response is Response 3. Response 1 differs", 3],
    ["I would take response 1, not response 2", 2],
    ["3", 3],
    ["Response 9", null],
    ["Response 0", null],
    ["All 3 agree", null],
    ["", null],
  ])("reads %j as %s of three", (reply, place) => {
    expect(readPlace(reply, 3)).toBe(place);
  });
});

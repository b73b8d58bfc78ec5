import { describe, expect, it } from "vitest";
import { analogical } from "../../strategies/prompting/analogical.ts";
import { multilingual } from "../../strategies/prompting/multilingual.ts";
import { persona } from "../../strategies/prompting/persona.ts";
import { stepBack } from "../../strategies/prompting/step-back.ts";
import { complexityVote } from "../../strategies/sampling/complexity-vote.ts";
import { lastTurns, play, QUESTION } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
const sizes = (calls: readonly string[]) => calls.map((call) => call.split(":")[0]);

describe("step-back", () => {
  it("puts the principle beside the question", async () => {
    const played = await play(stepBack, { n: 1 }, ["Amounts add up.", box(17)]);
    expect(sizes(played.calls)).toEqual(["step-back ×1", "solve ×1"]);
    expect(lastTurns(played)[1]).toBe(
      `${QUESTION}\n\nSolve it with the help of this principle, where it applies:\nAmounts add up.`,
    );
  });
});

describe("analogical", () => {
  it("asks for related problems and the answer at once, after a tutorial where one is wanted", async () => {
    const plain = await play(analogical, { n: 2, recalled: 4 }, [box(1), box(17)]);
    expect(sizes(plain.calls)).toEqual(["solve ×2"]);
    expect(lastTurns(plain)[0]).toContain("Recall 4 other problems");
    expect(lastTurns(plain)[0]).not.toContain("tutorial");
    const [turn] = lastTurns(await play(analogical, { n: 1, tutorial: true }, [box(17)]));
    expect(turn).toMatch(/tutorial on them\. Recall 3 other problems/);
  });

  it("reads the last box as the answer", async () => {
    const played = await play(analogical, { n: 1 }, [`First: ${box(5)}\n\nNow the problem: ${box(17)}`]);
    expect(played.solution.answer).toBe("17");
  });
});

describe("persona", () => {
  it("deals the roles out in turn, keeps the order of the samples, and says whose each is", async () => {
    const script = [box(1), box(3), box(2)];
    const played = await play(persona, { n: 3, personas: ["a cook", "a clerk"] }, script);
    expect(sizes(played.calls)).toEqual(["solve ×2", "solve ×1"]);
    expect(played.requests.map(({ messages }) => messages[0]?.content.slice(0, 18))).toEqual([
      "You are a cook. Pl",
      "You are a clerk. P",
    ]);
    const who = played.solution.candidates.map(({ notes, answer }) => [notes?.way, answer?.text]);
    expect(who).toEqual([
      ["a cook", "1"],
      ["a clerk", "2"],
      ["a cook", "3"],
    ]);
  });
});

describe("multilingual", () => {
  it("reasons in the languages in turn", async () => {
    const played = await play(multilingual, { n: 2, languages: ["French", "German"] }, [box(17), box(17)]);
    expect(lastTurns(played)).toEqual(
      ["French", "German"].map((l) => expect.stringMatching(`Think and write in ${l}`)),
    );
    expect(played.solution.pick).toMatchObject({ answer: "17", support: 1 });
  });

  it("puts the question into the language first where the options say so", async () => {
    const played = await play(multilingual, { n: 1, languages: ["French"], translate: true }, [
      "Un boulanger…",
      box(17),
    ]);
    expect(sizes(played.calls)).toEqual(["rephrase ×1", "solve ×1"]);
    expect(lastTurns(played)[1]).toMatch(/^A baker[\s\S]*\n\nUn boulanger…\n\nThink and write in French/);
  });
});

describe("complexity-vote", () => {
  it("lets the chains with the most steps vote, and all of them where all are kept", async () => {
    const script = [box(1), box(1), `a\nb\n${box(2)}`, "no end"];
    expect((await play(complexityVote, { n: 4, keep: 1 }, script)).solution.answer).toBe("2");
    expect((await play(complexityVote, { n: 4, keep: 4 }, script)).solution.answer).toBe("1");
  });

  it("shows the worked examples with the most steps", async () => {
    const exemplars = ["one", "a\nb\nc", "a\nb"].map((solution) => ({ question: `Q ${solution.length}`, solution }));
    const { requests } = await play(complexityVote, { n: 1, shots: 2, exemplars }, [box(17)]);
    expect(requests[0]?.messages.map(({ content }) => content).slice(1, -1)).toEqual(["Q 5", "a\nb\nc", "Q 3", "a\nb"]);
  });
});

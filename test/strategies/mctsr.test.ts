import { expect, it } from "vitest";
import { readRating } from "../../src/answer/verdicts/ratings.ts";
import { mctsr } from "../../strategies/search/mctsr.ts";
import { lastTurns, play } from "./playing.ts";

it("MCTSr rewards the best answer again, has it criticised and rewritten, and rewards the new one", async () => {
  const script = [
    "6 + 8 = 14, less than 31: \\boxed{0}",
    "Trays are not rolls. Rating: 10",
    "Nothing is said. Rating: -100",
    "Rating: -20",
    "The number of rolls is wrong.",
    "6 · 8 - 31 = \\boxed{17}",
    "Rating: 90",
    "Rating: 80",
    "It could say more.",
    "48 - 31 = \\boxed{17}",
    "Rating: 85",
  ];
  const played = await play(mctsr, { simulations: 2 }, script);
  expect(played.requests.map(({ purpose }) => purpose).join(" ")).toBe(
    "solve judge judge judge feedback revise judge judge feedback revise judge",
  );
  const turns = lastTurns(played);
  expect(turns[2]).toContain("Answer:\nI do not know.");
  expect(turns[5]).toContain("Criticism:\nThe number of rolls is wrong.");
  // The second refinement is one of the first.
  expect(played.requests[8]?.messages.at(-2)?.content).toBe("6 · 8 - 31 = \\boxed{17}");
  expect(played.solution.candidates.map(({ answer }) => answer?.text)).toEqual(["0", "17", "17"]);
  expect([played.solution.answer, played.left]).toEqual(["17", 0]);
});

it("a reward is the last number after the last rating", () => {
  const texts = [
    "Two flaws. Rating: -35.5",
    "**Rating:** 80 of 100? No. Rating: −60",
    "Score 40",
    "Rating: 300",
    "none",
  ];
  expect(texts.map((text) => readRating(text, { min: -100, max: 100 }))).toEqual([-35.5, -60, 40, null, null]);
});

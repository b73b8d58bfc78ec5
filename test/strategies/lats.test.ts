import { expect, it } from "vitest";
import { readRating } from "../../src/answer/verdicts/ratings.ts";
import { lats } from "../../strategies/search/lats.ts";
import { lastTurns, play, QUESTION } from "./playing.ts";

it("LATS draws a lesson from a failed end, and shows it in all that it writes and judges afterwards", async () => {
  const script = [
    "6 + 8 = 14 rolls.\n\n",
    "Rating: 4",
    "14 is less than 31, so \\boxed{0}.",
    "Rating: 1",
    "Trays and rolls were added; they are to be multiplied.",
    "6 · 8 = 48, so 48 - 31 = \\boxed{17}.",
    "All holds. Rating: 10",
  ];
  const played = await play(lats, { simulations: 3, branching: 1, maxSteps: 3, rolloutDepth: 3 }, script);
  const lesson =
    "Lessons from attempts that failed:\n- An attempt that ended in 0: Trays and rolls were added; they are to be multiplied.\n\n";
  expect(played.requests.map(({ purpose }) => purpose)).toEqual([
    "step",
    "value",
    "step",
    "value",
    "reflect",
    "step",
    "value",
  ]);
  expect(lastTurns(played).map((turn) => turn.startsWith(lesson))).toEqual([...Array(5).fill(false), true, true]);
  expect(lastTurns(played)[5]).toBe(lesson + QUESTION);
  expect(played.solution.candidates.map(({ answer }) => answer?.text)).toEqual(["0", "17"]);
});

it("a rating is the last one of 0 to 10", () => {
  expect(["Rating: 7", "rating 2 … **Rating:** 8.5", "Rating: 11", "seven"].map((text) => readRating(text))).toEqual([
    7,
    8.5,
    null,
    null,
  ]);
});

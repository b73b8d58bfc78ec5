import { expect, it } from "vitest";
import { rap } from "../../strategies/search/rap.ts";
import { play } from "./playing.ts";

it("RAP asks, judges the question, and takes the first of the answers that most samples agree on", async () => {
  const script = [
    "How many are baked?\n",
    "Yes",
    "5. The answer is 5.\n\n",
    "50. The answer is 50.\n\n",
    "2 · 25 = 50. The answer is 50.\n\n",
    "5 dozen. The answer is 60.\n\n",
    "Yes",
    "50 - 33 = \\boxed{17}",
    "They sell 33. The answer is \\boxed{17}",
  ];
  const { solution, requests } = await play(rap, { simulations: 1, branching: 1, depth: 2 }, script);
  const asked = "Sub-question 1: How many are baked?\nAnswer 1: 50. The answer is 50.\n\n";
  expect(requests.map(({ prefix, n }) => [prefix, n])).toEqual([
    ["Sub-question 1:", 1],
    [undefined, 1],
    ["Sub-question 1: How many are baked?\nAnswer 1:", 2],
    ["Sub-question 1: How many are baked?\nAnswer 1:", 2],
    [undefined, 1],
    [`${asked}Sub-question 2: Now we can answer the question.\nAnswer 2:`, 2],
  ]);
  expect(solution.answer).toBe("17");
  expect(solution.candidates[0]?.text).toBe(
    "How many are baked?\n50. The answer is 50.\n\nNow we can answer the question.\n50 - 33 = \\boxed{17}\n\n",
  );
});

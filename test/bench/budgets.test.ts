import { describe, expect, it } from "vitest";
import { takenUp } from "../../bench/budgets.ts";
import { builtins } from "../../src/builtins.ts";

/** All of them: `npm run bench budgets`. */
const sample = [
  ["mcts", "both"],
  ["rap", "none"],
  ["phi-decoding", "process"],
  ["lite-search", "outcome"],
  ["rest-mcts", "process"],
  ["lats", "none"],
  ["beam-search", "process"],
  ["best-of-n", "outcome"],
  ["hint", "none"],
  ["step-back", "outcome"],
  ["rephrase-then-solve", "process"],
] as const;

describe("a budget", () => {
  it.each(sample)("is taken up by %s (%s) wherever there is room for more", async (name, kind) => {
    for (const { limits, share, wasted, over } of await takenUp(builtins().strategies.get(name), kind, 24)) {
      expect({ limits, share, wasted, over }).toEqual({ limits, share, wasted: false, over: false });
    }
  });
});

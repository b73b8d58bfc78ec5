import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Registry } from "../../src/core/catalogue.ts";
import { BudgetExceededError, closest, UnknownNameError } from "../../src/core/errors.ts";
import { parseOptions } from "../../src/core/strategy.ts";

describe("errors", () => {
  it("guesses the name that was meant and lists the others", () => {
    const error = new UnknownNameError("strategy", "best_of_n", ["beam-search", "best-of-n", "mcts"]);
    expect(error.message).toBe(
      'Unknown strategy "best_of_n". Did you mean "best-of-n"? Available: beam-search, best-of-n, mcts.',
    );
    expect(error.code).toBe("unknown-name");
  });

  it("lists forty names at most", () => {
    const names = Array.from({ length: 74 }, (_, i) => `strategy-${i}`);
    const { message } = new UnknownNameError("strategy", "constructor", names);
    expect(message).toMatch(/, strategy-39 and 34 more\.$/);
  });

  it("guesses nothing where nothing is near", () => {
    expect(closest("xyzzy-plugh", ["beam-search", "mcts"])).toBeUndefined();
    expect(closest("mtcs", ["beam-search", "mcts"])).toBe("mcts");
  });

  it("says which limit, what was allowed and spent, where, and the remedy", () => {
    expect(new BudgetExceededError("tokens", 20_000, 20_413, "problem gsm8k-0042").message).toBe(
      "Token budget exceeded: 20,413 spent of 20,000 allowed (problem gsm8k-0042). Raise --budget or ask for less.",
    );
  });

  const strategy = {
    name: "best-of-n",
    options: z.strictObject({ n: z.int().min(1).default(16), mode: z.enum(["a", "b"]).default("a") }),
  };

  it("names option, requirement and value", () => {
    expect(() => parseOptions(strategy, { n: 0 })).toThrow('best-of-n: "n" must be at least 1, got 0.');
    expect(() => parseOptions(strategy, { n: "8" })).toThrow('best-of-n: "n" must be number, got "8".');
    expect(() => parseOptions(strategy, { m: 8 })).toThrow('best-of-n: does not know "m". Known: n, mode.');
    expect(() => parseOptions(strategy, { mode: "c" })).toThrow(/"mode" must be one of "a"\|"b", got "c"/);
    expect(parseOptions(strategy, undefined)).toEqual({ n: 16, mode: "a" });
  });

  it("refuses a second thing under a taken name", () => {
    const registry = new Registry("strategy", [{ name: "a" }]);
    expect(() => registry.add({ name: "a" })).toThrow(/registered already/);
    expect(() => registry.get("b")).toThrow(UnknownNameError);
  });
});

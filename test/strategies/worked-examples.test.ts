import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Strategy } from "../../src/core/strategy.ts";
import { play } from "./playing.ts";

const exemplars = ["1", "2", "3"].map((digit) => ({ question: `Q${digit}`, solution: `S${digit}` }));
const takesExemplars = ({ options }: Strategy): boolean => options.safeParse({ exemplars }).success;
const samplers = builtins().strategies.all.filter(({ family }) => family === "sampling");

describe("worked examples", () => {
  it("can be shown by every strategy that samples solutions to a question", () => {
    expect(samplers.filter((strategy) => !takesExemplars(strategy)).map(({ name }) => name)).toEqual([]);
  });

  it.each(samplers.filter(takesExemplars).map((strategy) => [strategy.name, strategy] as const))(
    "stand before the question in all solutions of %s",
    async (_, strategy) => {
      const script = Array.from({ length: 40 }, () => "So it is \\boxed{17}.");
      const { requests } = await play(strategy, { exemplars, shots: 2 }, script);
      const solving = requests.filter(({ purpose }) => purpose === "solve");
      expect(solving.length).toBeGreaterThan(0);
      for (const { messages } of solving) {
        expect(messages.map(({ role }) => role[0]).join("")).toBe("suauau");
        expect(messages.slice(1, -1).map(({ content }) => content)).toEqual(["Q1", "S1", "Q2", "S2"]);
      }
    },
  );
});

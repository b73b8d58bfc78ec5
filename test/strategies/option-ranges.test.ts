import { expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { parseOptions } from "../../src/core/strategy.ts";

it.each([
  ["particle-filter", { particles: 4, iterations: 2, references: 4 }, /"references" must be below `particles`/],
  ["ensemble", { agree: 3 }, /"agree" must not be above the number of members/],
  ["complexity-vote", { n: 4, keep: 5 }, /"keep" must not be above `n`/],
  ["mctsr", { capped: 101 }, /"capped"/],
] as const)("%s refuses options that have no effect or no meaning", (name, options, message) => {
  expect(() => parseOptions(builtins().strategies.get(name), options)).toThrow(message);
});

it("particle-filter takes one particle where there is no reference", () => {
  expect(() => parseOptions(builtins().strategies.get("particle-filter"), { particles: 1 })).not.toThrow();
});

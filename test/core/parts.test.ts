import { describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { addPlugin } from "../../src/core/catalogue.ts";

const whole = {
  name: "first",
  summary: "one solution",
  family: "sampling",
  how: "It asks once.",
  costNote: "one call.",
  departures: [],
  rewards: { outcome: "", process: "", none: "" },
  options: z.strictObject({}),
  candidates: async function* () {},
  select: () => ({ name: "none", usesScores: false, pick: () => null }),
  cost: () => ({ calls: 1 }),
};

describe("a part that a plug-in exports", () => {
  it("is taken when it is whole", () => {
    expect(addPlugin(builtins(), "a.ts", { whole })).toEqual(["first"]);
  });

  it.each(Object.keys(whole).filter((field) => field !== "candidates" && field !== "options"))(
    "is refused without %s, by its name",
    (field) => {
      const { [field as "name"]: _, ...part } = whole;
      if (field === "name") expect(() => addPlugin(builtins(), "a.ts", { part })).toThrow("it exports none");
      else expect(() => addPlugin(builtins(), "a.ts", { part })).toThrow(`strategy "first": "${field}" must be`);
    },
  );

  it.each([
    [{ ...whole, options: {} }, "schema of zod"],
    [{ ...whole, name: 7 }, '"name" must be a string'],
    [{ ...whole, departures: null }, "got null"],
    [{ name: "v", summary: "", options: null, outcome: () => null }, "schema of zod"],
    [{ name: "d", summary: "", options: z.object({}), load: 1 }, '"load" must be a function'],
    [{ name: "m", summary: "", options: z.object({}), compute: () => null }, '"scale" must be a string'],
    [{ name: "g", summary: "", options: z.object({}), grade: 1 }, 'grader "g": "grade" must be a function'],
    [{ name: "g", options: z.object({}), judge: Object }, '"summary" must be a string'],
    [
      { name: "g", summary: "", options: z.object({}), grade: () => true, judge: () => null },
      'either "grade" or "judge"',
    ],
  ])("%o is refused", (part, sentence) => {
    expect(() => addPlugin(builtins(), "a.ts", { part })).toThrow(sentence);
  });

  it("holds for everything that is built in", () => {
    const catalogue = builtins();
    const { strategies, verifiers, datasets, metrics, graders } = catalogue;
    for (const registry of [strategies, verifiers, datasets, metrics, graders]) {
      for (const name of registry.names)
        expect(addPlugin(catalogue, "b.ts", { part: registry.get(name) })).toEqual([name]);
    }
  });
});

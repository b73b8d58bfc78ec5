import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { decide, type Response } from "../../src/evolve/answering.ts";
import { ConceptGraph, conceptsIn } from "../../src/evolve/concepts.ts";
import { questionIn, rewritingMessages } from "../../src/evolve/rewriting.ts";
import { Sieve } from "../../src/evolve/sieve.ts";

const response = (by: Response["by"], answer: string | null): Response => {
  return { by, policy: "p", seed: 1, key: "k", prompt: "h", text: "t", answer };
};
const chains = (...answers: readonly (string | null)[]) => answers.map((answer) => response("chain", answer));
const programs = (...answers: readonly (string | null)[]) => answers.map((answer) => response("program", answer));

describe("an answer", () => {
  const bars = { agreement: 0.5, confirm: 1 };
  const reasonOf = (responses: readonly Response[], expected: string | null = null) =>
    decide(responses, bars, "number", expected === null ? null : { answer: expected, otherwise: "other" }).reason;

  it("is what enough chains agree on and programs confirm, however it is written", () => {
    const found = decide([...chains("12", "12.0", null, "7"), ...programs("12", "9", "12")], bars, "number", null);
    expect(found).toMatchObject({ answer: "12", reason: null, agreement: 0.5, confirmed: 2 });
    expect(found.right).toEqual([true, true, false, false, true, false, true]);
  });

  it("is none where chains tie or are too few, programs fail or differ, or another one is expected", () => {
    expect(reasonOf([...chains(null, null), ...programs("1")])).toBe("no chain has an answer");
    expect(reasonOf([...chains("1", "1", "2", "2"), ...programs("1")])).toBe("chains disagree");
    expect(reasonOf([...chains("1", null, null), ...programs("1")])).toBe("chains disagree");
    expect(reasonOf([...chains("1", "1"), ...programs(null)])).toBe("no program ran");
    expect(reasonOf([...chains("1", "1"), ...programs("1", "2")])).toBe("programs disagree");
    expect(reasonOf([...chains("1", "1"), ...programs("1")], "2")).toBe("other");
    expect(reasonOf([...chains("1", "1"), ...programs("1")], "1.0")).toBeNull();
  });
});

describe("a question", () => {
  it("is read without its label, marks and answer", () => {
    expect(questionIn("**New question:** How many are left?\n\nAnswer: 4")).toBe("How many are left?");
    expect(questionIn('Question: "How many?"')).toBe("How many?");
    expect(questionIn("Solution: 4")).toBe("Solution: 4");
    expect(questionIn("  ")).toBeNull();
  });

  it("is asked for in the words of its operation", () => {
    const messages = rewritingMessages("translate", "How many?", { language: "French" });
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(messages.at(-1)?.content).toMatch(/into French\. Keep every number\..*\n\nQuestion: How many\?$/s);
  });

  it("is held back where it is leaked or known", () => {
    const words = "a farmer packs his ripe apples into wooden boxes of twelve and sells every box at the market";
    const sieve = new Sieve({ near: 0.7, overlap: 13 }, [
      `Today ${words}. How many boxes are 240 apples?`,
      "What is 2 + 2?",
    ]);
    expect(sieve.isLeaked(`On Monday ${words}, says Ann. What does she earn?`)).toBe(true);
    expect(sieve.isLeaked(`Today ${words}. How many boxes are 360 apples?`)).toBe(true);
    expect([sieve.isLeaked("what is 2 + 2"), sieve.isLeaked("What is 3 + 3?")]).toEqual([true, false]);
    const seed = "Ann has 12 red pencils and buys 5 boxes of 8 pencils. How many pencils does she have now?";
    sieve.add(seed, "g");
    expect(sieve.isKnown(seed.replace("red", "blue"), "g")).toBe(true);
    expect(sieve.isKnown(seed.replace("12", "14"), "g")).toBe(false);
    expect(sieve.isKnown(seed.replace("12", "14"), "another")).toBe(true);
  });
});

describe("the concept graph", () => {
  const concepts = new Map([
    ["a", { topics: ["geometry"], points: ["area", "triangle"] }],
    ["b", { topics: ["geometry"], points: ["area"] }],
    ["c", { topics: ["money"], points: ["discount"] }],
  ]);

  it("is made of what the model names", () => {
    const reply = "**Topics:** Geometry; Area.\n- Knowledge points: Base; height, Base";
    expect(conceptsIn(reply)).toEqual({ topics: ["geometry", "area"], points: ["base", "height"] });
    expect(conceptsIn("I do not know")).toBeNull();
    expect(new ConceptGraph(concepts).size).toEqual({ topics: 2, points: 3 });
  });

  it("is walked along its ties alone, in proportion to how often two are named together", () => {
    const graph = new ConceptGraph(concepts);
    const walks = Array.from({ length: 2_000 }, (_, i) => graph.walk(new Random(i)));
    expect(walks.filter((walk) => walk?.topics[0] === "money").length / 2_000).toBeCloseTo(0.5, 1);
    for (const walk of walks)
      expect(walk?.points.every((point) => (point === "discount") === (walk.topics[0] === "money"))).toBe(true);
    const first = walks.filter((walk) => walk?.topics[0] === "geometry").map((walk) => walk?.points[0]);
    expect(first.filter((point) => point === "area").length / first.length).toBeCloseTo(2 / 3, 1);
    expect(walks.find((walk) => walk?.topics[0] === "money")?.nearest).toBe("c");
    expect(new ConceptGraph(new Map()).walk(new Random(1))).toBeNull();
  });
});

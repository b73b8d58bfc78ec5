import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { problemOf } from "../../src/core/problem.ts";
import { Random } from "../../src/core/random.ts";
import { parseOptions, type Strategy } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { fewShot } from "../../strategies/prompting/few-shot.ts";
import { hint } from "../../strategies/prompting/hint.ts";
import { clusters, dot, unit, wordVectors } from "../../strategies/prompting/kit/similarity.ts";
import { thoughtTemplate } from "../../strategies/prompting/thought-template.ts";
import { lastTurns, play, QUESTION } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
const sizes = (calls: readonly string[]) => calls.map((call) => call.split(":")[0]);

const RATE = "How far does a train drive in 3 hours at 80 kilometres per hour?";
const PRICE = "Tom buys 4 pens for 2 dollars each. What does he pay?";
const ROLLS = "A baker bakes 9 trays of rolls and sells some. How many rolls are left?";
const BREAD = "A baker bakes 5 trays of rolls and sells 3 rolls. How many rolls are left?";
const pool = [RATE, PRICE, ROLLS, BREAD].map((question, i) => ({
  question,
  solution: `${"step\n".repeat(4 - i)}${box(i)}`,
}));

describe("few-shot", () => {
  const shownIn = async (choose: string, shots = 2) => {
    const { requests } = await play(fewShot, { n: 1, shots, choose, pool }, [box(17)]);
    return (requests[0]?.messages ?? []).filter(({ role }) => role === "user").map(({ content }) => content);
  };

  it.each([
    ["given", [RATE, PRICE, QUESTION]],
    ["most-complex", [RATE, PRICE, QUESTION]],
    ["similar", [ROLLS, BREAD, QUESTION]],
  ])("shows the %s examples, then asks", async (choose, turns) => {
    expect(await shownIn(choose)).toEqual(turns);
  });

  it("shows diverse examples: the most similar last, and not its twin", async () => {
    const turns = await shownIn("diverse");
    expect(turns.slice(1)).toEqual([BREAD, QUESTION]);
    expect([RATE, PRICE]).toContain(turns[0]);
  });

  it("shows one example of each cluster, the same whatever is asked", async () => {
    const turns = (await shownIn("clustered", 3)).slice(0, 3);
    expect(turns).toContain(RATE);
    expect(turns).toContain(PRICE);
    expect(turns.filter((turn) => turn === ROLLS || turn === BREAD)).toHaveLength(1);
  });

  it("has the policy write the solutions that are missing, once each and greedily", async () => {
    const unsolved = [{ question: PRICE }, { question: RATE, solution: "It is 240." }];
    const played = await play(fewShot, { n: 2, choose: "given", pool: unsolved }, ["4 * 2 = 8", box(17), box(17)]);
    expect(sizes(played.calls)).toEqual(["exemplar ×1", "solve ×2"]);
    expect(played.requests[0]).toMatchObject({ temperature: 0 });
    expect(played.requests[1]?.messages.map(({ content }) => content).slice(1)).toEqual([
      ...[PRICE, "4 * 2 = 8", RATE, "It is 240."],
      QUESTION,
    ]);
    expect(fewShot.cost(parseOptions(fewShot, { n: 2, pool: unsolved })).calls).toBe(3);
  });

  it("leaves the plain question where there is no pool", async () => {
    expect(lastTurns(await play(fewShot, { n: 1 }, [box(17)]))).toEqual([QUESTION]);
  });

  it("compares by the policy's embeddings where it has them", async () => {
    const scripted = scriptedPolicy([box(17)], { capabilities: { embeds: true } });
    const embedded: string[] = [];
    const policy: Policy = {
      ...scripted,
      embed: async (texts) => {
        embedded.push(...texts);
        return texts.map((text) => (text === PRICE || text === QUESTION ? [1, 0] : [0, 1]));
      },
    };
    await solve(
      { id: "q", text: QUESTION, kind: "number" },
      { strategy: fewShot as Strategy, options: { n: 1, shots: 1, pool }, policy },
    );
    expect(embedded).toEqual([RATE, PRICE, ROLLS, BREAD, QUESTION]);
    expect(scripted.requests[0]?.messages[1]?.content).toBe(PRICE);
  });
});

describe("thought-template", () => {
  const templates = [
    { name: "rate", when: "How far does something drive in some hours at kilometres per hour?", thought: "Multiply." },
    { name: "rolls", when: "A baker bakes trays of rolls, sells some; how many are left?", thought: "Subtract." },
  ];

  it("shows the template most like the question, and says which", async () => {
    const played = await play(thoughtTemplate, { n: 2, templates }, [box(17), box(17)]);
    expect(sizes(played.calls)).toEqual(["solve ×2"]);
    expect(lastTurns(played)[0]).toMatch(/^A baker fills[\s\S]+\nSubtract\.$/);
    expect(played.solution.candidates[0]?.notes?.way).toBe("rolls");
  });

  it("distils a template from a solved problem that is nearest, before it asks", async () => {
    const solved = [{ question: BREAD, solution: "5 * 8 - 3" }];
    const played = await play(thoughtTemplate, { n: 1, templates, solved }, ["Multiply, then subtract.", box(17)]);
    expect(sizes(played.calls)).toEqual(["distil ×1", "solve ×1"]);
    expect(lastTurns(played)[0]).toContain(`Problem:\n${BREAD}\n\nSolution:\n5 * 8 - 3`);
    expect(lastTurns(played)[1]).toMatch(/\nMultiply, then subtract\.$/);
  });

  it("asks the plain question where nothing is as like as it must be, or nothing was distilled", async () => {
    const far = await play(thoughtTemplate, { n: 1, templates, least: 0.99 }, [box(17)]);
    expect(lastTurns(far)).toEqual([QUESTION]);
    expect(far.solution.candidates[0]?.notes?.way).toBe("plain");
    const solved = [{ question: QUESTION.replace("6 trays", "7 trays"), solution: "x" }];
    const blank = await play(thoughtTemplate, { n: 1, templates: [], solved }, [" ", box(17)]);
    expect(lastTurns(blank)[1]).toBe(QUESTION);
    expect(lastTurns(await play(thoughtTemplate, { n: 1, templates: [] }, [box(17)]))).toEqual([QUESTION]);
  });

  it("has a store of its own to begin with", async () => {
    const played = await play(thoughtTemplate, { n: 1 }, [box(240)], {
      question: {
        id: "q",
        text: "A car drives at a constant speed of 80 kilometres per hour for 3 hours: what distance?",
        kind: "number",
      },
    });
    expect(played.solution.candidates[0]?.notes?.way).toBe("rate and time");
  });
});

describe("hint", () => {
  const problem = problemOf({
    ...{ id: "q", text: QUESTION, kind: "number" },
    hints: { concepts: ["product"], hints: ["count the rolls first"], misleading: ["divide by 6"] },
    reference: { answer: "17", solution: "SECRET" },
  });
  const ask = (hints: string | undefined, script: readonly string[], from = problem) =>
    play(hint, { n: 1, hints }, script, { question: from.question });
  const bare = problemOf({ id: "q", text: QUESTION, kind: "number", reference: { answer: "17", solution: "SECRET" } });

  it.each([
    ["right", `${QUESTION}\n\nConcepts that help:\n- product\n\nHints:\n- count the rolls first`],
    ["misleading", `${QUESTION}\n\nHints:\n- divide by 6`],
    ["none", QUESTION],
  ])("shows what the dataset publishes: %s", async (hints, turn) => {
    const played = await ask(hints, [box(17)]);
    expect(lastTurns(played)).toEqual([turn]);
    expect(played.solution.candidates[0]?.notes?.way).toBe(hints);
  });

  it("has the policy write its own where the options say so, or where none are published", async () => {
    for (const played of [
      await ask("own", ["Multiply.", box(17)]),
      await ask(undefined, ["Multiply.", box(17)], bare),
    ]) {
      expect(sizes(played.calls)).toEqual(["hint ×1", "solve ×1"]);
      expect(lastTurns(played)[1]).toBe(`${QUESTION}\n\nConcepts and hints:\nMultiply.`);
      expect(played.solution.candidates[0]?.notes?.way).toBe("own");
    }
    expect(lastTurns(await ask("misleading", [box(17)], bare))).toEqual([QUESTION]);
  });

  it("never shows the reference", async () => {
    for (const hints of ["right", "misleading", "none", "own"]) {
      const { requests } = await ask(hints, ["Multiply.", box(17)]);
      expect(JSON.stringify(requests)).not.toContain("SECRET");
    }
  });
});

describe("nearness of texts", () => {
  it("compares by words, numbers being alike, at unit length", () => {
    const [a = [], b = [], c = []] = wordVectors(["4 pens cost 8 dollars", "9 pens cost 3 dollars", "a train"]);
    expect(dot(a, b)).toBeCloseTo(1, 10);
    expect(dot(a, c)).toBe(0);
    expect(unit([0, 0])).toEqual([0, 0]);
  });

  it("clusters what is alike, nearest to the centre first, and no more than there is", () => {
    const vectors = [
      [1, 0],
      [0.9, 0.1],
      [0, 1],
      [0.1, 0.9],
      [0.95, 0.05],
    ].map(unit);
    const found = clusters(vectors, 2, new Random("test"));
    expect(found.map(({ members }) => members)).toEqual([
      [4, 0, 1].sort(byCentre(vectors)),
      expect.arrayContaining([2, 3]),
    ]);
    expect(clusters([[1], [1]], 2, new Random("test")).map(({ members }) => members)).toEqual([[0, 1]]);
    expect(clusters([], 3, new Random("test"))).toEqual([]);
  });
});

/** Order by nearness to the mean of the first cluster. */
function byCentre(vectors: readonly (readonly number[])[]) {
  const own = [0, 1, 4].map((i) => vectors[i] ?? []);
  const centre = unit([0, 1].map((d) => own.reduce((sum, each) => sum + (each[d] ?? 0), 0)));
  return (a: number, b: number) => dot(vectors[b] ?? [], centre) - dot(vectors[a] ?? [], centre);
}

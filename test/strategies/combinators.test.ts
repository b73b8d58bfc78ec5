import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { defineCascade } from "../../strategies/combining/cascade.ts";
import { member } from "../../strategies/combining/kit/combinators.ts";
import { destination, easiness } from "../../strategies/combining/route.ts";
import { chainOfThought } from "../../strategies/sampling/chain-of-thought.ts";
import { selfConsistency } from "../../strategies/sampling/self-consistency.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

const { strategies } = builtins();
const boxed = (...values: readonly number[]) => values.map((value) => `So it is \\boxed{${value}}.`);
const program = (value: number) => `\`\`\`python\ndef solution():\n    n = ${value}\n    return n\n\`\`\``;
const stages = [
  { name: "self-consistency", options: { n: 3 } },
  { name: "self-consistency", options: { n: 5 } },
];

/** Notes of the combinator itself. */
const notes = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === "note" ? [event.message] : []));

describe("cascade", () => {
  const cascade = strategies.get("cascade");

  it("stops at the first stage that is sure", async () => {
    const policy = scriptedPolicy(boxed(7, 7, 7));
    const solution = await solve("q", { strategy: cascade, options: { stages }, policy });
    expect(solution).toMatchObject({ answer: "7", reason: "3 of 3 samples agree" });
    expect(solution.candidates).toHaveLength(3);
  });

  it("asks the more expensive model only when the cheaper one is unsure", async () => {
    const named = (id: string, answers: readonly number[]) => ({ ...scriptedPolicy(boxed(...answers)), id });
    const byModel = [
      { name: "self-consistency", options: { n: 3 } },
      { name: "self-consistency", options: { n: 2 }, model: "large" },
    ];
    const asked = async (small: readonly number[]) => {
      const events: RunEvent[] = [];
      const solution = await solve("q", {
        ...{ strategy: cascade, options: { stages: byModel }, policy: named("small", small) },
        ...{ models: { large: named("large", [9, 9]) }, onEvent: (event: RunEvent) => events.push(event) },
      });
      const models = events.flatMap((event) => (event.type === "call-end" ? [event.model] : []));
      return { answer: solution.answer, models: [...new Set(models)] };
    };
    expect(await asked([7, 7, 7])).toEqual({ answer: "7", models: ["small"] });
    expect(await asked([7, 8, 6])).toEqual({ answer: "9", models: ["small", "large"] });
  });

  it("is refused when a stage's model is not there", async () => {
    const policy = scriptedPolicy(boxed(7));
    const options = { stages: [{ name: "chain-of-thought", model: "large" }] };
    await expect(solve("q", { strategy: cascade, options, policy })).rejects.toThrow(
      'cascade: "model" of chain-of-thought asks the model "large", and there is none.',
    );
    expect(policy.requests).toEqual([]);
  });

  it("says so when a model that its options do not name is not there, and asks the policy", async () => {
    const events: RunEvent[] = [];
    const inner = { ...member(chainOfThought, {}), label: "inner", model: "large" };
    const { answer } = await solve("q", {
      ...{ strategy: { ...chainOfThought, candidates: (run) => run.solve(inner) }, options: {} },
      ...{ policy: scriptedPolicy(boxed(7)), onEvent: (event: RunEvent) => events.push(event) },
    });
    expect(answer).toBe("7");
    expect(notes(events)[0]).toMatch(/there is no model "large"/);
  });

  it("goes on when unsure, pays for shared samples once, and answers with the last stage", async () => {
    const policy = scriptedPolicy(boxed(7, 8, 8, 7, 7));
    const events: RunEvent[] = [];
    const solution = await solve("q", {
      strategy: cascade,
      options: { stages },
      policy,
      onEvent: (e) => events.push(e),
    });
    expect(solution).toMatchObject({ answer: "7", reason: "3 of 5 samples agree" });
    expect(solution.usage.logical.policy.calls).toBe(5);
    expect(notes(events)[0]).toBe("stage 1, self-consistency: support 0.67");
  });

  it("keeps the answer of the stage before when the budget ends a later one early", async () => {
    const policy = scriptedPolicy(boxed(7, 8, 8));
    const solution = await solve("q", { strategy: cascade, options: { stages }, policy, budget: { calls: 3 } });
    expect(solution).toMatchObject({ stopped: "budget", answer: "8" });
    expect(solution.stopReason).toContain("Call budget used up");
  });

  it("takes strategy values that nobody registered", async () => {
    const own = { ...selfConsistency, name: "mine" };
    const policy = scriptedPolicy(boxed(4, 4));
    const strategy = defineCascade([member(own, { n: 2 }), member(chainOfThought)]);
    expect(await solve("q", { strategy, policy })).toMatchObject({ answer: "4" });
    expect(strategy.cost({}).calls).toBe(3);
  });

  it("checks the names and options of its stages before any call is paid for", () => {
    const parse = (given: unknown) => () => parseOptions(cascade, given);
    expect(parse({ stages: ["self-consistancy"] })).toThrow('Did you mean "self-consistency"?');
    expect(parse({ stages: [{ name: "self-consistency", options: { n: 0 } }] })).toThrow("n");
    expect(parse({ stages: [] })).toThrow("stages");
  });

  it("finds plug-ins of its catalogue, and nests", () => {
    const catalogue = builtins();
    catalogue.strategies.add({ ...chainOfThought, name: "plugged-in" } as never);
    const inner = { name: "cascade", options: { stages: ["plugged-in"] } };
    const found = catalogue.strategies.get("cascade");
    expect(found.cost(parseOptions(found, { stages: ["plugged-in", inner] })).calls).toBe(2);
  });
});

describe("ensemble", () => {
  const ensemble = strategies.get("ensemble");
  const members = [
    { name: "self-consistency", options: { n: 3 } },
    { name: "program-aided", options: { n: 1 } },
  ];

  it("trusts the answer that words and program share over the one that is commoner", async () => {
    const policy = scriptedPolicy([...boxed(7, 7, 5), program(5)]);
    const solution = await solve("q", { strategy: ensemble, options: { members }, policy, sandbox: tinyPython() });
    expect(solution.answer).toBe("5");
    expect(solution.reason).toContain("among answers that 2 members share");
  });

  it("falls back on the votes of all when no answer is shared", async () => {
    const policy = scriptedPolicy([...boxed(7, 7, 5), program(6)]);
    const solution = await solve("q", { strategy: ensemble, options: { members }, policy, sandbox: tinyPython() });
    expect(solution.answer).toBe("7");
  });

  it("gives each member an equal share of the budget that is left", async () => {
    const policy = scriptedPolicy([...boxed(7, 7), program(7), program(6)]);
    const shared = [members[0], { name: "program-aided", options: { n: 4 } }];
    const solution = await solve("q", {
      ...{ strategy: ensemble, options: { members: shared }, policy, sandbox: tinyPython(), budget: { calls: 4 } },
    });
    expect(solution.candidates.map(({ notes }) => notes?.member)).toEqual([0, 0, 1, 1]);
  });
});

describe("route", () => {
  const route = strategies.get("route");
  const options = { probe: stages[0], members: ["chain-of-thought", stages[1]], bounds: [0.9] };

  it("sends what the probe agrees on to the first member, and the rest to the last", async () => {
    const easy = await solve("q", { strategy: route, options, policy: scriptedPolicy(boxed(7, 7, 7, 9)) });
    expect(easy.answer).toBe("9");
    const hard = await solve("q", { strategy: route, options, policy: scriptedPolicy(boxed(7, 8, 8, 7, 7)) });
    expect(hard).toMatchObject({ answer: "7", reason: "3 of 5 samples agree" });
  });

  it("sends by falling bounds, and rejects bounds that do not fall or do not fit", () => {
    const members = [1, 2, 3].map(() => member(chainOfThought));
    expect([1, 0.9, 0.89, 0.5, 0.2].map((easy) => destination(easy, { members, bounds: [0.9, 0.5] }))).toEqual([
      0, 0, 1, 1, 2,
    ]);
    const parse = (bounds: number[]) => () => parseOptions(route, { ...options, bounds });
    expect(parse([])).toThrow("one bound fewer");
    expect(() => parseOptions(route, { members: ["chain-of-thought", "mcts", "rebase"], bounds: [0.5, 0.9] })).toThrow(
      "must fall",
    );
  });

  it("reads easiness from scores where there are any, else from agreement", () => {
    const run = {
      classes: (answers: readonly (string | null)[]) => {
        const distinct = [...new Set(answers)].filter((answer) => answer !== null);
        return answers.map((answer) => (answer === null ? -1 : distinct.indexOf(answer)));
      },
    };
    const candidate = (answer: string | null, score: number | null) => ({
      answer: answer && { text: answer },
      score: { value: score },
    });
    const of = (...all: unknown[]) => easiness(run as never, all as never);
    expect(of(candidate("1", 0.2), candidate("1", 0.6), candidate("1", null))).toBeCloseTo(0.4);
    expect(of(candidate("1", null), candidate("2", null), candidate("1", null), candidate(null, null))).toBe(0.5);
    expect(of(candidate(null, null))).toBe(0);
    expect(of()).toBe(0);
  });
});

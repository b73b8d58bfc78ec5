import { describe, expect, it } from "vitest";
import { packVector } from "../../src/core/line-states.ts";
import { judgeBy, loadLearned } from "../../src/learned/model.ts";
import { defaultModel, modelEntry } from "../../src/policy/local/manifest.ts";
import { defaultOrm } from "../../verifiers/default-orm.ts";
import { defaultPrm } from "../../verifiers/default-prm.ts";

const file = (name: string) => loadLearned(new URL(`../../verifiers/learned/${name}.json`, import.meta.url).pathname);
const [orm, prm] = [file("default.orm"), file("default.prm")];

const question = "A crate holds 48 jars. Each jar weighs 350 grams. What do 26 crates weigh in kilograms?";
const right = [
  "One crate holds 48 jars, so its jars weigh 48 * 350 = 16800 grams.\n\n",
  "All crates weigh 26 * 16800 = 436800 grams, which is 436800 / 1000 = 436.8 kilograms.\n\n",
  "The answer is \\boxed{436.8}.",
];
const slipped = right.map((step) => step.replace("26 * 16800 = 436800", "26 * 16800 = 463800").replace("436", "463"));
const lineOf = (end: number) => {
  const zeros = packVector(new Float32Array(1536));
  return { end, tokens: 20, last: zeros, mean: zeros };
};

describe("the default model's own verifiers", () => {
  it("are of the default model, each of its kind", () => {
    expect([orm.kind, prm.kind]).toEqual(["outcome", "process"]);
    const { name, sha256 } = modelEntry(defaultModel);
    const states = { policy: `local/${name}@${sha256.slice(0, 8)}`, width: 1536 };
    expect([orm.features.states, prm.features.states]).toEqual([states, states]);
  });

  it("trust a solution less for a slip in its numbers, all else equal", () => {
    const states = [lineOf(1)];
    const judged = (steps: readonly string[], answer: string) =>
      judgeBy(orm, { question, steps, answer, confidence: null, states }).value ?? Number.NaN;
    expect(judged(right, "436.8")).toBeGreaterThan(judged(slipped, "463.8") + 0.2);
    const begun = (steps: readonly string[]) =>
      judgeBy(prm, { question, steps: steps.slice(0, 2), answer: null, states }).value ?? Number.NaN;
    expect(begun(right)).toBeGreaterThan(begun(slipped));
  });

  it("have a card", () => {
    for (const { card } of [defaultOrm, defaultPrm]) {
      const facts = Object.fromEntries(card?.() ?? []);
      expect(facts["held out"]).toMatch(/^\d+ examples of \d+ other problems/);
      expect(facts.area).toMatch(/^0\.\d{3} \[0\.\d{3}, [01]\.\d{3}\], within problems 0\.\d{3}$/);
    }
  });
});

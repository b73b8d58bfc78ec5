import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import {
  type AdviceUnit,
  adviceFor,
  armFor,
  type BudgetAdvice,
  tokensOf,
} from "../../src/statistics/compute/advice.ts";
import { pairedInterval } from "../../src/statistics/intervals/share.ts";

const sizes = [1, 4, 8, 16, 32];
const probe = 4;
const [perPrompt, perSample] = [80, 100];

/** Problems of a simulated model: votes over n samples, each right with the problem's chance, few wrong answers. */
function problems(name: string, count: number, chanceOf: (random: Random) => number): AdviceUnit[] {
  const random = new Random(name);
  return Array.from({ length: count }, (_, index) => {
    const own = random.fork(index);
    const chance = chanceOf(own);
    const samples = Array.from({ length: 32 }, () => (own.uniform() < chance ? 0 : 1 + Math.floor(own.uniform() * 4)));
    const taken = (n: number) => perPrompt + n * perSample;
    return {
      cluster: String(index),
      easiness: Math.max(...votesOf(samples.slice(0, probe))) / probe,
      arms: sizes.map((n) => ({
        right: leader(votesOf(samples.slice(0, n)), samples) === 0 ? 1 : 0,
        alone: taken(n),
        routed: taken(Math.max(n, probe)),
      })),
    };
  });
}

const votesOf = (samples: readonly number[]): number[] =>
  samples.reduce((votes, answer) => votes.with(answer, (votes[answer] ?? 0) + 1), [0, 0, 0, 0, 0]);
/** Ties go to the earliest. */
const leader = (votes: readonly number[], samples: readonly number[]) =>
  samples.find((answer) => votes[answer] === Math.max(...votes));

const models: Readonly<Record<string, (random: Random) => number>> = {
  easy: (random) => 0.93 + 0.07 * random.uniform(),
  hard: (random) => 0.02 + 0.16 * random.uniform(),
  mixed: (random) => (random.uniform() < 0.6 ? 0.97 : 0.36 + 0.1 * random.uniform()),
};

const budgets = sizes.map((n) => Math.ceil((perPrompt + n * perSample) * 1.02));
const options = { budgets, bins: 4, folds: 5, random: new Random("test") };

/** What the advice does on problems that it never saw, beside the best single arm that it names. */
function onNew(units: readonly AdviceUnit[], { single, routing, routes }: BudgetAdvice) {
  const chosen = units.map((unit) => {
    const alone = unit.arms[single];
    const routed = unit.arms[armFor(routing, unit.easiness)];
    const taken = routes
      ? { right: routed?.right ?? 0, tokens: tokensOf(routed, routing) }
      : { right: alone?.right ?? 0, tokens: alone?.alone ?? 0 };
    return { gain: taken.right - (alone?.right ?? 0), tokens: taken.tokens, alone: alone?.alone ?? 0 };
  });
  const mean = (of: (one: (typeof chosen)[number]) => number) =>
    chosen.reduce((sum, one) => sum + of(one), 0) / chosen.length;
  const interval = pairedInterval(
    chosen.map(({ gain }) => gain),
    units.map(({ cluster }) => cluster),
  );
  return {
    gain: mean(({ gain }) => gain),
    tokens: mean((one) => one.tokens),
    alone: mean((one) => one.alone),
    interval,
  };
}

describe("advice by difficulty and budget", () => {
  it.each(["easy", "hard", "mixed"])(
    "is on new problems not worse than the best single arm at the same tokens: %s",
    (name) => {
      const chance = models[name] ?? (() => 0.5);
      const advice = adviceFor(problems(`${name} seen`, 500, chance), options);
      expect(advice.length).toBeGreaterThanOrEqual(4);
      const fresh = problems(`${name} new`, 2000, chance);
      const outcomes = advice.map((one) => onNew(fresh, one));
      for (const { gain, tokens, alone, interval } of outcomes) {
        expect(gain).toBeGreaterThan(-0.01);
        expect(interval?.high).toBeGreaterThanOrEqual(0);
        expect(tokens).toBeLessThan(alone * 1.03);
      }
      if (name !== "mixed") return;
      const better = outcomes.filter(({ interval }) => (interval?.low ?? 0) > 0);
      expect(better.length).toBeGreaterThanOrEqual(2);
      expect(Math.max(...better.map(({ gain }) => gain))).toBeGreaterThan(0.02);
    },
  );

  it("says on held-out problems what it does on new ones", () => {
    const [mixed] = [models.mixed ?? (() => 0.5)];
    const fresh = problems("mixed new", 2000, mixed);
    for (const one of adviceFor(problems("mixed seen", 500, mixed), options).filter(({ routes }) => routes)) {
      const { gain } = onNew(fresh, one);
      expect(one.gain.interval?.low).toBeLessThan(gain);
      expect(one.gain.interval?.high).toBeGreaterThan(gain);
      expect(one.heldOut.routed.tokens).toBeLessThan(one.heldOut.single.tokens * 1.03);
    }
  });

  it("sends what looks easy to the cheap arm, keeps bounds that fall, and leaves out budgets that no arm keeps", () => {
    const units = problems("mixed seen", 500, models.mixed ?? (() => 0.5));
    const advice = adviceFor(units, { ...options, budgets: [50, ...budgets] });
    expect(advice.map(({ budget }) => budget)).toEqual(budgets);
    const routed = advice.find(({ routes }) => routes)?.routing;
    expect(routed?.bounds).toEqual(routed?.bounds.toSorted((a, b) => b - a));
    expect(routed?.arms.at(0)).toBeLessThan(routed?.arms.at(-1) ?? 0);
  });

  it("does not depend on the order of what it is told", () => {
    const units = problems("mixed seen", 100, models.mixed ?? (() => 0.5));
    const [routing] = adviceFor(units, options).map((one) => one.routing);
    expect(adviceFor(units.toReversed(), options)[0]?.routing).toEqual(routing);
  });
});
